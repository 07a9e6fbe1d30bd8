"""{fact} on tiny books: every way a fact can be wrong is one located sentence."""

import io
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

BIB = "@misc{dao, author={Tri Dao}, title={Flash}, year={2022}, eprint={2205.14135}}"
EXTENSIONS = ["press.facts", "press.citations"]
FACT = {
    "value": "40.3",
    "unit": '"GB"',
    "display": '"40.3 GB"',
    "statement": '"Standard attention moves this much at $n = 1024$."',
    "on": '"an A100"',
    "source": '"dao"',
    "locator": '"Fig. 2"',
    "seen": '"primary"',
    "date": "2026-11-22",
}
PAGES = {
    "index.md": "# Book\n\n```{toctree}\narticle\nledger\nlist\n```\n",
    "article.md": "# Article\n\nStandard attention\nmoves {fact}`hbm`.\n",
    "ledger.md": "# Facts\n\n```{fact-ledger}\n```\n",
    "list.md": "# Sources\n\n```{bibliography}\n```\n",
    "../bib/a.bib": BIB,
}


def toml(fact_id: str = "hbm", **changes: str) -> str:
    """Write one table; an empty change deletes a key."""
    pairs = {key: value for key, value in {**FACT, **changes}.items() if value}
    return f"[{fact_id}]\n" + "".join(f"{key} = {value}\n" for key, value in pairs.items())


@pytest.fixture
def book(make_book: Any) -> Any:
    """Build PAGES with one facts file and changed or added pages."""

    def build(facts: str, pages: dict[str, str] | None = None, **conf: Any) -> Any:
        files = {**PAGES, "../bib/facts/a.toml": facts, **(pages or {})}
        house = {
            "bibtex_bibfiles": ["bib/a.bib"],
            "bibtex_default_style": "press",
            "bibtex_reference_style": "press",
            "press_fact_namespace": "math",
        }
        return make_book(files, extensions=EXTENSIONS, **house | conf)

    return build


def entry(built: Any, fact_id: str = "hbm") -> str:
    """Return the website's text on one fact."""
    (row,) = html.fromstring(built.text("ledger-a.html")).xpath(f"//tr[@id='fact-{fact_id}']")
    return " ".join(" ".join(cell.text_content() for cell in row).split())


def test_role_prints_the_display_and_links_to_the_ledger(book: Any) -> None:
    built = book(toml())
    assert built.warnings == ""
    (link,) = html.fromstring(built.text("article.html")).xpath("//a[span[@class='fact']]")
    assert link.text_content() == "40.3 GB"
    assert link.get("href") == "ledger-a.html#fact-hbm"
    assert link.get("id") == "fact-use-1"
    assert link.get("title") is None


def test_ledger_says_what_on_what_where_and_who_uses_it(book: Any) -> None:
    text = entry(book(toml()))
    assert text.startswith("40.3 GB Standard attention moves this much at")
    assert "Conditions: an A100" in text
    assert "Source: Dao (2022), Fig. 2; read in the original, 22 November 2026." in text
    assert text.endswith("Used in Article.")


def test_recomputation_may_count_choices_and_bits(book: Any) -> None:
    changes = {"recompute": '"comb(4, 2) + log2(8)"', "value": "9", "display": '"9 GB"'}
    assert book(toml(**changes), press_fact_namespace="colorsys").warnings == ""


def test_a_module_does_not_bring_all_builtins(book: Any) -> None:
    built = book(toml(recompute='"open(0)"'), press_fact_namespace="colorsys")
    assert "NameError: name 'open' is not defined" in built.warnings


def test_a_fact_that_nothing_uses_says_so(book: Any) -> None:
    assert entry(book(toml() + toml("other")), "other").endswith("Not used yet.")


def test_recomputation_shows_its_value_and_its_distance(book: Any) -> None:
    built = book(toml(recompute='"floor(40.9) + 0.5"', tolerance="0.01"))
    assert built.warnings == ""
    assert "Recomputed: floor(40.9) + 0.5 gives 40.5 GB, 0.50% above." in entry(built)


def test_exact_recomputation_is_the_same(book: Any) -> None:
    assert "gives 40.3 GB, the same." in entry(book(toml(recompute='"403 / 10"')))


def test_a_distance_too_small_to_print_is_said_and_a_percent_sign_stands_close(book: Any) -> None:
    near = book(toml(recompute='"40.3 + 1e-4"', tolerance="1e-5"))
    assert "gives 40.3001 GB, less than 0.01% above." in entry(near)
    tenth = book(toml(recompute='"44.33"', tolerance="0.11"))
    assert "gives 44.33 GB, 10.00% above." in entry(tenth)
    share = book(toml(unit='"%"', recompute='"40.5"', tolerance="0.01"))
    assert "gives 40.5%, 0.50% above." in entry(share)


def test_recomputation_far_off_is_a_factor(book: Any) -> None:
    changes = {"recompute": '"403"', "disputed": "true", "explanation": '"The row is off."'}
    assert "gives 403 GB, 10 times as much, and we cannot" in entry(book(toml(**changes)))


def test_disputed_fact_shows_both_numbers_and_the_explanation(book: Any) -> None:
    built = book(toml(recompute='"50"', disputed="true", explanation='"The caption is off."'))
    assert built.warnings == ""
    assert "gives 50 GB, 24.07% above, and we cannot reproduce" in entry(built)
    assert "The caption is off." in entry(built)


@pytest.mark.parametrize(
    ("display", "value"),
    [
        ('"671,026,404,352"', "671026404352"),
        ('"671 billion"', "671.026404352"),
        ('"about 3.2 × 10⁻⁴"', "3.2e-4"),
        ('"1.7 × 10^37"', "1.7e37"),
        ('"1.9e-4"', "1.9e-4"),
        ('"−93.3%"', "-93.3"),
        ('"25–40%"', "40"),
        ('"A100: 312 TFLOPs/s"', "312"),
    ],
)
def test_displays_that_show_the_value(book: Any, display: str, value: str) -> None:
    assert book(toml(display=display, value=value)).warnings == ""


@pytest.mark.parametrize(
    ("changes", "line", "words"),
    [
        ({"locator": ""}, 1, "has no locator; every fact needs value, unit"),
        ({"locator": '""'}, 8, "has an empty locator"),
        ({"page": "6"}, 11, "has an unknown key 'page'; the keys are value, unit"),
        ({"value": '"40.3"'}, 2, "has value = '40.3', which must be of type int or float"),
        ({"date": "2026-11-22T10:00:00"}, 10, "must be of type date"),
        ({"seen": '"read"'}, 9, "choose one of primary, transcription, secondary, derived"),
        ({"source": '"doa"'}, 7, "cites 'doa', which no bibliography file has"),
        ({"display": '"40.4 GB"'}, 4, "has value 40.3, which display '40.4 GB' does not show"),
        ({"display": '"403 GB"'}, 4, "does not show"),
        ({"display": '"A40 GB"'}, 4, "does not show"),
        ({"recompute": '"floor("'}, 11, "cannot be recomputed: SyntaxError"),
        ({"recompute": '"bytes_of(3)"'}, 11, "NameError: name 'bytes_of' is not defined"),
        ({"recompute": '"open(0)"'}, 11, "NameError: name 'open' is not defined"),
        ({"recompute": '"floor"'}, 11, "is no number"),
        ({"recompute": '"41"', "tolerance": "0.01"}, 11, "says 40.3 but is recomputed as 41"),
        ({"recompute": '"40.3"', "disputed": "true", "explanation": '"x"'}, 12, "agrees"),
        ({"recompute": '"50"', "disputed": "true"}, 12, "disputed without an explanation"),
        ({"tolerance": "0.01"}, 11, "has tolerance but nothing to compare"),
        ({"recompute": '"40.3"', "tolerance": "5"}, 12, "a share of the value"),
        ({"seen": '"derived"'}, 9, "is derived here but has no recompute"),
    ],
)
def test_bad_fact_is_one_sentence_at_its_line(
    book: Any, changes: dict[str, str], line: int, words: str
) -> None:
    warnings = book(toml(**changes)).warnings.splitlines()
    assert len(warnings) == 1, warnings
    assert f"bib/facts/a.toml:{line}: WARNING: fact 'hbm' " in warnings[0]
    assert words in warnings[0]


def test_malformed_toml_is_located_once(book: Any) -> None:
    warnings = book(toml() + "unit = GB\n").warnings.splitlines()
    assert len(warnings) == 1
    assert "a.toml:11: WARNING: not TOML" in warnings[0]


def test_toml_that_ends_too_early_is_located_at_its_end(book: Any) -> None:
    assert "a.toml:10: WARNING: not TOML" in book(toml(date='"2026')).warnings


def test_line_is_right_below_a_multiline_string(book: Any) -> None:
    statement = '"""\n[not-a-table]\nlocator = 3\n"""'
    assert (
        "a.toml:11: WARNING: fact 'hbm' has an empty locator"
        in book(toml(statement=statement, locator='""')).warnings
    )


def test_id_used_twice_names_the_first_place(book: Any) -> None:
    built = book(toml(), {"../bib/facts/b.toml": "\n" + toml()})
    assert "b.toml:2: WARNING: fact 'hbm' is already defined at a.toml:1" in built.warnings


def test_id_that_makes_no_anchor(book: Any) -> None:
    assert "a.toml:1: WARNING: fact 'HBM' is no id" in book(toml('"HBM"')).warnings


def test_unknown_id_is_located_and_names_the_nearest(book: Any) -> None:
    built = book(toml("hbm-standard") + toml("years"))
    (warning,) = built.warnings.splitlines()
    assert "article.md:4: WARNING: no fact 'hbm' in bib/facts/*.toml" in warning
    assert "the nearest are hbm-standard" in warning


def test_missing_module_is_the_recomputations_fault(book: Any) -> None:
    built = book(toml(recompute='"1"'), press_fact_namespace="no_such_module")
    assert "a.toml:11" in built.warnings
    assert "No module named 'no_such_module'" in built.warnings


@pytest.mark.parametrize(
    ("namespace", "file"),
    [("math", None), ("colorsys", "colorsys.py"), ("email", "message.py")],
    ids=["built in", "module", "package"],
)
def test_a_ledger_is_read_again_when_the_code_behind_it_changes(
    book: Any, namespace: str, file: str | None
) -> None:
    built = book(toml(recompute='"40.3"'), press_fact_namespace=namespace)
    noted = {Path(name).name for name in built.app.env.dependencies["ledger"]}
    assert noted - {"a.toml"} >= ({file} if file else set())


def test_book_without_a_ledger_says_so(book: Any) -> None:
    built = book(toml(), {"ledger.md": "# Nothing\n"})
    assert "put {fact-ledger} on a page" in built.warnings


def test_parallel_reading_keeps_every_use(book: Any) -> None:
    names = [f"page{number}" for number in range(8)]
    pages = {f"{name}.md": f"# {name}\n\n{{fact}}`hbm`\n" for name in names}
    listed = "\n".join(["ledger", "list", "article", *names])
    pages["index.md"] = f"# Book\n\n```{{toctree}}\n{listed}\n```\n"
    built = book(toml(), pages, parallel=2)
    assert built.warnings == ""
    assert entry(built).endswith("Used in Article, " + ", ".join(names) + ".")


def rebuild(built: Any) -> list[str]:
    """Build the same book again, as a new process would, and return the pages read again."""
    read: list[str] = []
    old = built.app
    with docutils_namespace():
        app = Sphinx(
            old.srcdir, old.confdir, old.outdir, old.doctreedir, "html",
            {**old.config.overrides, "extensions": ["myst_parser", *EXTENSIONS]},
            io.StringIO(), io.StringIO(),
        )  # fmt: skip
        app.connect("source-read", lambda _app, docname, _text: read.append(docname))
        app.build()
    return sorted(read)


def test_facts_may_come_together_with_a_new_file_of_their_sources(book: Any) -> None:
    built = book(toml())
    bib = built.app.confdir / "bib"
    (bib / "b.bib").write_text(BIB.replace("{dao", "{tri").replace("05135", "05136"))
    (bib / "facts/b.toml").write_text(toml("sram", source='"tri"'))
    built.app.config.overrides["bibtex_bibfiles"] = ["bib/a.bib", "bib/b.bib"]
    assert rebuild(built) == ["ledger", "list"]


def test_changed_and_new_facts_reread_what_they_touch(book: Any) -> None:
    built = book(toml())
    assert rebuild(built) == []
    facts = built.app.confdir / "bib/facts"
    (facts / "a.toml").write_text(toml(value="41.3", display='"41.3 GB"'))
    assert rebuild(built) == ["article", "ledger"]
    assert "41.3 GB" in built.text("article.html")
    (facts / "b.toml").write_text(toml("new"))
    assert "ledger" in rebuild(built)
    assert 'id="fact-new"' in built.text("ledger-b.html")


def test_new_use_rewrites_the_ledger(book: Any) -> None:
    built = book(toml())
    page = built.app.srcdir / "index.md"
    page.write_text(page.read_text() + "\n{fact}`hbm`\n")
    assert rebuild(built) == ["index"]
    assert entry(built).endswith("Used in Article, Book.")
