"""Every printed line of every article is compared, so that changing any of it would be noticed.

Read from the text, not from the press: what the press overlooks is found here.
"""

import doctest
import re
import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from press.examples import FLAGS

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "source").rglob("*.md"))
FENCE = re.compile(r" *(?P<fence>`{3,}|~{3,}|:{3,})(?P<info>[^`\n]*)$")
PYTHON = re.compile(r"(\{code(-block)?\}\s*)?(i?py\w*)\b")
RUN = "{doctest}"
TOKEN = re.compile(r"\.\.\.|\d+|[^\W\d]+|[^\w\s]")

Comparison = tuple[str, str, int]  # expected, printed, flags


def blocks(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield each innermost fenced block as (info, number of its first line, body)."""
    fences: list[tuple[str, str, int, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = FENCE.match(line)
        if match and not match["info"].strip() and fences and match["fence"] >= fences[-1][0]:
            _, info, first, body = fences.pop()
            yield info, first, "\n".join(body)
        elif match:
            fences.append((match["fence"], match["info"].strip(), number + 1, []))
        elif fences:
            fences[-1][3].append(line)
    assert not fences, f"the fence before line {fences[-1][2]} is never closed"


def name(path: Path) -> str:
    """Return a page's path below source/."""
    return str(path.relative_to(ROOT / "source"))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_python_escapes_the_run(path: Path) -> None:
    text = path.read_text("utf-8")
    for info, first, _ in blocks(text):
        assert not PYTHON.match(info), f"{name(path)}:{first}: write {RUN}, not {info}"
    run = "\n".join(body for info, _, body in blocks(text) if info == RUN)
    assert text.count(">>> ") == run.count(">>> "), f"{name(path)}: a prompt outside {RUN}"


class Recorder(doctest.OutputChecker):
    """doctest's own checker, which also keeps what it compared."""

    def __init__(self) -> None:
        self.comparisons: list[Comparison] = []

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Compare, and remember."""
        self.comparisons.append((want, got, optionflags))
        return super().check_output(want, got, optionflags)


@cache
def run(path: Path) -> tuple[doctest.TestResults, list[Comparison], int]:
    """Run a page's examples in one namespace: results, comparisons, examples that print."""
    checker = Recorder()
    runner = doctest.DocTestRunner(checker, verbose=False, optionflags=FLAGS)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(runpy.run_path(str(ROOT / "conf.py"))["doctest_global_setup"], names)
    printing = 0
    for info, first, body in blocks(path.read_text("utf-8")):
        if info == RUN:
            test = doctest.DocTestParser().get_doctest(body, {}, name(path), str(path), first - 1)
            test.globs = names
            printing += sum(bool(example.want) for example in test.examples)
            runner.run(test, clear_globs=False)
    return doctest.TestResults(runner.failures, runner.tries), checker.comparisons, printing


def others(token: str) -> Iterator[str]:
    """Yield what a token could be mistaken for."""
    yield "§"
    if token.isdigit():
        yield str(int(token) + 1)
        yield token + "0"
    if token in ("True", "False", "0", "1"):
        yield {"True": "1", "False": "0", "1": "True", "0": "False"}[token]
    elif token.isalpha():
        yield token[:-1] or "xx"
        yield token + "s"


def tampered(want: str) -> Iterator[str]:
    """Yield the expected text with one token changed."""
    for match in TOKEN.finditer(want):
        for other in others(match[0]):
            yield want[: match.start()] + other + want[match.end() :]


EXAMPLES = [path for path in PAGES if RUN in path.read_text("utf-8")]


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run from the repository's root, as the builds do."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_examples_pass_and_each_printed_one_is_compared(path: Path) -> None:
    results, comparisons, printing = run(path)
    assert results.failed == 0
    assert 0 < printing <= len([want for want, _, _ in comparisons if want])


@pytest.mark.parametrize("path", EXAMPLES, ids=name)
def test_changing_any_token_of_any_output_fails(path: Path) -> None:
    check = doctest.OutputChecker().check_output
    unnoticed = [
        f"{want!r} passes as {text!r}"
        for want, got, flags in run(path)[1]
        for text in tampered(want)
        if check(text, got, flags)
    ]
    assert not unnoticed, f"{name(path)}: " + "; ".join(unnoticed[:5])


def test_tampering_itself_is_noticed() -> None:
    check = doctest.OutputChecker().check_output
    wants = ["2\n", "True\n", "tensor([0.5000, 1.0000])\n", "0.33...\n", "ValueError: no 3 heads\n"]
    gots = [*wants[:3], "0.3333\n", wants[4]]
    for want, got in zip(wants, gots, strict=True):
        assert check(want, got, FLAGS)
        texts = list(tampered(want))
        assert texts
        assert not any(check(text, got, FLAGS) for text in texts)
    assert check("1\n", "True\n", FLAGS & ~doctest.DONT_ACCEPT_TRUE_FOR_1), "what the flag is for"
