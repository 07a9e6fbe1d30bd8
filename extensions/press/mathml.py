"""TeX to MathML, once for every output: one pandoc process for any number of formulas.

pandoc's texmath does the reading; ``mathml_mend`` repairs what it writes; ``speech`` adds the
spoken text. A formula is converted or refused with a reason: nothing is thinned out silently.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import pypandoc
from sphinx.errors import SphinxError

from press.mathml_mend import mend
from press.mathml_tree import NAMESPACE
from press.maths_lint import lint, prepared
from press.speech import speak

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_XMLNS = f' xmlns="{NAMESPACE}"'


class PandocError(SphinxError):
    """pandoc is missing, cannot be run, or refused what it was given."""

    category = "pandoc"


class Formula(NamedTuple):
    """One formula as its author wrote it."""

    tex: str
    display: bool


class Converted(NamedTuple):
    """The MathML of a formula; when refused, an ``<merror>`` that shows the TeX."""

    mathml: str
    refusal: str | None = None  # why, as the end of the sentence "formula `…` …"


def convert(
    formulas: Sequence[Formula], macros: Mapping[str, str] | None = None
) -> list[Converted]:
    r"""Convert each formula, in order, with a single pandoc process.

    >>> convert([Formula("x", False)])[0].mathml
    '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x"><mi>x</mi></math>'
    """
    reasons = [lint(formula.tex) for formula in formulas]
    accepted = [formula for formula, reason in zip(formulas, reasons, strict=True) if not reason]
    from_pandoc = iter(_pandoc(accepted, macros or {}))
    return [
        _refused(formula, reason) if reason else _finished(formula, *next(from_pandoc))
        for formula, reason in zip(formulas, reasons, strict=True)
    ]


def serialise(math: ET.Element, formula: Formula) -> str:
    """``<math>`` as text, with namespace, display and spoken text."""
    attributes = {"xmlns": NAMESPACE}
    if formula.display:
        attributes["display"] = "block"
    math.attrib.clear()
    math.attrib.update(attributes)
    spoken = speak(ET.tostring(math, "unicode"))
    math.set("alttext", spoken)
    return ET.tostring(math, "unicode")


def _finished(formula: Formula, math: ET.Element | None, reason: str) -> Converted:
    if math is None:
        return _refused(formula, reason)
    try:
        return Converted(serialise(mend(math, formula.display), formula))
    except ValueError as error:  # an element that mend or speak has never met
        return _refused(formula, f"cannot be finished: {error}")


def _refused(formula: Formula, reason: str) -> Converted:
    math = ET.Element("math")
    ET.SubElement(ET.SubElement(math, "merror"), "mtext").text = _printable(formula.tex)
    attributes = {"xmlns": NAMESPACE} | ({"display": "block"} if formula.display else {})
    math.attrib.update(attributes | {"alttext": _printable(formula.tex)})
    return Converted(ET.tostring(math, "unicode"), reason)


def _printable(tex: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in tex).split())


def _pandoc(
    formulas: Sequence[Formula], macros: Mapping[str, str]
) -> list[tuple[ET.Element | None, str]]:
    """The raw ``<math>`` of each formula, or None and texmath's complaint."""
    if not formulas:
        return []
    sources = [prepared(formula.tex, macros) for formula in formulas]
    blocks = [
        {"t": "Para", "c": [{"t": "Math", "c": [{"t": _kind(formula)}, tex]}]}
        for formula, tex in zip(formulas, sources, strict=True)
    ]
    html, log = _run({"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks})
    complaints = {entry["contents"]: entry["message"] for entry in log if "contents" in entry}
    # ET has no "ignore namespaces"; the formulas come without prefixes, so dropping it is safe
    paragraphs = list(ET.fromstring(f"<body>{html.replace(_XMLNS, '')}</body>"))
    if len(paragraphs) != len(formulas):
        raise PandocError(f"pandoc wrote {len(paragraphs)} of {len(formulas)} formulas")
    return [
        (paragraph.find("math"), _reason(complaints.get(tex, "")))
        for paragraph, tex in zip(paragraphs, sources, strict=True)
    ]


def _kind(formula: Formula) -> str:
    return "DisplayMath" if formula.display else "InlineMath"


def _run(document: dict[str, object]) -> tuple[str, list[dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.json")
        html = run_pandoc(document, "html", "--mathml", f"--log={log}")
        return html, json.loads(log.read_text("utf-8"))


def run_pandoc(document: Mapping[str, Any], to: str, *options: str) -> str:
    """Return what pandoc writes for a document; raise `PandocError` with what it says."""
    command = [pandoc_path(), "--from=json", f"--to={to}", "--wrap=none", *options]
    try:
        made = subprocess.run(
            command, input=json.dumps(document).encode(), capture_output=True, check=False
        )
    except OSError as error:
        raise PandocError(
            f"{command[0]} cannot be run ({error.strerror}): install pypandoc_binary again"
        ) from error
    if made.returncode:
        said = " ".join(made.stderr.decode(errors="replace").split())
        ended = f"signal {-made.returncode} ended it" if made.returncode < 0 else "no reason given"
        raise PandocError(f"pandoc could not write {to}: {said or ended}")
    return made.stdout.decode()


def pandoc_path() -> str:
    """The pandoc of the pinned wheel, never one that happens to be on PATH."""
    folder = Path(pypandoc.__file__).parent / "files"
    if (path := shutil.which("pandoc", path=str(folder))) is None:
        raise PandocError(f"no pandoc in {folder} that can be run: install pypandoc_binary again")
    return path


def _reason(complaint: str) -> str:
    """texmath's complaint in one phrase: its "unexpected …" line names the culprit."""
    unknown = re.search(r"unexpected control sequence (\S+)", complaint)
    if unknown:
        return f"has {unknown[1]}, which texmath does not know"
    unexpected = re.search(r"^unexpected (.+)$", complaint, re.MULTILINE)
    return f"cannot be read: unexpected {unexpected[1]}" if unexpected else "cannot be read"
