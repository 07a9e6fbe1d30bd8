"""Tested source shown by the name Python gives it, never by a second copy.

    ```{listing} minseek.attention:attention
    ```

shows a function, a class, a method (``module:Class.method``) or, without a colon, a whole module.
The docstring and its examples belong to the source and are shown. Options: :caption: (markdown;
the default is the path and the object) and :name: (default ``lst-`` and the object, with dashes
for dots and colon: {numref}`lst-minseek-attention-attention`). Give a :name: when an object is
listed a second time.

The source folder lies at the root of the repository; paths are given from there.

The build fails when the module or the object is gone, and when a line is wider than the printed
page. The module is found, not imported; only its parent packages are, so they hold docstrings
and nothing else. A changed source file re-reads exactly the articles that list it.
"""

from difflib import get_close_matches
from importlib.machinery import ModuleSpec
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from os.path import relpath
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralInclude
from sphinx.errors import PycodeError
from sphinx.pycode import ModuleAnalyzer
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata, OptionSpec

COLUMNS = 72  # what the PDF's measure holds

logger = logging.getLogger(__name__)


class Unlisted(LookupError):
    """There is no such module or object; the message says which one is nearest."""


def nearest(name: str, names: list[str]) -> str:
    """Return a clause that names the closest of ``names``, or nothing if there are none.

    >>> nearest("atention", ["mask", "attention"])
    "; the nearest name is 'attention'"
    """
    close = get_close_matches(name, names, n=1, cutoff=0)
    return f"; the nearest name is {close[0]!r}" if close else ""


def submodules(parent: ModuleSpec | None) -> list[str]:
    """Return the names inside a package, or of all installed packages for None."""
    if parent is None:
        return sorted(packages_distributions())
    return [found.name for found in iter_modules(parent.submodule_search_locations or [])]


def find_source(module: str) -> Path:
    """Return a module's file without importing the module.

    >>> find_source("json.decoder").name
    'decoder.py'
    """
    name, spec = "", None
    for part in module.split("."):
        parent, name = spec, f"{name}.{part}".lstrip(".")
        inside = parent is None or parent.submodule_search_locations
        spec = find_spec(name) if part and inside else None
        if spec is None:
            hint = nearest(part, submodules(parent))
            raise Unlisted(f"there is no module {name!r} to list{hint}")
    if spec is None or not str(spec.origin).endswith(".py"):
        raise Unlisted(f"module {module!r} has no Python source to list")
    return Path(str(spec.origin))


def find_lines(source: Path, name: str) -> tuple[int, int | None]:
    """Return the first and the last line of an object; a whole module has no last one."""
    if not name:
        return 1, None
    try:
        tags = ModuleAnalyzer.for_file(source, "").find_tags()
    except PycodeError as error:
        raise Unlisted(f"{source} is not Python that can be parsed ({error})") from error
    if name not in tags:
        raise Unlisted(f"{source.name} defines no {name!r} to list{nearest(name, [*tags])}")
    return tags[name][1:]


class Listing(LiteralInclude):
    """``{listing} module:object``: a numbered listing of tested source."""

    option_spec: ClassVar[OptionSpec] = {
        "caption": directives.unchanged_required,
        "name": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the captioned block, which knows its object, file and line."""
        target = self.arguments[0]
        module, _, name = target.partition(":")
        try:
            source = find_source(module)
            self.env.note_dependency(str(source))  # so that a mended source is looked at again
            first, last = find_lines(source, name)
        except Unlisted as error:
            raise self.error(f"{error}: correct {target!r}") from error
        self.describe(source, module, name)
        listed = super().run()
        for block in nodes.Element("", *listed).findall(nodes.literal_block):
            block["listing"] = target
            block["listing_path"] = Path(relpath(source, self.env.srcdir.parent)).as_posix()
            block["listing_line"], block["listing_end"] = first, last
            self.check_width(block)
        return listed

    def describe(self, source: Path, module: str, name: str) -> None:
        """Turn the object into LiteralInclude's argument and options."""
        depth = module.count(".") + (2 if source.name == "__init__.py" else 1)
        place = f"`{'/'.join(source.parts[-depth:])}`" + (f", `{name}`" if name else "")
        caption = self.options.get("caption")
        self.options["caption"] = f"{caption} ({place})" if caption else place
        dashed = self.arguments[0].replace(".", "-").replace(":", "-")
        self.options.setdefault("name", f"lst-{dashed}")
        self.options |= {"language": "python", "dedent": None}
        if name:
            self.options["pyobject"] = name
        self.arguments[0] = "/" + relpath(source, self.env.srcdir)

    def check_width(self, block: nodes.literal_block) -> None:
        """Warn of every line that the printed page would break."""
        for number, line in enumerate(block.astext().splitlines(), block["listing_line"]):
            if len(line) > COLUMNS:
                logger.warning(
                    f"{block['listing_path']}:{number} is {len(line)} columns wide in the listing "
                    f"and the page holds {COLUMNS}: break the line",
                    location=self.get_location(),
                    type="press",
                    subtype="listing",
                )


class LinkSource(SphinxPostTransform):
    """On the web, end a listing's caption with a link to the file in the repository."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Add the links."""
        base = self.config.press_repository
        for block in list(self.document.findall(nodes.literal_block)):
            if base and "listing" in block and isinstance(block.parent[0], nodes.caption):
                lines = f"L{block['listing_line']}"
                lines += f"-L{block['listing_end']}" if block["listing_end"] else ""
                url = f"{base.rstrip('/')}/{block['listing_path']}#{lines}"
                link = nodes.reference("", "open the source", refuri=url, internal=False)
                link["reftitle"] = f"Source of {block['listing']}"
                link["classes"] = ["listing-source"]
                block.parent[0] += [nodes.Text(" "), link]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive, the link and where the repository can be browsed."""
    app.add_config_value("press_repository", "", "html", types=frozenset({str}))
    app.add_directive("listing", Listing)
    app.add_post_transform(LinkSource)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
