"""One style sheet for all pages, without what none of them uses, and no script to wait for."""

import re
from base64 import b64decode
from pathlib import Path

import pytest
from press.css import demanded, lean, rules, used

pytest.importorskip("sphinx_book_theme")
PRESS = Path(__file__).parents[2] / "extensions" / "press"
HOUSE = {
    "html_theme": "sphinx_book_theme",
    "extensions": ["press.maths", "press.shipped", "press.sheets", "press.scripts"],
    "templates_path": [str(PRESS / "templates")],
    "html_static_path": [str(PRESS / "static")],
    "html_css_files": ["tokens.css"],
    "html_js_files": ["site.js"],
    "html_math_renderer": "mathml",
    "html_sidebars": {"**": []},
    "html_theme_options": {"use_download_button": False, "use_fullscreen_button": False},
}


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("a{b:c}", "a {b:c}"),
        (".on{b:c}.off{d:e}", ".on {b:c}"),
        (".on,.off,p{b:c}", ".on, p {b:c}"),
        (".on .off{b:c}", ""),
        ("#off.on>a{b:c}", ""),
        ("p:not(.off,:is(.off)){b:c}", "p:not(.off,:is(.off)) {b:c}"),
        (":is(.off,.on){b:c}", ":is(.off,.on) {b:c}"),
        ("a[href$='.off']{b:c}", "a[href$='.off'] {b:c}"),
        (r".on\:x{b:c}.on\:y{d:e}", r".on\:x {b:c}"),
        ("@media print{.off{b:c}}", ""),
        ("@media print{.off{b:c}p{d:e}}", "@media print {\np {d:e}\n}"),
        ("@supports(x:y){@media z{.off{b:c}}}", ""),
        ("@keyframes off{to{b:c}}", "@keyframes off {to{b:c}}"),
        ("@font-face{src:url(off.woff2)}", ""),
        ("@font-face{src:url('on')}", "@font-face {src:url('on')}"),
        ('@charset "a;b";p{q:"}.off{"}', '@charset "a;b";\np {q:"}.off{"}'),
        ("p{q:url(data:a;b,{c})}.off{d:e}", "p {q:url(data:a;b,{c})}"),
        ("/*! Licence { */.off{b:c}", "/*! Licence { */"),
        ("/* note */.on{b:c}", ".on {b:c}"),
    ],
)
def test_a_rule_stays_if_it_may_match(css, left):
    assert used(css, {"on", "on:x"}.__contains__) == left


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("p{--off:0}", "p{}"),
        ("p{--on:0;--asked:1}q{r:var(--on)}", "p{--on:0;--asked:1}q{r:var(--on)}"),
        ("p{--off:var(--only-for-off);--only-for-off:0}", "p{}"),
        ("p{--off:url(data:a;b,{c});q:r}", "p{q:r}"),
        ("p{--off:\"};'\";--off-too:';}';q:r}", "p{q:r}"),
        ("p{q--off:r}.a--off{s:t}", "p{q--off:r}.a--off{s:t}"),
        ("p  {\n  q: r;\n}", "p { q: r; }"),
        ("/* note */p{q:'a  /* b */'}/*! Licence  1 */", "p{q:'a  /* b */'}/*! Licence  1 */"),
    ],
)
def test_a_sheet_carries_no_variable_that_nobody_asks_for(css, left):
    assert lean(css, {"--asked"}) == left


def test_what_a_selector_demands():
    assert demanded(".a#b>c.d:not(.e):hover::before[f='.g'] h") == {"a", "b", "d"}
    assert list(rules("a{b{c:d}}e{}")) == [("a", "b{c:d}"), ("e", "")]


@pytest.fixture
def site(make_book):
    """Build two pages, one with a box."""

    def build(text="```{note}\nA box.\n```\n\n$a^2$\n"):
        index = "# Book\n\n```{toctree}\nother\n```\n"
        return make_book({"index.md": index, "other.md": f"# Other\n\n{text}"}, **HOUSE)

    return build


def test_all_pages_ask_for_one_sheet_and_no_other_is_left(site):
    built = site()
    for page in ("index.html", "other.html", "genindex.html"):
        links = re.findall(r'rel="stylesheet"[^>]*href="([^"?]+)\?v=\w{8}"', built.text(page))
        face = ["_static/maths-face.css"] if page == "other.html" else []
        assert links == [*face, "_static/site.css"], page
    sheets = {path.relative_to(built.outdir).as_posix() for path in built.outdir.rglob("*.css")}
    gone = {"basic.css", "pygments.css", "tokens.css", "styles/pydata-sphinx-theme.css"}
    assert "_static/site.css" in sheets and not sheets & {f"_static/{name}" for name in gone}


def test_the_face_of_formulas_is_in_the_sheet_of_pages_that_have_some(site):
    static = site().outdir / "_static"
    data = re.findall(
        r'url\("data:font/woff2;base64,([^"]+)"\)', (static / "maths-face.css").read_text("utf-8")
    )
    assert [b64decode(font)[:4] for font in data] == [b"wOF2"]
    assert not (static / "fonts" / "maths-400.woff2").exists()
    assert (static / "fonts" / "maths-400-rare.woff2").exists()


def test_the_sheet_holds_what_some_page_uses_in_the_order_of_its_parts(site):
    css = site().text("_static/site.css")
    assert ".admonition-title" in css and ".bd-article" in css
    assert ".carousel-item" not in css and ".sd-card" not in css and "vendor/" not in css
    places = [css.index(word) for word in ("Bootstrap  v5", "sphinx-book-theme CSS", "--measure")]
    assert places == sorted(places)
    assert len(css) < 120_000


def test_a_class_that_comes_with_a_page_brings_its_rules(site):
    assert "blockquote.epigraph" not in site().text("_static/site.css")
    quoted = site("```{epigraph}\nWords.\n```\n")
    assert "blockquote.epigraph" in quoted.text("_static/site.css")


def test_no_page_waits_for_a_script_or_loads_one_that_it_does_not_run(site):
    built = site()
    for name in ("other.html", "genindex.html"):
        scripts = re.findall(r"<script[^>]*\bsrc=[^>]*>", built.text(name))
        assert scripts and all("defer" in script for script in scripts)
        assert [re.findall(r"_static/(\w+\.js)\?v=\w{8}", script) for script in scripts] == [
            ["shared.js"]
        ]
        assert not re.search("bootstrap|book-theme|doctools|highlight", " ".join(scripts))
        assert "LINK_SUFFIX: '.html'" in built.text(name)
    shared = built.text("_static/shared.js")
    assert "pst-primary-sidebar" in shared and "[PST]" in shared  # ours and the theme's
    assert not list(built.outdir.glob("_static/si*.js"))
    assert "data-bs-toggle" not in built.text().replace('data-bs-toggle="tooltip"', "")
