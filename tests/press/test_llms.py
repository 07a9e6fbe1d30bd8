"""The articles of a tiny series as Markdown, and the list of them."""

import re

from lxml import html

ARTICLE = "cooking/01-water/02-hot-water"
BASE = "https://cooks.example/book"


def text(built):
    return built.text(f"{ARTICLE}.html.md")


def test_an_article_is_markdown_with_its_numbers_formulas_and_outputs(site, cooking):
    code = "\n~~~{doctest}\n>>> 20 + 22\n42\n~~~\n"
    found = text(site({cooking.article: cooking.files[cooking.article] + code}))
    assert found.startswith("# 1.2 Hot Water\n\n")
    assert "Builds on 1.1 Cold Water (coming soon)" in found and "\nWater, hot.\n" in found
    assert "Water ($x^2$) boils" in found and "$$a = b\\tag{1.2.1}$$" in found
    assert "**Figure 1.2.1:** The pot." in found and "*Drawing: A pot with a lid.*" in found
    assert "``` pycon\n>>> 20 + 22\n42\n```" in found
    assert "**Exercise 1.2.1: How hot?**\n\nGuess." in found
    assert "**Answer to Exercise 1.2.1**\n\nVery." in found
    assert "The Cooks, House." in found and "as Markdown" not in found


def test_links_of_the_markdown_are_those_of_the_page(site):
    found = text(site())
    assert "[steam](../../reference/glossary.html#term-steam)" in found
    assert "[Figure 1.2.1](02-hot-water.html#fig-pot)" in found
    whole = text(site(html_baseurl=BASE))
    assert f"[steam]({BASE}/reference/glossary.html#term-steam)" in whole
    assert f"[Figure 1.2.1]({BASE}/{ARTICLE}.html#fig-pot)" in whole
    assert f"<{BASE}/{ARTICLE}.html>" in whole


def test_every_link_of_the_markdown_leads_to_a_place_of_the_site(site):
    built = site()
    folder = (built.outdir / ARTICLE).parent
    found = re.findall(r"\]\((?!https?:)([^)#]+)#?([^)]*)\)", text(built))
    assert len(found) > 5
    for path, id in found:
        page = html.parse(folder / path).getroot()
        assert not id or page.xpath("//*[@id=$id]", id=id), f"{path}#{id}"


def test_the_page_leads_to_its_markdown_and_llms_txt_to_all(site):
    built = site()
    [link] = html.fromstring(built.text(f"{ARTICLE}.html")).findall(
        "head/link[@type='text/markdown']"
    )
    assert link.get("rel") == "alternate" and link.get("href") == "02-hot-water.html.md"
    shown = html.fromstring(built.text(f"{ARTICLE}.html")).iterfind("body//a")
    hrefs = {link.text_content(): link.get("href") for link in shown}
    assert hrefs["This article as Markdown"] == "02-hot-water.html.md"
    lines = built.text("llms.txt").splitlines()
    assert lines[0] == "# House" and "> Cooking: From water to soup." in lines
    assert f"- [1.2 Hot Water]({ARTICLE}.html.md): Water, hot." in lines
