"""{status} on the tiny series, and the record it is made from."""

import json
from dataclasses import asdict

import pytest
from lxml import html
from press import checked

ARTICLE = "cooking/01-water/02-hot-water"
PAGES = {
    "reference/status.md": "# Status\n\n```{status}\n```\n",
    "index.md": "# All\n\n```{series-index}\n```\n\n```{toctree}\n:glob:\nreference/*\n```\n",
}
RESULTS = {"examples": 5, "failures": 0, "seconds": 1.25}


@pytest.fixture
def site(cooking):
    """Build the tiny series with a status page and a record, if there is one."""

    def build(record: dict | None):
        told = {} if record is None else {"../tests/checked.json": json.dumps(record)}
        return cooking.build("html", {**PAGES, **told})

    return build


def row(built) -> list[str]:
    """Return the cells of the article's line."""
    table = html.fromstring(built.text("reference/status.html")).xpath("//table")[0]
    (line,) = table.xpath("./tbody/tr")
    return [" ".join(cell.text_content().split()) for cell in line]


def a_check(text: str) -> dict:
    formats = {"html": True, "pdf": False, "epub": True}
    rest = {"text": text, "date": "2026-11-22", "revision": "abc", "formats": formats}
    return {ARTICLE: {**RESULTS, **rest}}


def fingerprint(cooking, folder) -> str:
    file = folder / "article.md"
    file.write_text(cooking.files[f"{ARTICLE}.md"], "utf-8")
    return checked.fingerprint(file)


def test_an_article_that_was_never_checked_says_so(site):
    built = site(None)
    assert built.warnings == ""
    told = ["1.2 Hot Water", "not yet run", "1 in the original", "0", "none yet", "never"]
    assert row(built) == told


def test_a_check_is_shown_with_its_date(site, cooking, tmp_path_factory):
    shown = row(site(a_check(fingerprint(cooking, tmp_path_factory.mktemp("text")))))
    assert shown[1] == "5 in 1.2 s"
    assert shown[4:] == ["html, epub", "22 November 2026"]


def test_failures_are_not_hidden(site):
    failed = {ARTICLE: {**a_check("")[ARTICLE], "failures": 2}}
    assert row(site(failed))[1] == "3 of 5 in 1.2 s"


def test_a_text_that_changed_since_says_so(site):
    assert row(site(a_check("another")))[-1] == "22 November 2026; the text has changed since"


def test_the_json_says_the_same(site):
    (entry,) = json.loads(site(a_check("another")).text("reference/status.json"))["articles"]
    assert entry["article"] == ARTICLE and entry["changed_since"]
    assert entry["facts"] == {"primary": 1} and entry["recomputed"] == 0
    assert entry["checked"]["seconds"] == 1.25
    assert entry["checked"]["formats"] == {"html": True, "pdf": False, "epub": True}


def test_results_become_a_record(tmp_path, monkeypatch):
    files = {
        f"source/{ARTICLE}.md": "# Hot Water\n",
        checked.EXAMPLES: json.dumps({ARTICLE: RESULTS}),
        checked.FORMATS: json.dumps({ARTICLE: {"html": True}}),
        checked.RECORD: "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    checked.main()
    (check,) = checked.load(checked.RECORD).values()
    assert asdict(check).items() >= RESULTS.items()
    assert check.formats == {"html": True}
    assert check.text == checked.fingerprint(tmp_path / f"source/{ARTICLE}.md")


def test_without_results_there_is_nothing_to_record(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="run tox -e doctest and tox -e validate first"):
        checked.main()
