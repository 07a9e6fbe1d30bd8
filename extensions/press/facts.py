"""Facts: ``{fact}`` prints a number from bib/facts and leads to its place in the ledger."""

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
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

from press.fact_data import Fact, FactBase, load

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
    parted: dict[str, list[nodes.section]]  # ledger -> what a website shows on other pages

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
            builder, fromdocname, self.page_of(target, builder), f"fact-{target}", contnode
        )
        reference["ids"] = node["ids"]
        return reference

    def page_of(self, fact_id: str, builder: Builder) -> str:
        """Return the page that shows a fact: that of its subject, if an output has such pages."""
        ledger: str = min(self.data["ledgers"])
        if builder.format not in ("html", "notebooks"):  # whose links lead to the website
            return ledger
        return subject_page(ledger, self.base.subject_of(fact_id).name)

    def resolve_any_xref(self, *_: Any) -> list[tuple[str, nodes.reference]]:
        """Answer {any}: a fact is never meant by it."""
        return []


def domain_of(env: BuildEnvironment) -> FactDomain:
    """Return the facts of an environment."""
    return cast("FactDomain", env.get_domain("fact"))


def subject_page(ledger: str, name: str) -> str:
    """Name a website's page of a subject; beside the ledger, so that links on both are the same."""
    return f"{ledger}-{name}"


def used_by(env: BuildEnvironment, docname: str) -> list[Fact]:
    """Return the facts that a document prints, in the order of first use."""
    domain = domain_of(env)
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
        domain = domain_of(self.env)
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
    domain = domain_of(app.env)
    domain.base, domain.parted = base, {}


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain and its role, and the ledger."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_config_value("press_facts", "bib/facts", "env", frozenset({str}))
    app.add_config_value("press_fact_namespace", "minseek.accounting", "env", frozenset({str}))
    app.add_domain(FactDomain)
    app.add_role("fact", FactRole())
    app.connect("builder-inited", read_facts, priority=600)  # after bibtex has read its files
    app.setup_extension("press.ledger")
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
