"""The plan of both series keeps what its readers were promised: numbers, levels, questions."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PLAN = tomllib.loads((ROOT / "source/plan.toml").read_text("utf-8"))
SERIES: dict[str, Any] = {series["key"]: series for series in PLAN["series"]}
COUNTS = {"deepseek": [7, 4, 5, 5, 7, 6, 6, 8, 6, 6], "flashattention": [4]}
LEVELS = {"beginner", "intermediate", "advanced"}
ARTICLES = [
    article
    for series in SERIES.values()
    for phase in series["phase"]
    for article in phase["article"]
]


@pytest.mark.parametrize("key", COUNTS)
def test_every_phase_has_its_articles(key):
    assert [len(phase["article"]) for phase in SERIES[key]["phase"]] == COUNTS[key]


def test_there_are_sixty_and_four_articles():
    assert [sum(COUNTS[key]) for key in SERIES] == [60, 4]


def test_numbers_are_consecutive():
    phases = [phase for series in SERIES.values() for phase in series["phase"]]
    assert [phase["number"] for phase in phases] == [*range(1, 11), 0]
    for phase in phases:
        numbers = [article["number"] for article in phase["article"]]
        assert numbers == list(range(1, len(numbers) + 1)), phase["title"]


def test_a_phase_lies_in_a_folder_that_begins_with_its_number():
    for phase in SERIES["deepseek"]["phase"]:
        assert re.fullmatch(rf"{phase['number']:02}(-[a-z]+)+", phase["folder"])
        assert phase["title"] and phase["blurb"] and phase["after"], phase["number"]


def test_only_flashattention_is_lettered_and_without_phases():
    assert "letter" not in SERIES["deepseek"]
    assert SERIES["flashattention"]["letter"] == "B"
    (phase,) = SERIES["flashattention"]["phase"]
    assert [phase[key] for key in ("number", "title", "folder", "blurb")] == [0, "", "", ""]


def test_titles_are_unique():
    titles = [article["title"] for article in ARTICLES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["title"])
def test_an_article_has_a_level_and_one_sentence_that_makes_one_want_to_read_it(article):
    assert article["level"] in LEVELS
    hook = article["hook"]
    assert len(hook) <= 160, f"{len(hook)} characters: {hook}"
    assert re.search(r"[.?]$", hook), f"the hook does not end as a sentence: {hook}"
    assert not re.search(r"[.?!] ", hook), f"the hook is more than one sentence: {hook}"
