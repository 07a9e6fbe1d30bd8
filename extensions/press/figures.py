"""Figures: drawings that a script makes, described in words, and part of the page on the web.

    ```{figure} /figures/dot-product.svg
    :name: fig-dot-product
    :alt: What a sighted reader learns from it.

    The caption: the finding, in a sentence.
    ```

Every rule is checked when the article is read, so that each format fails alike. A long :alt: goes
on over several lines when the options stand between two lines of dashes, each further line
indented:

    ```{figure} /figures/dot-product.svg
    ---
    name: fig-dot-product
    alt: The angle between two arrows shrinks,
      and their dot product grows.
    ---
    The caption.
    ```

HTML gets the drawing itself (see press.inline_svg); other formats keep the image node.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.directives.patches import Figure
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from press import inline_svg, palette

FOLDER = "/figures/"  # below the source folder

logger = logging.getLogger(__name__)


class CheckedFigure(Figure, SphinxDirective):
    """``{figure}`` under the house's rules."""

    def run(self) -> list[nodes.Node]:
        """Warn of each broken rule, then do what ``{figure}`` does."""
        location = self.get_location()
        for problem in [*self.missing(), *self.faults()]:
            message = f"figure {self.arguments[0]} {problem}"
            logger.warning(message, location=location, type="press", subtype="figure")
        return super().run()

    def missing(self) -> Iterator[str]:
        """Yield what the article does not say about the figure."""
        name = self.options.get("name", "")
        if not name.startswith("fig-"):
            yield f'has the name "{name}": give it a :name: that begins with fig-'
        if not self.options.get("alt", "").strip():
            yield "has no description: say in :alt: what a sighted reader learns from it"
        if not self.content:
            yield "has no caption: write the finding, in a sentence, below the options"

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the drawing's place, its script and its content."""
        uri = self.arguments[0]
        if not (uri.startswith(FOLDER) and uri.endswith(".svg")):
            yield f"is not an SVG under {FOLDER}: move it there"
            return
        path = Path(self.env.relfn2path(uri)[1])
        folder = self.config.press_figure_scripts
        dependency, script = self.env.relfn2path(f"/../{folder}/{path.stem}.py")
        self.env.note_dependency(dependency)
        self.env.note_dependency(palette.__file__)
        if not Path(script).exists():
            yield f"has no script {path.stem}.py in {Path(script).parent}: write what draws it"
        if not path.exists():
            yield "does not exist: run its script, or correct the name"
            return
        try:
            for content in dict.fromkeys(inline_svg.problems(inline_svg.read(path))):
                yield f"holds {content}: correct its script and draw it again"
        except inline_svg.BadDrawing as error:
            yield f"holds {error}: draw it again"


class Inline(SphinxPostTransform):
    """On the web, put each drawing into the page in place of its image."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Replace the images of figures; one that is refused stays and has been reported."""
        for figure in self.document.findall(nodes.figure):
            for image in list(figure.findall(nodes.image)):
                path = Path(self.env.srcdir, image["uri"])
                if path.suffix != ".svg" or not path.exists() or not figure["ids"]:
                    continue
                try:
                    root = inline_svg.read(path)
                    html = inline_svg.inline(root, figure["ids"][0], image.get("alt", ""))
                except inline_svg.BadDrawing:
                    continue
                # the image itself is kept for who writes the page as text (press.llms)
                image.replace_self(nodes.raw("", html, format="html", image=image))


def check_tables(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of a table that can be referred to and has no caption, so no number."""
    for table in doctree.findall(nodes.table):
        if table["names"] and not isinstance(table[0], nodes.title):
            logger.warning(
                f"table {table['names'][0]!r} has no caption: write it after {{table}}",
                location=table,
                type="press",
                subtype="table",
            )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the checked directive, the inlining and the folder of scripts."""
    # from the root of the repository, where the source folder lies
    app.add_config_value("press_figure_scripts", "code/figures", "env", types=frozenset({str}))
    app.add_directive("figure", CheckedFigure, override=True)
    app.add_post_transform(Inline)
    app.connect("doctree-read", check_tables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
