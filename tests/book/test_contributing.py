"""CONTRIBUTING.md and its neighbours say what is true: versions, verbs and examples that work."""

import configparser
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from minseek import accounting
from press import fact_data, frontmatter, plan

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ROW = re.compile(r"^\| ([\w.-]+) \| (\d[\w.]*) \| .+ \| .+ \|$", re.M)


def pinned() -> dict[str, str]:
    """Name and version of every package that pyproject.toml pins."""
    groups = [PROJECT["build-system"]["requires"], *PROJECT["dependency-groups"].values()]
    entries = [entry.partition(";")[0] for group in groups for entry in group]
    return {name: version for name, _, version in (entry.partition("==") for entry in entries)}


def example(start: str) -> str:
    """The code block of CONTRIBUTING.md that begins with a line."""
    (block,) = re.findall(rf"^`{{3,4}}\w+\n({re.escape(start)}\n.*?)^`{{3,4}}$", TEXT, re.M | re.S)
    return block


def test_the_table_names_every_pinned_package_with_its_version_and_no_other():
    assert all(pinned().values()), f"not pinned exactly: {pinned()}"
    assert dict(ROW.findall(TEXT)) == pinned()


def test_every_verb_is_named():
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    verbs = {name.removeprefix("testenv:") for name in tox.sections() if ":" in name}
    rows = re.findall(r"^\| `tox(?: -e (\w+))?` \|", TEXT, re.M)
    assert sorted(rows) == sorted([*verbs, ""])


def test_the_example_article_fits_the_plan():
    matter = frontmatter.parse(example("---"))
    place = re.search(r"^`source/(deepseek/\S+)\.md`:$", TEXT, re.M)
    assert place
    known = plan.load(ROOT / "source/plan.toml")
    where = known.at(place[1])
    assert where
    assert list(frontmatter.problems(matter, place[1], known, *where)) == []


def test_the_example_fact_is_read_and_recomputed(tmp_path):
    (tmp_path / "example.toml").write_text(example("[v3-cache-bytes]"), "utf-8")
    base = fact_data.load(tmp_path, ["zhao2025insights"], lambda: vars(accounting))
    assert base.problems == []
    assert base.facts["v3-cache-bytes"].ours == 70272


@pytest.mark.parametrize("path", sorted(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]))
def test_links_between_files_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / path).read_text("utf-8")):
        assert (ROOT / target).exists(), f"{path} links to {target}"


def test_there_is_one_version():
    version = PROJECT["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert citation["version"] == version
    assert f"\n## [{version}] - {citation['date-released']}\n" in changes
