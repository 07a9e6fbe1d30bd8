"""Notebooks: a tiny series, read back from its JSON; cells from all kinds of examples."""

import json
import re
from base64 import b64decode

import pytest
from press.pandoc import ast, cells, markdown
from sphinx.errors import SphinxError

NAME = "cooking/01-water/02-hot-water.ipynb"
EXAMPLES = """>>> x = 1
>>> x  # doctest: +ELLIPSIS
1
>>> print(x); print()
1
<BLANKLINE>
>>> 1 / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero
>>> for name in "ab":
...     print(name)
a
b
"""


@pytest.fixture
def build(cooking):
    def build(extra="", answer="Very.", **conf):
        text = cooking.files[cooking.article].replace("Very.", answer) + extra
        conf = {"doctest_global_setup": "pot = 1", **conf}
        built = cooking.build("notebooks", {cooking.article: text}, **conf)
        assert built.warnings == ""
        return built.text(NAME)

    return build


@pytest.fixture
def notebook(build, made=[]):  # noqa: B006  one is enough: nobody writes in it
    if not made:
        made.append(json.loads(build()))
    return made[0]


def sources(notebook, kind):
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == kind]


def prose(notebook) -> str:
    return "\n\n".join(sources(notebook, "markdown"))


def test_the_first_cell_says_what_to_install_and_the_second_what_to_set(notebook):
    first, second = ("".join(cell["source"]) for cell in notebook["cells"][:2])
    assert first.startswith("# 1.2 Hot Water\n") and "minseek" in first and "torch" in first
    assert second == f"{cells.SHOW_ALL}\npot = 1"


def test_an_example_is_one_cell_without_prompts(notebook):
    example = '"<" + \'heat\'  # "hot" & more\nfor i in range(2):\n    i'
    assert sources(notebook, "code")[1:] == [example]
    assert ">>> " not in "".join(sources(notebook, "code"))


def test_formulas_are_tex_with_the_numbers_of_the_web(notebook):
    text = prose(notebook)
    assert "Water ($x^2$)" in text
    assert r"$$a = b\tag{1.2.1}$$" in text and "see (1.2.1), Figure 1.2.1 and steam" in text
    assert "**Figure 1.2.1:** The pot." in text and "**Table 1.2.1:** Heat" in text
    assert re.search(r"\| a & b +\| +1 \|", text)


def test_a_footnote_stands_in_parentheses(notebook):
    assert " (In a small pot.), says " in prose(notebook)


def test_a_figure_is_inside_the_notebook(notebook, cooking):
    alt, data = re.search(
        r"!\[(.+?)\]\(data:image/svg\+xml;base64,(.+?)\)", prose(notebook)
    ).groups()
    assert alt == "A pot with a lid."
    assert b64decode(data).decode() == cooking.files["figures/pot.svg"]


def test_an_answer_is_folded_below_its_exercise(notebook):
    wanted = (
        "**Exercise 1.2.1: How hot?**\n\nGuess.\n\n<details>\n<summary>Answer</summary>\n\nVery."
    )
    assert f"{wanted}\n\n</details>" in prose(notebook)


def test_pages_are_linked_only_where_there_is_a_website(build, notebook):
    assert "](" not in re.sub(r"\(data:[^)]+\)|!\[", "", prose(notebook))
    linked = prose(json.loads(build(html_baseurl="https://x.example/book/")))
    assert "[steam](https://x.example/book/reference/glossary.html#term-steam)" in linked
    assert "[minutes 7](https://x.example/book/reference/facts-a.html#fact-minutes)" in linked
    assert "Figure 1.2.1](" not in linked


def test_two_builds_give_the_same_bytes(build):
    assert build() == build()


def test_a_cell_cuts_what_holds_it(build):
    extra = "\n1. One.\n\n   ~~~{doctest}\n   >>> 1\n   1\n   ~~~\n2. Two.\n"
    extra += "\n:::{note}\nA\n~~~{doctest}\n>>> 2\n2\n~~~\nB\n:::\n"
    notebook = json.loads(build(extra))
    assert sources(notebook, "code")[2:] == ["1", "2"]
    assert [s.split() for s in sources(notebook, "markdown")[-2:]] == [
        ["2.", "Two.", ">", "**Note**", ">", ">", "A"],
        [">", "B"],
    ]


def test_outputs_are_values_streams_and_errors_in_their_order():
    first, second = (block["c"] for block in cells.from_doctest(EXAMPLES))
    assert first["source"] == "x = 1\nx\nprint(x); print()\n1 / 0"
    value, stream, error = first["outputs"]
    assert value["data"] == {"text/plain": "1"}
    assert stream == {"output_type": "stream", "name": "stdout", "text": "1\n\n"}
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert first["metadata"] == {"tags": ["raises-exception"]} and not second["metadata"]
    assert second["source"] == 'for name in "ab":\n    print(name)'
    assert [output["text"] for output in second["outputs"]] == ["a\nb\n"]


def test_a_formula_in_a_box_stays_on_its_line(build):
    extra = "\n:::{note}\nIt is\n\n$$\na \\\\\n&= b\n$$\n:::\n"
    text = prose(json.loads(build(extra)))
    assert r"> $$\begin{aligned}a \\ &= b\end{aligned}$$" in text


def test_an_answers_cell_is_folded_between_its_parts(build):
    example = "Very.\n~~~{doctest}\n>>> 1\n1\n~~~\nIndeed."
    notebook = json.loads(build("", answer=example))
    assert notebook["cells"][-2]["metadata"]["jupyter"]["source_hidden"]
    parts = re.findall(r"<summary>(.+)</summary>\n\n(.+)\n\n</details>", prose(notebook))
    assert parts == [("Answer", "Very."), ("Answer, continued", "Indeed.")]


def test_a_bullet_list_is_cut_at_its_cell():
    [cell] = cells.from_doctest(">>> 1\n1\n")
    a, b = ast.plain(ast.text("a")), ast.plain(ast.text("b"))
    bullets = [ast.node("BulletList", [[block]]) for block in (a, b)]
    assert markdown.cut(ast.node("BulletList", [[a, cell], [b]])) == [bullets[0], cell, bullets[1]]


def test_a_footnote_that_is_no_paragraph_is_refused(cooking):
    note = "\nX[^b].\n\n[^b]:\n    - a\n"
    changes = {cooking.article: cooking.files[cooking.article] + note}
    with pytest.raises(SphinxError, match=r"02-hot-water.md:\d+: a notebook's footnote"):
        cooking.build("notebooks", changes)
