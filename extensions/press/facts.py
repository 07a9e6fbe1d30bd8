"""Facts: ``{fact}`` prints a number from bib/facts, ``{fact-ledger}`` shows where each is from."""

from collections.abc import Mapping, Set
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, cast

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

from press.fact_data import Fact, FactBase, load, readable
from press.reading import written_date

logger = logging.getLogger(__name__)

SEEN = {
    "primary": "read in the original",
    "transcription": "read in a transcription of the original",
    "secondary": "known from another text only",
    "derived": "computed here from what the source says",
}


class FactDomain(Domain):
    """Which document uses which fact, and on which page the ledger stands."""

    name, label = "fact", "Fact"
    initial_data: ClassVar[dict[str, Any]] = {
        "uses": {},  # docname -> ids, in order of first use
        "ledgers": {},  # docname -> the fact files it was made from
        "printed": None,  # what the ledger's "used in" lines were made from
    }

    base: FactBase  # read once per build, by read_facts

    def use(self, fact_id: str) -> Fact | None:
        """Note that the current document prints a fact, and return it."""
        for path in self.base.files:
            self.env.note_dependency(str(path))
        fact = self.base.facts.get(fact_id)
        used = self.data["uses"].setdefault(self.env.docname, [])
        if fact and fact_id not in used:
            used.append(fact_id)
        return fact

    def used_in(self, fact_id: str) -> list[str]:
        """Return the documents that print a fact."""
        return sorted(doc for doc, ids in self.data["uses"].items() if fact_id in ids)

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        self.data["uses"].pop(docname, None)
        self.data["ledgers"].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        for key in ("uses", "ledgers"):
            self.data[key] |= {d: v for d, v in otherdata[key].items() if d in docnames}

    def resolve_xref(
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, typ: str,
        target: str, node: pending_xref, contnode: nodes.Element,
    ) -> nodes.reference | None:  # fmt: skip
        """Link a printed fact to its entry in the ledger."""
        if not self.data["ledgers"]:
            logger.warning(
                "fact %r has no ledger to point to; put {fact-ledger} on a page",
                target, location=node, type="press", subtype="fact",
            )  # fmt: skip
            return None
        reference = make_refnode(
            builder, fromdocname, min(self.data["ledgers"]), f"fact-{target}", contnode
        )
        reference["ids"] = node["ids"]
        return reference

    def resolve_any_xref(self, *_: Any) -> list[tuple[str, nodes.reference]]:
        """Answer {any}: a fact is never meant by it."""
        return []


def _domain(env: BuildEnvironment) -> FactDomain:
    return cast("FactDomain", env.get_domain("fact"))


def used_by(env: BuildEnvironment, docname: str) -> list[Fact]:
    """Return the facts that a document prints, in the order of first use."""
    domain = _domain(env)
    return [domain.base.facts[id] for id in domain.data["uses"].get(docname, ())]


def linked(env: BuildEnvironment, fact: Fact, text: str) -> pending_xref:
    """Return a text that leads to a fact's entry in the ledger."""
    return pending_xref(
        "", nodes.inline("", text, classes=["fact"]),
        refdomain="fact", reftype="fact", reftarget=fact.id, refdoc=env.docname,
        ids=[f"fact-use-{env.new_serialno('fact') + 1}"],
    )  # fmt: skip


class FactRole(SphinxRole):
    """``{fact}`fa1-hbm-standard```: the display text of a fact."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the display text, to be linked to the ledger."""
        domain = _domain(self.env)
        fact = domain.use(self.text)
        if fact is None:
            self._complain(domain.base)
            return [nodes.inline(self.rawtext, self.text, classes=["fact"])], []
        xref = linked(self.env, fact, fact.display)
        self.set_source_info(xref)
        return [xref], []

    def _complain(self, base: FactBase) -> None:
        """Name the facts that may have been meant; a fact that could not be read has complained."""
        if self.text in base.broken:
            return
        near = get_close_matches(self.text, base.facts, cutoff=0)
        hint = f"the nearest are {', '.join(near)}" if near else "there is no good one yet"
        logger.warning(
            "no fact %r in %s/*.toml; %s", self.text, self.config.press_facts, hint,
            location=self._place(), type="press", subtype="fact",
        )  # fmt: skip

    def _place(self) -> str:
        """Return file and line; the parser knows only the line on which the paragraph begins."""
        path, start = self.get_source_info()
        lines = Path(path).read_text("utf-8").splitlines()
        below = range(start, len(lines) + 1)
        line = next((i for i in below if f"{{fact}}`{self.text}`" in lines[i - 1]), start)
        return f"{path}:{line}"


class fact_uses(nodes.General, nodes.Element):
    """Stands for "Used in …" until every document has been read; gone before any writer."""


class FactLedger(SphinxDirective):
    """``{fact-ledger}``: every fact with its source, its recomputation and its uses."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each subject, a definition list with one item per fact."""
        domain = _domain(self.env)
        domain.data["ledgers"][self.env.docname] = domain.base.files
        for path in [*domain.base.files, *code_files(self.config.press_fact_namespace)]:
            self.env.note_dependency(str(path))
        subjects = domain.base.subjects.items()
        return [self._subject(subject, ids, domain.base) for subject, ids in subjects if ids]

    def _subject(self, subject: str, ids: list[str], base: FactBase) -> nodes.section:
        """Set the facts of one file under its heading, where the contents of the page find it."""
        items = [self._item(base.facts[id]) for id in ids]
        body = nodes.definition_list("", *items, classes=["facts"])
        section = nodes.section("", nodes.title("", subject), body)
        section["names"].append(nodes.fully_normalize_name(subject))
        self.state.document.note_implicit_target(section, section)
        return section

    def _item(self, fact: Fact) -> nodes.definition_list_item:
        """Set one fact: what it says, on what, where it stands, what we get, who uses it."""
        term = nodes.term("", "", nodes.strong("", fact.display), ids=[f"fact-{fact.id}"])
        body = [
            self._paragraph(fact.statement),
            self._paragraph(f"Conditions: {fact.on}"),
            self._paragraph(
                f"Source: {{cite:t}}`{fact.source}`",
                f", {fact.locator}; {SEEN[fact.seen]}, {written_date(fact.date.isoformat())}.",
            ),
        ]
        if fact.ours is not None:
            body.append(_recomputation(fact))
        if fact.explanation:
            body.append(self._paragraph(fact.explanation))
        body.append(fact_uses(fact=fact.id, docname=self.env.docname))
        return nodes.definition_list_item("", term, nodes.definition("", *body))

    def _paragraph(self, markup: str, plain: str = "") -> nodes.Node:
        """Parse a sentence that may hold formulas and citations; add one that holds none."""
        inline, messages = self.parse_inline(markup, lineno=self.lineno)
        return nodes.paragraph("", "", *inline, *messages, nodes.Text(plain))


def _recomputation(fact: Fact) -> nodes.paragraph:
    """Say what we get, and how far that is from what is published."""
    assert fact.ours is not None
    verdict = f"{abs(fact.difference):.2%} {'above' if fact.difference > 0 else 'below'}"
    if abs(fact.difference) >= 1 and fact.value:
        verdict = f"{fact.ours / fact.value:.3g} times as much"
    elif abs(fact.difference) < 1e-9:
        verdict = "the same"
    number = f"{readable(fact.ours)} {fact.unit}".rstrip()
    disputed = ", and we cannot reproduce the published number" if fact.disputed else ""
    return nodes.paragraph(
        "", "",
        nodes.Text("Recomputed: "),
        nodes.literal("", fact.recompute),
        nodes.Text(f" gives {number}, {verdict}{disputed}."),
    )  # fmt: skip


class FactUses(SphinxPostTransform):
    """Fills in "Used in …" once every document has been read."""

    default_priority = 9  # before references are resolved

    def run(self, **_: Any) -> None:
        """Replace each placeholder by links to the documents that print its fact."""
        for node in list(self.document.findall(fact_uses)):
            docnames = _domain(self.env).used_in(node["fact"])
            paragraph = nodes.paragraph("", "Used in " if docnames else "Not used yet.")
            for number, docname in enumerate(docnames):
                paragraph += [nodes.Text(", ")] if number else []
                paragraph += self._link(node["docname"], docname)
            paragraph += [nodes.Text(".")] if docnames else []
            node.replace_self(paragraph)

    def _link(self, fromdocname: str, docname: str) -> pending_xref:
        """Return a reference to a document, by number and title."""
        title = nodes.inline("", _heading(self.env, docname))
        return pending_xref(
            "", title, refdomain="std", reftype="doc", reftarget=f"/{docname}",
            refdoc=fromdocname, refexplicit=True, refwarn=True,
        )  # fmt: skip


def _heading(env: BuildEnvironment, docname: str) -> str:
    """Return a document's number, if it has one, and title."""
    number = env.toc_secnumbers.get(docname, {}).get("", ())
    return " ".join([".".join(map(str, number)), env.titles[docname].astext()]).strip()


def code_files(namespace: str) -> list[Path]:
    """Return the files that recomputations run: a module, or all of a package."""
    spec = find_spec(namespace)
    if spec is None or spec.origin is None:
        return []
    if spec.submodule_search_locations is None:
        return [Path(spec.origin)]
    return sorted(Path(spec.origin).parent.rglob("*.py"))


def read_facts(app: Sphinx) -> None:
    """Read the facts, before any page, and warn about each that cannot stand."""

    def namespace() -> Mapping[str, Any]:
        return vars(import_module(app.config.press_fact_namespace))

    sources = app.env.get_domain("cite").data["bibdata"].data.entries
    base = load(Path(app.confdir, app.config.press_facts), list(sources), namespace)
    for path, line, message in base.problems:
        logger.warning(message, location=f"{path}:{line}", type="press", subtype="fact")
    _domain(app.env).base = base


def outdated(app: Sphinx, env: BuildEnvironment, *_: Set[str]) -> list[str]:
    """Read the ledger's page again when a facts file came or went."""
    domain = _domain(env)
    return [d for d, files in domain.data["ledgers"].items() if files != domain.base.files]


def reprint(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the ledger's page again when a use or a title changed."""
    data = _domain(env).data
    printed = {doc: (_heading(env, doc), ids) for doc, ids in data["uses"].items()}
    if printed == data["printed"]:
        return []
    data["printed"] = printed
    return list(data["ledgers"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain, its role and its directive."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_config_value("press_facts", "bib/facts", "env", frozenset({str}))
    app.add_config_value("press_fact_namespace", "minseek.accounting", "env", frozenset({str}))
    app.add_domain(FactDomain)
    app.add_role("fact", FactRole())
    app.add_directive("fact-ledger", FactLedger)
    app.add_node(fact_uses)
    app.add_post_transform(FactUses)
    app.connect("builder-inited", read_facts, priority=600)  # after bibtex has read its files
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", reprint)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
