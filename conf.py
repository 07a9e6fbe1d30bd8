"""Sphinx configuration, as data: what the book is made of, extension by extension."""

import os
import tomllib
from pathlib import Path

project = "Deep Dives"
author = "The Deep Dives authors"
copyright = "2026, The Deep Dives authors. Text and figures CC BY 4.0, code MIT"
language = "en"
version = release = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["version"]

extensions = [
    "press.intake",
    "press.safety",
    "press.bibliography",
    "myst_parser",
    "sphinx.ext.doctest",
    "sphinxcontrib.bibtex",
    "press.series",
    "press.numbering",
    "press.indexes",
    "press.boxes",
    "press.exercises",
    "press.code_colours",
    "press.listing",
    "press.figures",
    "press.explorables",
    "press.gallery",
    "press.citations",
    "press.facts",
    "press.computed",
    "press.status",
    "press.maths",
    "press.notation",
    "press.prerequisites",
    "press.glossary",
    "press.term_order",
    "press.symbols",
    "press.together",
    "press.cards",
    "press.examples",
    "press.quick",
    "press.titles",
    "press.pandoc",
    "press.shipped",
    "press.sheets",
    "press.scripts",
    "press.search_index",
    "press.feed",
    "press.sitemap",
    "press.social",
    "press.llms",
    "press.not_found",
    "press.edition",
    "press.offline",
    "press.site_files",
]
exclude_patterns = ["figures"]
nitpicky = True

# What articles are written in
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "smartquotes"]
myst_dmath_double_inline = False
myst_heading_anchors = 3

# Numbers: an article's label leads them all, in every format
numfig = True
numfig_secnum_depth = 2
math_numfig = True
numfig_format = {
    "figure": "Figure %s",
    "table": "Table %s",
    "code-block": "Listing %s",
    "exercise": "Exercise %s",
}
math_eqref_format = "({number})"

# What is cited, published, listed and drawn
bibtex_bibfiles = sorted(f"bib/{path.name}" for path in Path("bib").glob("*.bib"))
bibtex_default_style = "press"
bibtex_reference_style = "press"
bibtex_cite_id = "ref-{key}"
bibtex_tooltips = False
press_plan = "plan.toml"
press_downloads = os.environ.get("DOWNLOADS_ADDRESS", "")
press_repository = os.environ.get("REPOSITORY_ADDRESS", "")
press_facts = "bib/facts"
press_computed = "code/minseek"
press_figure_scripts = "code/figures"
press_notation_models = {
    "V2": "deepseek-v2",
    "V3": "deepseek-v3",
    "V3.2": "deepseek-v3.2",
    "V4": "deepseek-v4-pro",
}

# Examples: one namespace per article, one seed, outputs that look the same on every machine
os.environ["TRITON_INTERPRET"] = "1"  # its kernels on the CPU; torch may import it in any article
doctest_global_setup = """
import torch
torch.manual_seed(0)
torch.set_printoptions(precision=4, sci_mode=False, linewidth=72)
"""
doctest_test_doctest_blocks = ""

# Outside links, for tox -e links; GitHub makes its anchors by script
linkcheck_anchors_ignore_for_url = ["https://github.com/.*"]
linkcheck_retries = 2
linkcheck_timeout = 20  # seconds

# The website
html_theme = "sphinx_book_theme"
html_title = "Deep Dives"
html_baseurl = os.environ.get("SITE_ADDRESS") or os.environ.get("READTHEDOCS_CANONICAL_URL", "")
html_math_renderer = "mathml"
templates_path = ["extensions/press/templates"]
html_static_path = ["extensions/press/static"]
html_favicon = "extensions/press/static/icon.svg"
html_css_files = [
    *("fonts.css", "tokens.css", "press.css", "parts.css", "icons.css", "maths.css", "cards.css"),
    "explorables.css",
]
html_js_files = ["site.js", "cards.js", "bookmarks.js", "copy.js"]
html_sidebars = {"**": ["site-title.html", "open-search.html", "contents.html"]}
html_secnumber_suffix = " "
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "navbar_persistent": [],
}
