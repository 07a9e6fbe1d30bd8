"""The faces that a picture of an e-book carries: those of its words, and no others."""

import re

from press.pandoc.figure_faces import faces, with_faces

SANS = '<svg xmlns="s"><text font-family="\'Source Sans 3\'">key 7</text></svg>'


def rules(picture: str) -> list[str]:
    """The rules that were put into a picture, without the bytes of the faces."""
    found = re.findall(r"@font-face \{(.*?)\}", with_faces(picture))
    return [re.sub(r"base64,[^\"]+", "", rule) for rule in found]


def test_the_style_sheet_is_read_whole():
    assert {"Source Serif 4", "Source Sans 3"} <= {face.family for face in faces()}
    assert all(face.file.is_file() for face in faces())


def test_words_in_one_face_bring_one():
    (rule,) = rules(SANS)
    assert '"Source Sans 3"' in rule and "font-weight: 400" in rule and "data:font/woff2" in rule


def test_a_bold_word_and_a_rare_sign_bring_theirs():
    bold = rules(SANS.replace("<text", '<text font-weight="600"'))
    assert [re.findall(r"font-weight: (\d+)", rule) for rule in bold] == [["400"], ["600"]]
    _, rare = rules(SANS.replace("key", "α"))
    assert "unicode-range" in rare


def test_a_picture_without_words_stays_as_it_is():
    assert with_faces('<svg viewBox="0 0 9 9"/>') == '<svg viewBox="0 0 9 9"/>'


def test_the_picture_begins_with_them():
    assert with_faces(SANS).startswith('<svg xmlns="s"><style>\n@font-face')
