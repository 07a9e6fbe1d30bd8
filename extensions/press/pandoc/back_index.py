"""The index of an electronic book, which has no pages: each line names sections and leads there."""

from __future__ import annotations

from press.pandoc import ast
from press.pandoc.entries import Entry, by_letter

NOTE = "Bold links lead to where a term is defined or explained."


def index_page(root: Entry) -> ast.Nodes:
    """Return the index under its letters, which the contents leave out."""
    title = ast.header(1, ast.text("Index"), "index")
    title["c"][1][2] = [["role", "doc-index"]]  # pandoc writes the roles of other kinds itself
    made = [title, ast.para(ast.text(NOTE))]
    for letter, lines in by_letter(root):
        name = f"index-{letter.lower()}"
        made.append(ast.header(2, ast.text(letter), name, "unnumbered", "unlisted"))
        made.append(listed(lines))
    return made


def listed(lines: list[Entry]) -> ast.Node:
    """Return lines as a list, with the lines below each as a list in it."""
    return ast.node("BulletList", [item(line) for line in lines])


def item(line: Entry) -> ast.Nodes:
    """Return one line: its words, the sections it leads to, and other lines to look at."""
    words = [ast.node("Code", ast.attr(), line.words)] if line.code else ast.text(line.words)
    for number, link in enumerate(sections(line)):
        words += [*ast.text("; " if number else ": "), link]
    for how, other in sorted(line.cross):
        words += [*ast.text("; " if line.places else ", "), ast.emph(ast.text(how))]
        words += [ast.node("Space"), *ast.text(other)]
    return [ast.plain(words), *([listed(line.ordered())] if line.below else [])]


def sections(line: Entry) -> ast.Nodes:
    """Return a link to each section, to the first place there; bold where it is explained."""
    first: dict[str, str] = {}
    for place in line.places:
        first.setdefault(place.section, place.anchor)
    main = {place.section for place in line.places if place.main}
    links = {name: ast.link(ast.text(name), f"#{target}") for name, target in first.items()}
    return [ast.strong([link]) if name in main else link for name, link in links.items()]
