"""The style of every chart: STYLE, figure, save and two habits.

A chart is drawn at final size (the measure is 124 mm), so 8 pt is
8 pt in every format. Its title is the caption in the article: the
finding, in a sentence. Lines are labelled at their ends; the y label
stands level above the axis. Markers only on measured points.

    fig, ax = figure()
    ax.plot(tokens, bytes_)
    end_label(ax, tokens[-1], bytes_[-1], "MHA", "orange")
    y_label(ax, "cache per token (KB)")
    save(fig, "kv-cache")
"""

import math
import re
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter
from press.palette import HUES, TOKENS
from svg import FONTS, write

for font in sorted(FONTS.glob("Source*.otf")):
    font_manager.fontManager.addfont(font)

LIGHT = {name: values[0] for name, values in TOKENS.items()}
MARK = {hue: LIGHT[f"mark-{hue}"] for hue in (*HUES, "grey")}
INK = {hue: LIGHT[f"ink-{hue}"] for hue in HUES} | {
    "grey": LIGHT["soft"]
}
WASH = {hue: LIGHT[f"wash-{hue}"] for hue in HUES} | {
    "grey": LIGHT["sunk"]
}
DASHES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1))]
TEXT, GREY, RULE = LIGHT["text"], LIGHT["mark-grey"], LIGHT["rule"]

STYLE = {
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["Source Sans 3", "sans-serif"],
    "font.size": 8.5,
    # A letter of a formula: the face that the text's italic has.
    "mathtext.fontset": "custom",
    "mathtext.rm": "Source Sans 3",
    "mathtext.it": "Source Serif 4:italic",
    "mathtext.bf": "Source Serif 4:semibold",
    "mathtext.bfit": "Source Serif 4:semibold:italic",
    "mathtext.cal": "Source Serif 4:italic",
    "mathtext.sf": "Source Sans 3",
    "mathtext.tt": "Source Code Pro",
    "axes.titlesize": 9,
    "axes.titleweight": 600,
    "axes.titlelocation": "left",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "patch.edgecolor": GREY,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "xtick.labelcolor": TEXT,
    "ytick.labelcolor": TEXT,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "axes.prop_cycle": cycler(color=[MARK[hue] for hue in HUES])
    + cycler(linestyle=DASHES),
    "lines.linewidth": 1.5,
    "lines.solid_capstyle": "round",
    "lines.markersize": 4,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "deep-dives",
}
plt.rcParams.update(STYLE)


def figure(
    width: float = 124, height: float = 71, rows: int = 1
) -> tuple[Figure, Any]:
    """Return a figure of so many mm and its axes (an array if many)."""
    inches = (width / 25.4, height / 25.4)
    return plt.subplots(nrows=rows, figsize=inches)


def y_label(ax: Axes, text: str) -> None:
    """Write the y axis' name level, above the axis' top."""
    ax.set_title(text, fontsize=8.5, fontweight=400)


def end_label(
    ax: Axes, x: float, y: float, text: str, hue: str = "grey"
) -> None:
    """Name a line at its end, in the ink of its hue."""
    ax.annotate(
        text,
        (x, y),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=INK[hue],
        annotation_clip=False,
    )


def dots(
    ax: Axes, found: dict[str, list[float]], hues: dict[str, str]
) -> None:
    """Draw a row of dots for each name, one for each of its values."""
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", visible=True)
    for y, (name, values) in enumerate(found.items()):
        ax.plot(
            values,
            [y] * len(values),
            "o",
            color=MARK[hues[name]],
            markerfacecolor="none",
        )
    ax.set_yticks(range(len(found)), list(found))
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def powers(axis: Axis, base: int = 10) -> None:
    """Make ``axis`` (ax.xaxis) logarithmic, its ticks 2⁸ or 10³."""
    digits = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

    def label(value: float, _: int) -> str:
        power = str(round(math.log(value, base)))
        return f"{base}{power.translate(digits)}"

    set_scale = getattr(axis.axes, f"set_{axis.axis_name}scale")
    set_scale("log", base=base)
    axis.set_major_formatter(FuncFormatter(label))
    axis.set_minor_formatter(NullFormatter())


def save(fig: Figure, name: str) -> Path:
    """Write source/figures/<name>.svg; call it once per figure.

    The same data give the same bytes: no date, salted ids. A second
    save of one figure would move its points by 0.006 pt.
    """
    buffer = StringIO()
    nothing = {"Date": None, "Creator": None, "Format": None}
    fig.savefig(buffer, format="svg", metadata=nothing)
    width, height = (side * 25.4 for side in fig.get_size_inches())
    svg = tidy(buffer.getvalue(), name, width, height)
    return write(name, svg)


def tidy(svg: str, name: str, width: float, height: float) -> str:
    """Make matplotlib's SVG safe to stand with others in one page.

    Its <style> would reach the page and its ids repeat in each
    figure: the rule moves to the root, used ids get the name before
    them, the others go.
    """
    start = svg.index("<svg")
    box = re.search(r'viewBox="([^"]*)"', svg)[1]
    body = svg[svg.index(">", start) + 1 :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.S)
    body = re.sub(r"<defs>\s*<style.*?</defs>\s*", "", body, flags=re.S)
    body = re.sub(r"<!--.*?-->\s*", "", body, flags=re.S)
    body = re.sub(r"(?<=[\d ])\s*\n(?! *<)", "", body)  # in path data
    body = body.replace(
        "'Source Sans 3';", "'Source Sans 3', sans-serif;"
    )
    body = body.replace("'Source Serif 4';", "'Source Serif 4', serif;")
    used = set(re.findall(r"(?:#)([\w-]+)[\")]", body))

    def rename(match: re.Match[str]) -> str:
        kept = match[1] in used
        return f' id="{name}-{match[1]}"' if kept else ""

    body = re.sub(r' id="([^"]*)"', rename, body)
    body = re.sub(r'href="#', f'href="#{name}-', body)
    body = body.replace("url(#", f"url(#{name}-")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width:g}mm" height="{height:g}mm"'
        f' viewBox="{box}" stroke-linejoin="round">{body}'
    )
