"""Prerequisites: the graph of front matter and plan, its shortest form, and its faults."""

import pytest
from press import prerequisites

GRAPH = {"1.1": (), "1.2": ("1.1",), "1.3": ("1.2", "1.1"), "2.1": ("1.3", "1.2")}


def test_all_that_an_article_builds_on():
    assert prerequisites.before(GRAPH, "2.1") == {"1.1", "1.2", "1.3"}
    assert prerequisites.before(GRAPH, "1.1") == set()


def test_what_follows_from_the_rest_is_dropped():
    assert [prerequisites.direct(GRAPH, label) for label in GRAPH] == [
        [],
        ["1.1"],
        ["1.2"],
        ["1.3"],
    ]


@pytest.mark.parametrize(
    ("graph", "ring"),
    [
        (GRAPH, []),
        ({"1": ("1",)}, ["1", "1"]),
        ({"1": ("2",), "2": ("3",), "3": ("2", "1")}, ["1", "2", "3", "1"]),
        ({"1": (), "2": ("1", "4"), "3": ("2",), "4": ("3",)}, ["2", "4", "3", "2"]),
    ],
)
def test_a_ring_is_found_and_ends_where_it_begins(graph, ring):
    assert prerequisites.loop(graph) == ring


@pytest.fixture
def site(cooking):
    """Build the tiny series with what 1.1, which is planned, and 1.2, which is written, need."""

    def build(first: str, second: str, planned: str = ""):
        plan = cooking.files["plan.toml"].replace('hook = "How cold?"', f'hook = "?"\n{first}')
        plan = plan.replace('hook = "How hot?"', f'hook = "?"\n{planned}')
        article = cooking.files[cooking.article].replace('["1.1"]', second)
        changes = {"plan.toml": plan, cooking.article: article}
        return cooking.build("html", changes).warnings.splitlines()

    return build


def test_a_graph_from_front_to_back_is_fine(site):
    assert site("prerequisites = []", '["1.1"]', 'prerequisites = ["1.1"]') == []


@pytest.mark.parametrize(
    ("first", "second", "planned", "place", "sentence"),
    [
        ('["1.2"]', '["1.1"]', "", "plan.toml:14", "a ring, 1.1 needs 1.2 needs 1.1: take one"),
        ('["1.2"]', "[]", "", "plan.toml:14", "1.1 needs 1.2, which comes after it in the series"),
        ('["7.1"]', "[]", "", "plan.toml:14", "1.1 needs '7.1', which is no article of the plan"),
        ("[]", '["1.1"]', "[]", "water.md:10", "['1.1'] and plan.toml says []: change one"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(site, first, second, planned, place, sentence):
    told = f"prerequisites = {planned}" if planned else ""
    warnings = site(f"prerequisites = {first}", second, told)
    assert len(warnings) == 1
    assert f"{place}: WARNING: " in warnings[0] and sentence in warnings[0]
