"""The ledger: ``{fact-ledger}`` shows of each fact what it says, where it stands and who uses it.

It is one page of definitions by subject; a website parts it (`press.ledger_site`).
"""

from collections.abc import Set
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from press import links
from press.fact_data import Fact, FactBase, Subject, readable
from press.facts import SEEN, code_files, domain_of
from press.reading import written_date


class fact_uses(nodes.General, nodes.Element):
    """Stands for "Used in …" until every document has been read; gone before any writer."""


class FactLedger(SphinxDirective):
    """``{fact-ledger}``: every fact with its source, its recomputation and its uses."""

    def run(self) -> list[nodes.Node]:
        """Return a section for each subject, a definition list with one item per fact."""
        domain = domain_of(self.env)
        domain.data["ledgers"][self.env.docname] = domain.base.files
        for path in [*domain.base.files, *code_files(self.config.press_fact_namespace)]:
            self.env.note_dependency(str(path))
        subjects = domain.base.subjects.values()
        return [self._section(subject, domain.base) for subject in subjects if subject.ids]

    def _section(self, subject: Subject, base: FactBase) -> nodes.section:
        """Set the facts of a subject under its heading, where the contents of the page find it."""
        items = [self._item(base.facts[id]) for id in subject.ids]
        body = nodes.definition_list("", *items, classes=["facts"])
        section = nodes.section("", nodes.title("", subject.title), body, subject=subject.name)
        section["names"].append(nodes.fully_normalize_name(subject.title))
        self.state.document.note_implicit_target(section, section)
        return section

    def _item(self, fact: Fact) -> nodes.definition_list_item:
        """Set one fact: what it says, on what, where it stands, what we get, who uses it."""
        term = nodes.term("", "", nodes.strong("", fact.display), ids=[f"fact-{fact.id}"])
        seen = f"{SEEN[fact.seen]}, {written_date(fact.date.isoformat())}"
        body = [
            self._paragraph("says", "", fact.statement),
            self._paragraph("on", "Conditions: ", fact.on),
            self._paragraph(
                "source", "Source: ", f"{{cite:t}}`{fact.source}`", f", {fact.locator}; {seen}."
            ),
        ]
        if fact.ours is not None:
            body.append(_recomputation(fact))
        if fact.explanation:
            body.append(self._paragraph("why", "", fact.explanation))
        body.append(fact_uses(fact=fact.id, docname=self.env.docname))
        return nodes.definition_list_item("", term, nodes.definition("", *body))

    def _paragraph(self, name: str, label: str, markup: str, plain: str = "") -> nodes.Node:
        """Parse a sentence that may hold formulas and citations; add one that holds none."""
        inline, messages = self.parse_inline(markup, lineno=self.lineno)
        return nodes.paragraph(
            "", "", *_label(label), *inline, *messages, nodes.Text(plain), classes=[name]
        )


def _label(text: str) -> list[nodes.Node]:
    """Name what follows; a table, whose head names it, may hide this."""
    return [nodes.inline("", text, classes=["label"])] if text else []


def _recomputation(fact: Fact) -> nodes.paragraph:
    """Say what we get, and how far that is from what is published."""
    assert fact.ours is not None
    small = abs(fact.difference) < 0.5e-4
    share = "less than 0.01%" if small else f"{abs(fact.difference):.2%}"
    verdict = f"{share} {'above' if fact.difference > 0 else 'below'}"
    if abs(fact.difference) >= 1 and fact.value:
        verdict = f"{fact.ours / fact.value:.3g} times as much"
    elif fact.reached:
        verdict = "the same"
    number = f"{readable(fact.ours)} {fact.unit}".rstrip().replace(" %", "%")
    disputed = ", and we cannot reproduce the published number" if fact.disputed else ""
    return nodes.paragraph(
        "", "",
        *_label("Recomputed: "),
        nodes.literal("", fact.recompute),
        nodes.Text(f" gives {number}, {verdict}{disputed}."),
        classes=["ours"],
    )  # fmt: skip


class FactUses(SphinxPostTransform):
    """Fills in "Used in …" once every document has been read."""

    default_priority = 9  # before references are resolved

    def run(self, **_: Any) -> None:
        """Replace each placeholder by links to the documents that print its fact."""
        for node in list(self.document.findall(fact_uses)):
            docnames = domain_of(self.env).used_in(node["fact"])
            words = _label("Used in ") if docnames else [nodes.Text("Not used yet.")]
            paragraph = nodes.paragraph("", "", *words, classes=["uses"])
            uses = (links.document(node["docname"], d, _heading(self.env, d)) for d in docnames)
            paragraph += links.joined(uses, ", ")
            paragraph += [nodes.Text(".")] if docnames else []
            node.replace_self(paragraph)


def _heading(env: BuildEnvironment, docname: str) -> str:
    """Return a document's number, if it has one, and title."""
    number = env.toc_secnumbers.get(docname, {}).get("", ())
    return " ".join([".".join(map(str, number)), env.titles[docname].astext()]).strip()


def outdated(app: Sphinx, env: BuildEnvironment, *_: Set[str]) -> list[str]:
    """Read the ledger's page again when a facts file came or went."""
    domain = domain_of(env)
    return [d for d, files in domain.data["ledgers"].items() if files != domain.base.files]


def reprint(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the ledger's page again when a use or a title changed."""
    data = domain_of(env).data
    printed = {doc: (_heading(env, doc), ids) for doc, ids in data["uses"].items()}
    if printed == data["printed"]:
        return []
    data["printed"] = printed
    return list(data["ledgers"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and what fills in its uses."""
    app.add_directive("fact-ledger", FactLedger)
    app.add_node(fact_uses)
    app.add_post_transform(FactUses)
    app.connect("env-get-outdated", outdated)
    app.connect("env-get-updated", reprint, priority=600)  # after the articles were numbered
    app.setup_extension("press.ledger_site")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
