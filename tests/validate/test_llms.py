"""Every article is there as Markdown, with all that its page shows; llms.txt leads to each."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.formats("html")

SITE = Path(__file__).parents[2] / "build" / "html"


@pytest.fixture
def text(article) -> str:
    return (SITE / f"{article}.html.md").read_text("utf-8")


@pytest.fixture
def page(formats, article):
    return formats.read([formats.page_text(SITE / f"{article}.html")])


def test_captions_and_equations_have_the_numbers_of_the_page(text, page):
    found = re.findall(r"\*\*((?:Figure|Table|Listing|Exercise) [\w.]+\d)\b", text)
    found += [f"({number})" for number in re.findall(r"\\tag\{([\w.]+)\}", text)]
    assert sorted(set(found)) == sorted(page.captions) != []


def test_every_line_of_code_and_output_is_there(text, page):
    lines = {re.sub(r"^\s*(> )*", "", line).strip() for line in text.splitlines()}
    assert [line for line in page.code if line.strip() not in lines] == []


def test_inner_links_lead_to_pages(text, article):
    prose = re.sub(r"```.*?```|\$[^$]*\$", "", text, flags=re.S)
    found = set(re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose))
    assert (
        found
        and [path for path in found if not (SITE / article).parent.joinpath(path).exists()] == []
    )


def test_llms_txt_leads_to_each_text():
    listed = re.findall(
        r"^- \[[^]]+\]\(([^)]+)\): \S", (SITE / "llms.txt").read_text("utf-8"), re.M
    )
    assert sorted(listed) == sorted(p.relative_to(SITE).as_posix() for p in SITE.rglob("*.html.md"))
    assert listed != []
