"""The glossary of both series and the graph of the plan, as a reader meets them."""

import re
from pathlib import Path

import pytest
from press import glossary, plan, prerequisites

SOURCE = Path(__file__).parents[2] / "source"
TERMS = glossary.load(SOURCE / "glossary.toml")
PLAN = plan.load(SOURCE / "plan.toml")
ROLE = re.compile(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`")


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.name)
def test_a_definition_is_one_or_two_sentences(term):
    text = " ".join(term.text.split())
    assert text[0].isupper() or text[0] == "$" or text.startswith("{term}")
    assert text.endswith(".")
    assert len(re.findall(r"\.(?= [A-Z]|$)", text)) <= 3, text
    assert 30 < len(text) < 420, f"{len(text)} characters"


@pytest.mark.parametrize("term", TERMS.values(), ids=lambda term: term.name)
def test_a_definition_uses_terms_that_are_defined(term):
    used = [" ".join(name.split()) for name in ROLE.findall(term.text)]
    assert [name for name in used if name not in TERMS] == []
    assert term.name not in used


def test_the_plan_says_what_each_article_builds_on():
    planned = [article for series in PLAN.series for article in series.articles]
    assert [article.label for article in planned if article.prerequisites is None] == []


def test_the_plan_repeats_nothing_that_follows():
    graph = prerequisites.graph(PLAN, ())
    assert list(prerequisites.problems(graph, PLAN)) == []
    for label, needed in graph.items():
        assert sorted(needed) == sorted(prerequisites.direct(graph, label)), label


def test_every_article_but_the_first_builds_on_another():
    graph = prerequisites.graph(PLAN, ())
    assert [label for label, needed in graph.items() if not needed] == ["1.1"]
