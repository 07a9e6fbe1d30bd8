"""Sphinx and the formulas: gather them while reading, convert them once, write them as MathML.

Every output takes its formulas from here: :func:`mathml` gives what the HTML page shows, and
``typst_maths`` and ``speech`` start from the same string.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from docutils import nodes
from sphinx.domains import Domain
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from press.mathml import Converted, Formula, convert
from press.swap import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

_CODE = (
    "mathml",
    "mathml_mend",
    "mathml_layout",
    "mathml_tree",
    "maths_lint",
    "speech",
    "speech_words",
)


class Use(NamedTuple):
    """Where a document uses a formula."""

    formula: Formula
    line: int | None


class MathsDomain(Domain):
    """Every formula of every document, and what it became."""

    name, label = "maths", "Mathematics as MathML"
    initial_data: ClassVar[dict[str, Any]] = {"uses": {}}  # docname -> list[Use]

    @property
    def uses(self) -> dict[str, list[Use]]:
        """The formulas of each document, in reading order."""
        return cast("dict[str, list[Use]]", self.data["uses"])

    def setup(self) -> None:
        """Start with no conversions: they are derived, so they live beside the environment."""
        super().setup()
        self.converted: dict[Formula, Converted] = {}

    def clear_doc(self, docname: str) -> None:
        """Forget a document that is read again or gone."""
        self.uses.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what a parallel reader found."""
        self.uses.update({name: otherdata["uses"].get(name, []) for name in docnames})

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Gather the formulas of a document that was just read."""
        self.uses[docname] = list(_uses(document))

    def convert_all(self) -> None:
        """Convert what no earlier build has converted: one pandoc process for all of it."""
        wanted = {use.formula: None for uses in self.uses.values() for use in uses}
        cache = Cache(Path(self.env.doctreedir, "maths.json"), self.macros)
        known = cache.load()
        missing = [formula for formula in wanted if formula not in known]
        known |= dict(zip(missing, convert(missing, self.macros), strict=True))
        self.converted = {formula: known[formula] for formula in wanted}
        if missing:
            cache.save(self.converted)

    def report(self) -> None:
        """Warn of each refused formula at the place that uses it."""
        for docname, uses in self.uses.items():
            for use in uses:
                _warn(use.formula, self.converted[use.formula], (docname, use.line))

    @property
    def macros(self) -> Mapping[str, str]:
        """The author's shared macros, name to body."""
        return cast("Mapping[str, str]", self.env.config.press_maths_macros)


class Cache(NamedTuple):
    """The conversions on disk; other code or other macros make it worthless."""

    path: Path
    macros: Mapping[str, str]

    def load(self) -> dict[Formula, Converted]:
        """What an earlier build converted, or nothing."""
        try:
            stored = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if stored.get("fingerprint") != self.fingerprint():
            return {}
        return {Formula(t, d): Converted(m, r) for t, d, m, r in stored["formulas"]}

    def save(self, converted: Mapping[Formula, Converted]) -> None:
        """Replace the file in one step, for another builder may be reading it."""
        rows = [[*formula, *result] for formula, result in sorted(converted.items())]
        stored = {"fingerprint": self.fingerprint(), "formulas": rows}
        write(self.path, json.dumps(stored, ensure_ascii=False, indent=0).encode())

    def fingerprint(self) -> str:
        """A hash of all that decides a conversion besides the formula."""
        digest = hashlib.sha256(version("pypandoc_binary").encode())
        digest.update(json.dumps(sorted(self.macros.items())).encode())
        for module in _CODE:
            digest.update(Path(__file__).with_name(f"{module}.py").read_bytes())
        return digest.hexdigest()


def mathml(env: BuildEnvironment, tex: str, display: bool) -> str:
    """The finished ``<math>`` of a formula, with its spoken text as ``alttext``.

    A refused formula comes as ``<merror>`` with its TeX: the warning has failed the build.
    """
    domain = cast("MathsDomain", env.get_domain("maths"))
    formula = Formula(tex, display)
    if formula not in domain.converted:  # made after reading, for example by a transform
        domain.converted[formula] = convert([formula], domain.macros)[0]
        _warn(formula, domain.converted[formula], None)
    return domain.converted[formula].mathml


def _warn(formula: Formula, result: Converted, location: tuple[str, int | None] | None) -> None:
    if result.refusal:
        tex = " ".join(formula.tex.split())
        message = "formula `%s` is refused: it %s"
        logger.warning(
            message, tex, result.refusal, location=location, type="press", subtype="maths"
        )


def _uses(document: nodes.document) -> Iterator[Use]:
    for node in document.findall(lambda n: isinstance(n, (nodes.math, nodes.math_block))):
        yield Use(Formula(node.astext(), isinstance(node, nodes.math_block)), _line(node))


def _line(node: nodes.Node | None) -> int | None:
    """The line of the nearest node that knows one: inline nodes seldom do."""
    while node is not None and node.line is None:
        node = node.parent
    return node.line if node is not None else None


def convert_before_writing(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Once all documents are read and merged, before any process forks to write."""
    domain = cast("MathsDomain", env.get_domain("maths"))
    domain.convert_all()
    domain.report()
    return []


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula inside a sentence: the bare ``<math>``."""
    self.body.append(mathml(self.builder.env, node.astext(), display=False))
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """A displayed formula: a region that scrolls by itself, and the equation's number.

    The region is a group, not a landmark: a page may hold forty of them.
    """
    number = get_node_equation_number(self, node) if node.get("number") else ""
    name = _("Equation %s") % number if number else _("Formula")
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    more: dict[str, str] = node.get("card", {})  # of press.symbols
    attributes = {"role": "group", "tabindex": "0", "aria-label": name, **more}
    region = "".join(f' {key}="{text}"' for key, text in attributes.items())
    self.body.append(f'<div class="math-scroll"{region}>')
    self.body.append(mathml(self.builder.env, node.astext(), display=True))
    self.body.append("</div>")
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain, the HTML renderer "mathml" and the macros of the authors."""
    app.add_domain(MathsDomain)
    app.add_config_value("press_maths_macros", {}, "env", types=frozenset({dict}))
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    app.connect("env-updated", convert_before_writing)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
