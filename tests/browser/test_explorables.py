"""Every explorable: keyboard, touch, address, file, paper, no script, and the twin below it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "extensions/press/static/explorables"


def state(machine: Locator) -> dict[str, int]:
    return machine.evaluate("x => x.state")


def settled(machine: Locator) -> str:
    """Wait until ear and address have followed, and return the sentence."""
    expect(machine.locator(".spoken")).to_have_text(machine.locator(".seen").inner_text())
    return machine.locator(".spoken").inner_text()


def slider(machine: Locator) -> tuple[str, Locator]:
    """The first slider, and the key of what it moves."""
    found = machine.locator("input[type=range]").first
    return found.get_attribute("id").rpartition("-")[2], found


def test_every_script_is_used_by_a_page(explorables):
    assert sorted(explorables) == sorted(path.stem for path in SCRIPTS.glob("*.js"))


def test_it_shows_its_result_before_anybody_touches_it(machine, name):
    found = machine(name)
    assert len(settled(found)) > 20
    assert found.locator(".stage").is_visible()
    assert not found.locator(".twin table").first.is_visible()
    assert found.page.url.partition("?")[2] == ""


def test_the_keyboard_reaches_and_moves_every_control(machine, name):
    found = machine(name)
    key, input = slider(found)
    found.evaluate("x => { x.tabIndex = -1; x.focus() }")
    reached = -1  # from the element itself
    while found.evaluate("x => x.contains(document.activeElement)"):
        reached += 1
        found.page.keyboard.press("Tab")
    stops = "button, [type=range], fieldset, summary, .stage [tabindex='0']"
    assert reached == found.locator(stops).count()
    input.focus()
    found.page.keyboard.press("Home")
    least = state(found)[key]
    first = settled(found)
    found.page.keyboard.press("ArrowRight")
    assert state(found)[key] == least + 1 and settled(found) != first
    found.page.keyboard.press("End")
    assert state(found)[key] == int(input.get_attribute("max"))
    found.get_by_role("button", name="Start again").press("Enter")
    assert state(found) == found.evaluate("x => x.start")


def test_a_listener_hears_words_once_the_drag_has_ended(machine, name):
    found = machine(name)
    before = settled(found)
    _, input = slider(found)
    # Within one task of the page, so that a slow machine cannot let the pause go by.
    seen, spoken = found.evaluate("""x => {
        const input = x.querySelector("[type=range]");
        input.value = input.min;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        return [".seen", ".spoken"].map(part => x.querySelector(part).innerText);
    }""")
    assert seen != before == spoken
    assert settled(found) == seen
    assert re.search("[a-z]{2}", input.get_attribute("aria-valuetext"))


def test_a_state_has_an_address_and_an_address_its_state(machine, name):
    found = machine(name)
    _, input = slider(found)
    input.press("Home")
    for radio in found.locator("fieldset label:first-of-type").all():
        radio.click()
    words, moved = settled(found), state(found)
    page = found.page
    page.wait_for_url(f"**?{name}=*")
    assert page.evaluate("history.length") == 2  # about:blank and the page
    page.reload()
    assert state(found) == moved and settled(found) == words
    found.get_by_role("button", name="Start again").click()
    page.wait_for_url(lambda url: "?" not in url)


def test_nonsense_in_an_address_changes_nothing(machine, name):
    plain = machine(name)
    keys = list(state(plain))
    junk = "_".join(f"{key}.{value}" for key, value in zip(keys, ["x", "--", ""], strict=False))
    for query in (junk, "constructor.1_step", "%00", "__proto__.5"):
        found = machine(name, f"?{name}={query}&search=a")
        assert state(found) == state(plain)
    far = machine(name, f"?{name}=" + "_".join(f"{key}.999999" for key in keys))
    least = far.evaluate("x => Object.values(x.constructor.controls).map(c => c.min ?? -1e9)")
    most = [int(i.get_attribute("max")) for i in far.locator("input[type=range]").all()]
    assert set(most) <= set(state(far).values()) and max(state(far).values()) < 999999
    assert all(v >= low for v, low in zip(state(far).values(), least, strict=True))


def test_it_works_from_a_file(browser, explorables, name):
    page = browser.new_page()
    page.goto((ROOT / "build/html" / explorables[name]).as_uri())
    found = page.locator(f"x-{name}")
    slider(found)[1].press("Home")
    page.wait_for_url(f"**?{name}=*")
    assert settled(found)
    page.close()


def test_without_script_there_is_the_twin_alone(machine, name):
    found = machine(name, java_script_enabled=False)
    assert found.locator("table, figure").first.is_visible()
    assert found.locator("button, input, .stage").count() == 0


def test_paper_shows_the_twin_alone(machine, name):
    found = machine(name)
    found.page.emulate_media(media="print")
    assert found.locator(".twin table, .twin figure").first.is_visible()
    for part in (".controls", ".stage", ".seen", "summary"):
        assert not found.locator(part).first.is_visible()


def test_a_thumb_finds_every_control_on_a_phone(machine, name):
    found = machine(name, viewport={"width": 320, "height": 640}, has_touch=True)
    for control in found.locator("button, input[type=range], fieldset label").all():
        assert control.bounding_box()["height"] >= 44
    assert found.evaluate("x => x.scrollWidth - x.clientWidth") <= 0
    before = state(found)
    found.locator("fieldset label").first.tap()
    assert state(found) != before


def test_nothing_moves_by_itself_for_who_asks_for_stillness(machine, name):
    found = machine(name, reduced_motion="reduce")
    slider(found)[1].press("Home")
    assert found.evaluate("() => document.getAnimations().length") == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_below_stays_where_it_is(machine, name, width):
    found = machine(name, viewport={"width": width, "height": 900})
    bottom = "x => x.querySelector('summary').getBoundingClientRect().top + scrollY"
    before = found.evaluate(bottom)
    for press in ("Home", "ArrowRight", "End"):
        slider(found)[1].press(press)
        assert found.evaluate(bottom) == pytest.approx(before, abs=0.5)


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_when_it_has_moved(machine, violations, dress, name, width):
    found = machine(name, viewport={"width": width, "height": 900})
    slider(found)[1].press("Home")
    found.locator("summary").click()
    assert violations(found.page, ".explorable") == []
    dress(found.page, "dark")
    assert violations(found.page, ".explorable") == []


def test_pictures_for_people_to_look_at(machine, screenshots, dress, name):
    found = machine(name)
    for scheme in ("light", "dark"):
        dress(found.page, scheme)
        for width in (390, 1280):
            found.page.set_viewport_size({"width": width, "height": 1200})
            path = screenshots / f"explorable-{name}-{scheme}-{width}.png"
            assert len(found.screenshot(path=path)) > 5_000
