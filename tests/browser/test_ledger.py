"""The ledger of facts: search, filters, order, address, keyboard, file, paper, no script."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

SITE = Path(__file__).parents[2] / "build" / "html"
LEDGER = "reference/facts.html"
INDEX = (SITE / "reference/facts-index.js").read_text("utf-8")
FACTS = json.loads(INDEX[INDEX.index("{") : INDEX.rindex("}") + 1])
SUBJECT = "reference/" + max(FACTS, key=lambda page: len({fact[1] for fact in FACTS[page]}))
ALL = [fact for facts in FACTS.values() for fact in facts]


def shown(page: Page) -> list[str]:
    """Return the addresses, as of this folder, of the facts that are to be seen."""
    rows = page.locator(".facts tbody tr:visible td:first-child a")
    return rows.evaluate_all("links => links.map(a => a.getAttribute('href'))")


def said(page: Page) -> str:
    return page.locator(".fact-search output").inner_text()


def search(page: Page, words: str) -> None:
    page.get_by_label("Search facts").fill(words)
    expect(page.locator(".fact-search output")).to_have_text(re.compile(" of "))


def test_every_subject_is_one_step_away_and_holds_what_is_counted(visit):
    page = visit(LEDGER)
    rows = page.locator(".subjects tbody tr").evaluate_all(
        "rows => rows.map(r => [r.querySelector('a').getAttribute('href'), r.cells[1].innerText])"
    )
    assert dict(rows) == {name: f"{len(facts):,}" for name, facts in FACTS.items()}
    assert said(page) == f"{len(ALL):,} facts"


def test_all_facts_are_searched_and_fetched_only_then(visit):
    page = visit(LEDGER)
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.asked if "facts-index" in url] and shown(page) == []
    words = ALL[0][3][1][0].split()[:3]
    search(page, " ".join(words).upper())
    found = shown(page)
    assert 0 < len(found) < len(ALL)
    assert said(page) == f"{len(found):,} of {len(ALL):,} facts"
    assert f"{next(iter(FACTS))}#{ALL[0][0]}" in found
    rows = page.locator(".facts tbody tr:visible").all_inner_texts()
    assert all(word.lower() in row.lower() for row in rows for word in words)
    page.locator(".facts tbody tr:visible td:first-child a").first.click()
    page.wait_for_url(re.compile("#fact-"))
    expect(page.locator("tr:target")).to_be_in_viewport()


def test_what_is_not_there_is_said(visit):
    page = visit(LEDGER)
    search(page, "no fact says zyxwv")
    assert said(page) == f"0 of {len(ALL):,} facts" and shown(page) == []
    assert page.locator(".facts").is_hidden() and page.locator(".subjects").is_visible()
    page.get_by_role("button", name="Clear").press("Enter")
    expect(page.locator("output")).to_have_text(f"{len(ALL):,} facts")


@pytest.mark.parametrize("path", [LEDGER, SUBJECT])
def test_filters_show_the_facts_of_a_kind_and_work_together(visit, path):
    page, facts = visit(path), ALL if path == LEDGER else FACTS[Path(SUBJECT).name]
    for select, kind in (("How seen", "primary"), ("Recomputed", "differs"), ("Used", "unused")):
        facts = [fact for fact in facts if kind in fact[1].split()]
        page.get_by_label(select).select_option(kind)
        expect(page.locator("output")).to_have_text(re.compile(f"^{len(facts):,} of "))
        assert [link.partition("#")[2] for link in shown(page)] == [fact[0] for fact in facts]


def test_order_goes_up_and_down_and_says_so(visit):
    page, facts = visit(SUBJECT), FACTS[Path(SUBJECT).name]
    head = page.get_by_role("columnheader", name="Recomputed")
    assert head.get_attribute("aria-sort") is None
    found = {fact[0]: fact[2].get("difference") for fact in facts}
    ordered = sorted(float(d) for d in found.values() if d is not None)
    for state, wanted in (("ascending", ordered), ("descending", ordered[::-1])):
        head.get_by_role("button").press("Enter")
        assert head.get_attribute("aria-sort") == state
        after = [found[link.partition("#")[2]] for link in shown(page)]
        assert [float(d) for d in after[: len(wanted)]] == wanted
        assert after[len(wanted) :] == [None] * (len(facts) - len(wanted))
    assert page.locator("[aria-sort]").count() == 1


def test_values_are_ordered_unit_by_unit(visit):
    page, facts = visit(SUBJECT), {fact[0]: fact[2] for fact in FACTS[Path(SUBJECT).name]}
    page.get_by_role("button", name="Value").click()
    keys = [facts[link.partition("#")[2]] for link in shown(page)]
    units = [key["unit"] for key in keys]
    assert len(set(units)) == sum(one != other for one, other in pairwise([None, *units]))
    pairs = [(a, b) for a, b in pairwise(keys) if a["unit"] == b["unit"]]
    assert pairs and all(a["value"] <= b["value"] for a, b in pairs)


def test_the_address_keeps_what_is_asked_and_brings_it_back(visit, origin):
    page = visit(LEDGER)
    search(page, "attention")
    page.get_by_label("Recomputed").select_option("differs")
    page.get_by_role("button", name="Used in").click()
    wanted = "#words=attention&recomputed=differs&sort=used+in"
    page.wait_for_url(origin + LEDGER + wanted)
    before = shown(page)
    again = visit(LEDGER + wanted)
    expect(again.locator("output")).to_have_text(said(page))
    assert before and shown(again) == before
    assert again.get_by_label("Search facts").input_value() == "attention"
    page.get_by_role("button", name="Clear").click()
    page.wait_for_url(origin + LEDGER)


def test_a_nonsense_address_shows_all(visit):
    page = visit(SUBJECT + "#sort=colour&seen=nobody&x=1")
    assert len(shown(page)) == len(FACTS[Path(SUBJECT).name])


def test_the_keyboard_reaches_every_control_in_order(visit):
    page = visit(SUBJECT)
    page.get_by_label("Search facts").focus()
    reached = []
    for _ in range(10):
        reached.append(
            page.evaluate("document.activeElement.name||document.activeElement.innerText")
        )
        page.keyboard.press("Tab")
    form = ["words", "seen", "recomputed", "used", "Clear"]
    assert reached == [*form, "Value", "Fact", "Source", "Recomputed", "Used in"]


def test_it_works_from_a_file(browser):
    page = browser.new_page()
    page.goto((SITE / LEDGER).as_uri())
    search(page, "memory")
    assert len(shown(page)) > 1
    page.close()


def test_without_script_a_subject_is_whole_and_there_is_no_dead_form(visit):
    page = visit(SUBJECT, java_script_enabled=False)
    assert page.locator(".facts tbody tr:visible").count() == len(FACTS[Path(SUBJECT).name])
    assert page.locator(".fact-search").is_hidden()
    page = visit(LEDGER, java_script_enabled=False)
    assert page.locator(".fact-search").is_hidden() and page.locator(".facts").is_hidden()
    assert page.locator(".subjects a:visible").count() == len(FACTS)


@pytest.mark.parametrize("path", [LEDGER, SUBJECT])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_jumps_when_the_script_begins(visit, path, width):
    page = visit(path, viewport={"width": width, "height": 900})

    def places() -> list[list[float]]:
        page.wait_for_load_state("networkidle")
        return page.locator(".fact-search, table tr, table th").evaluate_all(
            "found => found.map(x => x.getBoundingClientRect()).map(b => [b.x, b.y, b.height])"
        )

    after = places()
    page.route("**/facts.js*", lambda route: route.abort())
    page.reload()
    assert page.locator("th button").count() == 0
    assert places() == after


def test_paper_holds_all_facts_whatever_was_searched_for(visit):
    page = visit(SUBJECT)
    search(page, "no fact says zyxwv")
    assert shown(page) == []
    page.emulate_media(media="print")
    assert len(shown(page)) == len(FACTS[Path(SUBJECT).name])
    assert page.locator(".fact-search").is_hidden()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_found_fact_never_scrolls_sideways(visit, width):
    page = visit(f"{LEDGER}#words=attention", viewport={"width": width, "height": 800})
    expect(page.locator("output")).to_have_text(re.compile(" of "))
    for element in ("document.scrollingElement", "document.querySelector('.facts').parentElement"):
        assert page.evaluate(f"(x => x.scrollWidth - x.clientWidth)({element})") <= 0, element


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_was_found(visit, violations, scheme):
    page = visit(f"{LEDGER}#words=attention&sort=value", scheme)
    expect(page.locator("output")).to_have_text(re.compile(" of "))
    assert violations(page) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screenshot_for_people_to_look_at(visit, screenshots, scheme, width):
    page = visit(f"{LEDGER}#words=bandwidth", scheme, viewport={"width": width, "height": 1200})
    expect(page.locator("output")).to_have_text(re.compile(" of "))
    assert len(page.screenshot(path=screenshots / f"facts-{scheme}-{width}.png")) > 10_000
