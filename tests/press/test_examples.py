"""The guard and the examples builder on tiny books: nothing escapes, failures have a line."""

import doctest
import json
from typing import Any

import pytest

ARTICLE = "---\nseries: deepseek\n---\n# Article\n\n"
GOOD = "~~~{doctest}\n>>> 1 + 1\n2\n~~~\n"
NOT_RUN = "this Python block is not run: use {doctest} or {listing}"


@pytest.fixture
def page(make_book: Any) -> Any:
    """Build one page with the guard."""

    def build(text: str, builder: str = "html", **conf: Any) -> Any:
        conf = {"extensions": ["press.examples"], **conf}
        return make_book({"index.md": text}, builder=builder, **conf)

    return build


def status(built: Any) -> str:
    """Return what the build printed."""
    return str(built.app._status.getvalue())


@pytest.mark.parametrize(
    "block",
    [
        "```python\nx = 1\n```",
        "```py\nx = 1\n```",
        "```pycon\n>>> 1\n1\n```",
        "```\n>>> 1\n1\n```",
        "```text\n>>> 1\n1\n```",
        "    >>> 1\n    1\n",
        "```{code-block} python\nx = 1\n```",
        "```{literalinclude} ../code.py\n```",
        "```{eval-rst}\n>>> 1\n1\n```",
    ],
)
def test_python_that_is_not_run_is_located(make_book: Any, block: str) -> None:
    built = make_book(
        {"index.md": f"# Page\n\n{block}\n", "../code.py": "x = 1\n"},
        extensions=["press.examples"],
    )
    (warning,) = built.warnings.splitlines()
    assert NOT_RUN in warning
    assert "index.md:" in warning


@pytest.mark.parametrize("block", [GOOD, "```console\n$ tox\n```", "```text\na plain text\n```"])
def test_what_is_run_or_is_no_python_passes(page: Any, block: str) -> None:
    assert page(f"# Page\n\n{block}\n").warnings == ""


def test_a_listing_passes(make_book: Any) -> None:
    built = make_book(
        {"index.md": "# Page\n\n```{listing} this\n```\n"},
        extensions=["press.examples", "press.listing"],
    )
    assert NOT_RUN not in built.warnings


@pytest.mark.parametrize(
    ("block", "line", "words"),
    [
        (GOOD.replace(">>>", ":hide:\n\n>>>"), 3, "run but hidden: delete :hide:"),
        (GOOD.replace(">>>", ":skipif: True\n\n>>>"), 3, "need not pass: delete :skipif:"),
        (GOOD.replace(">>>", ":pyversion: < 3\n\n>>>"), 3, "need not pass"),
        (GOOD.replace(">>>", ":options: +SKIP\n\n>>>"), 3, "need not pass"),
        (GOOD.replace("1 + 1", "1 + 1  # doctest: +SKIP"), 3, "need not pass"),
        (GOOD.replace("1 + 1", "1  # doctest: +IGNORE_EXCEPTION_DETAIL"), 3, "need not pass"),
        (GOOD.replace("{doctest}", "{doctest} other"), 3, "delete 'other'"),
        (GOOD + "~~~{testsetup}\nx = 1\n~~~\n", 7, "{testsetup} is not shown as it is run"),
        (GOOD + "~~~{testcode}\nx = 1\n~~~\n", 7, "{testcode} is not shown as it is run"),
        ("~~~{doctest}\n>>> x = 1\n~~~\n", 3, "no example of this page prints anything"),
        (f"~~~{{doctest}}\n>>> 'x' * 71\n'{'x' * 71}'\n~~~\n", 3, "has 73 columns, the page holds"),
    ],
)
def test_what_weakens_an_example_is_located(page: Any, block: str, line: int, words: str) -> None:
    warnings = page(f"# Page\n\n{block}").warnings
    (warning,) = [w for w in warnings.splitlines() if words in w]
    assert f"index.md:{line}: WARNING: " in warning


def test_hidden_examples_are_seen_inside_boxes(page: Any) -> None:
    hidden = GOOD.replace(">>>", ":hide:\n\n>>>")
    built = page(f"# Page\n\n:::{{note}}\n{hidden}:::\n")
    assert "run but hidden" in built.warnings


def test_run_counts_and_passes(page: Any) -> None:
    built = page(ARTICLE + GOOD + "\n~~~{doctest}\n>>> x = 3\n>>> x\n3\n~~~\n", "examples")
    assert built.app.statuscode == 0
    row = json.loads(built.text("examples.json"))["index"]
    assert (row["examples"], row["failures"]) == (3, 0)
    assert "3 passed, 0 failed" in status(built)
    assert "page examples seconds failures index 3 0." in " ".join(status(built).split())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (ARTICLE + GOOD.replace("2\n", "3\n"), 7),
        (ARTICLE + GOOD.replace(">>> 1", ":options: +ELLIPSIS\n\n>>> 1").replace("2\n", "3\n"), 9),
        (ARTICLE + f":::{{note}}\nText.\n\n{GOOD.replace('2', '3')}:::\n", 10),
        (ARTICLE + f"{GOOD}\n{GOOD.replace('2', '3')}", 12),
        (ARTICLE + GOOD + GOOD.replace("2", "3").replace(">>>", ">>> x = 1\n>>>"), 12),
        (ARTICLE + "~~~{doctest}\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nc\n~~~\n", 7),
    ],
)
def test_tampered_output_fails_at_its_line(page: Any, text: str, line: int) -> None:
    built = page(text, "examples")
    assert built.app.statuscode == 1
    assert f'File "index.md", line {line}, in default' in status(built)
    assert " passed, 1 failed" in status(built)


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        (">>> 1 / 0", "Traceback (most recent call last):\n  ...\nZeroDivisionError: by nought"),
        (">>> 1 == 1", "1"),
        (">>> (1, 2)", "(1,2)"),
    ],
)
def test_message_truth_and_spacing_are_compared(page: Any, code: str, printed: str) -> None:
    block = f"~~~{{doctest}}\n{code}\n{printed}\n~~~\n"
    assert page(ARTICLE + block, "examples").app.statuscode == 1


def test_one_namespace_per_page(make_book: Any) -> None:
    use = "~~~{doctest}\n>>> x\n1\n~~~\n"
    first = ARTICLE + "```{toctree}\nb\n```\n\n~~~{doctest}\n>>> x = 1\n~~~\n\n" + use
    built = make_book(
        {"index.md": first, "b.md": ARTICLE + use}, "examples", extensions=["press.examples"]
    )
    rows = json.loads(built.text("examples.json"))
    assert (rows["index"]["failures"], rows["b"]["failures"]) == (0, 1)


def test_setup_that_fails_is_a_failure(page: Any) -> None:
    built = page(ARTICLE + GOOD, "examples", doctest_global_setup="import no_such_module")
    assert built.app.statuscode == 1
    assert "0 passed, 1 failed" in status(built)


def test_article_without_an_example_fails(page: Any) -> None:
    built = page(ARTICLE, "examples")
    assert built.app.statuscode == 1
    assert "index.md: this article has no example" in status(built)


def test_page_that_is_no_article_needs_no_example(page: Any) -> None:
    built = page("# Glossary\n", "examples")
    assert built.app.statuscode == 0
    assert json.loads(built.text("examples.json")) == {}


def test_examples_of_a_page_that_is_no_article_are_run_and_counted(page: Any) -> None:
    built = page(f"# Errata\n\n{GOOD}", "examples")
    row = json.loads(built.text("examples.json"))["index"]
    assert (row["examples"], row["failures"]) == (1, 0)
    assert page(f"# Errata\n\n{GOOD.replace('2', '3')}", "examples").app.statuscode == 1


def test_builder_leaves_doctest_as_it_was(page: Any) -> None:
    page(ARTICLE + GOOD, "examples")
    assert "compile" not in vars(doctest)
