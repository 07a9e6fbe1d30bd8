"""Setting in two runs: places come to rest, and whatever goes wrong is a complaint."""

import json

import pypdf
import pytest
from press.pandoc import typeset

PLACES = """\
#let places = json(bytes(sys.inputs.places))
#let found = () => query(heading).map(it => it.location().page())
#set page(width: 80mm, height: 60mm)
"""
END = """
#context {
  if sys.inputs.run == "pdf" and places != found() { panic("places have moved") }
  [#metadata(found()) <places>]
}
"""


@pytest.fixture
def setting(tmp_path):
    """Return the function that sets a source and gives the text of its pages and its warnings."""

    def setting(source: str):
        (tmp_path / "book.typ").write_text(source, "utf-8")
        made, warnings = typeset.book(tmp_path / "book.typ", tmp_path, 0)
        (tmp_path / "book.pdf").write_bytes(made)
        reader = pypdf.PdfReader(tmp_path / "book.pdf")
        return [page.extract_text() for page in reader.pages], warnings

    return setting


def document(body: str) -> str:
    return f'#set document(title: "Book")\n#set text(lang: "en")\n{PLACES}{body}{END}'


def test_the_second_run_knows_what_the_first_found(setting):
    texts, warnings = setting(document("Known: #repr(places)\n#pagebreak()\n= There"))
    assert "Known: (2,)" in texts[0] and "There" in texts[1] and warnings == []


def test_places_that_move_when_they_are_known_are_looked_for_again(setting):
    texts, _ = setting(document("#for _ in places { pagebreak() }\n= There #repr(places)"))
    assert "There (2,)" in texts[1]


def test_places_that_never_come_to_rest_are_a_complaint(setting):
    with pytest.raises(typeset.SettingError, match=r"places of book\.typ never come to rest"):
        setting(
            document("#if places != (:) { for _ in range(places.first()) [#pagebreak()] }\n= There")
        )


def test_an_error_has_its_line_in_the_first_run_too(setting):
    with pytest.raises(typeset.SettingError) as caught:
        setting(document("#nonsense"))
    assert caught.value.complaint.message == "unknown variable: nonsense"
    assert ":6:" in caught.value.complaint.diagnostic


def test_a_warning_is_handed_on(setting):
    _, warnings = setting(document('#text(font: "No Such Face")[a]\n= There'))
    assert [w.message for w in warnings] == ["unknown font family: no such face"]


def test_a_process_that_dies_is_a_complaint(setting, monkeypatch):
    monkeypatch.setattr(typeset.sys, "executable", "/bin/false")
    with pytest.raises(typeset.SettingError, match="its process ended with 1"):
        setting(document("= There"))


def test_what_is_said_is_json(tmp_path):
    (tmp_path / "book.typ").write_text(document("= There"), "utf-8")
    made, said = typeset.run(["places", str(tmp_path / "book.typ"), str(tmp_path)], b"{}")
    assert json.loads(made) == [1] and said == []
