"""Speed and size of the press: prints the table that stands in CONTRIBUTING.md.

    python tests/benchmarks/measure.py             # 64 articles, and the curve at SIZES
    python tests/benchmarks/measure.py 32 160      # 64 articles, and the curve at these sizes

Run it alone on a machine: nothing else may compute meanwhile. It runs on Linux, because it reads
the memory of processes from /proc. Every time is taken from outside, from the start of the process
to its end; no time is asserted by any test.

"Stock" is sphinx-book-theme as it comes, on the same sources in the same run: the extensions that
are needed to read and number them, but the theme's own templates, style and navigation, MathJax in
place of MathML, figures as files, and none of what press.quick and press.build do for speed.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path

import copies
from children import READ, Cost, run
from press.mathml import Formula, convert

ARTICLES = 64
SIZES = (32, 64, 160, 640)
VERBS = ("html", "pdf", "epub")
FORMULAS = 2000
REPEATS = 5

CLOCK = f"""

def setup(app):
    import time
    def note(app, env):
        Path(app.confdir, "{READ}").write_text(str(time.time()))
    app.connect("env-updated", note, priority=0)
"""

STOCK = """
import os
from pathlib import Path

os.chdir("..")  # Sphinx reads each conf.py in the folder where it lies
exec(Path("conf.py").read_text("utf-8"))
os.chdir("stock")
for name in [name for name in globals() if name.startswith("html_") or name == "templates_path"]:
    del globals()[name]
html_theme, html_title = "sphinx_book_theme", project
ours = {"press.maths", "press.pandoc", "press.quick", "press.sheets", "press.scripts"}
ours |= {"press.social", "press.llms", "press.not_found", "press.offline"}
extensions = [name for name in extensions if name not in ours]
bibtex_bibfiles = [f"../{name}" for name in bibtex_bibfiles]
press_facts = "../bib/facts"


def setup(app):
    from press.figures import Inline
    app.registry.post_transforms.remove(Inline)
"""


def main() -> None:
    """Measure and print."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    for line in chain([machine(), ""], table(), [""], curve(sizes)):
        print(line, flush=True)  # as it comes: what follows may fail, and took long to reach


def machine() -> str:
    """Say on what was measured, when, and with what."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":")[1] for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = ("sphinx", "sphinx-book-theme", "pypandoc_binary", "typst")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{date.today().isoformat()}; {os.cpu_count()} cores ({' '.join(model.split())}), "
        f"{memory:.0f} GB; Python {platform.python_version()}, {versions}; "
        f"load before the start {os.getloadavg()[0]:.2f}."
    )


def table() -> Iterator[str]:
    """Yield the lines of the table on 64 articles."""
    yield f"| {ARTICLES} articles | at most | measured |"
    yield "|---|---|---|"
    with project(ARTICLES) as folder:
        root = Path(folder)
        say("stock and press, three times each, in turn")
        pairs = [(stock(root), clean(root, "html")) for _ in range(3)]
        ratio = statistics.median(ours.seconds / stock.seconds for stock, ours in pairs)
        yield line("HTML, stock sphinx-book-theme", "", middle(stock for stock, _ in pairs))
        yield line("HTML", "", middle(ours for _, ours in pairs))
        yield f"| HTML, of stock | 1.3 times | {ratio:.2f} times |"
        pdf, epub = clean(root, "pdf"), clean(root, "epub")
        yield line("PDF, both books, reading included", "", pdf)
        found = f"{pdf.writing:.1f} s, {pdf.megabytes:,.0f} MB"
        yield f"| PDF, after reading | 30 s, 1,500 MB | {found} |"
        yield line("EPUB, both books, reading included", "", epub)
        yield f"| EPUB, after reading | 40 s | {epub.writing:.1f} s |"
        yield from edits(root)
        yield f"| {FORMULAS:,} different formulas to MathML | 2 s | {formulas():.2f} s |"
        yield f"| `tox -e live`, from saving to the new page | 3 s | {live(root):.2f} s |"


def edits(root: Path) -> Iterator[str]:
    """Yield what a small change costs, when all else has been built."""
    article = sorted((root / "source").rglob("*-copy.md"))[ARTICLES // 2]
    text = article.read_text("utf-8")
    article.write_text(text + "\nOne more sentence.\n", "utf-8")
    yield line("HTML again, a sentence added to one article", "5 s", press(root, "html"))
    article.write_text(text.replace('description: "', 'description: "Again: ', 1), "utf-8")
    yield line("HTML again, its description changed", "5 s", press(root, "html"))
    yield line("HTML again, nothing changed", "", press(root, "html"))
    for verb in ("pdf", "epub"):
        yield line(f"{verb.upper()} again, one article changed", "", press(root, verb))


def curve(sizes: list[int]) -> Iterator[str]:
    """Yield the lines of the curve: seconds and memory of a build from nothing."""
    yield "| articles | " + " | ".join(verb.upper() for verb in VERBS) + " |"
    yield "|---|" + "---|" * len(VERBS)
    for size in sizes:
        with project(size) as folder:
            costs = [clean(Path(folder), verb) for verb in VERBS]
        cells = (
            f"{c.seconds:.1f} s, {1000 * c.cpu / size:.0f} ms CPU each, {c.megabytes:,.0f} MB"
            for c in costs
        )
        yield f"| {size} | " + " | ".join(cells) + " |"


def project(articles: int) -> tempfile.TemporaryDirectory[str]:
    """Return a folder with a project of so many articles, which notes when they were read."""
    folder = tempfile.TemporaryDirectory(prefix="press-")
    root = Path(folder.name)
    copies.project(root, articles)
    with (root / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write(CLOCK)
    (root / "stock").mkdir()
    (root / "stock" / "conf.py").write_text(STOCK, "utf-8")
    return folder


def clean(root: Path, verb: str) -> Cost:
    """Build a format from nothing."""
    for made in (verb, f".work/{verb}", f".work/{verb}-doctrees"):
        shutil.rmtree(root / "build" / made, ignore_errors=True)
    return press(root, verb)


def press(root: Path, verb: str) -> Cost:
    """Build a format as the verb does."""
    say(f"{verb} in {root}")
    return run([sys.executable, "-m", "press", verb], root, PYTHONHASHSEED="0")


def stock(root: Path) -> Cost:
    """Build the website from nothing with the stock theme."""
    say(f"stock html in {root}")
    shutil.rmtree(root / "build" / "stock", ignore_errors=True)
    options = f"-j {os.cpu_count()} -c stock -d build/stock/read -b html source build/stock/html"
    return run([sys.executable, "-m", "sphinx", *options.split()], root)


def formulas() -> float:
    """Return the seconds that so many different formulas take."""
    body = "".join(path.read_text("utf-8") for path in sorted(copies.ROOT.glob("source/*/**/*.md")))
    body = "".join(piece for piece in copies.EXAMPLE.split(body) if not piece.startswith("~~~"))
    found = [Formula(found[1], False) for found in copies.INLINE.finditer(body)]
    found += [Formula(found[2], True) for found in copies.DISPLAY.finditer(body)]
    made: dict[Formula, None] = {}
    for number in count(1):
        made |= {Formula(f"{tex}{{{number}}}", display): None for tex, display in found}
        if len(made) >= FORMULAS:
            break
    start = time.perf_counter()
    convert(list(made)[:FORMULAS])
    return time.perf_counter() - start


def live(root: Path) -> float:
    """Return the seconds from a save to the new page, the middle one of several."""
    say(f"live in {root}")
    article = sorted((root / "source").rglob("*-copy.md"))[ARTICLES // 2]
    page = article.relative_to(root / "source").with_suffix(".html").as_posix()
    server = subprocess.Popen(
        [sys.executable, "-m", "press.live"], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout
    try:
        address = next(line.split()[0] for line in server.stdout if line.startswith("http"))
        return statistics.median(
            saved_to_shown(article, f"{address}{page}", f"sentence{n}") for n in range(REPEATS)
        )
    finally:
        server.terminate()
        server.wait()


def saved_to_shown(article: Path, address: str, word: str) -> float:
    """Save a change and wait for the page that shows it."""
    text = article.read_text("utf-8")
    start = time.time()
    article.write_text(f"{text}\nOne more {word}.\n", "utf-8")
    while word not in urllib.request.urlopen(address).read().decode():
        time.sleep(0.05)
    return time.time() - start


def middle(costs: Iterator[Cost]) -> Cost:
    """Return the run that took neither the least nor the most time."""
    found = sorted(costs, key=lambda cost: cost.seconds)
    return found[len(found) // 2]


def line(what: str, limit: str, cost: Cost) -> str:
    """Return one line of the table."""
    found = f"{cost.seconds:.1f} s ({cost.cpu:.1f} s CPU), {cost.megabytes:,.0f} MB"
    return f"| {what} | {limit} | {found} |"


def say(what: str) -> None:
    """Show progress, where the table is not."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
