"""Lighthouse, on a phone as it imagines one: three scores of 100, and what a fourth is made of.

The score for performance is made of times, and shared machines keep none; so it is printed, and
its causes are compared: bytes, requests, files that the page waits for, jumps, elements.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "build"
SITE = BUILD / "html"
ARTICLES = sorted(SITE.glob("*/**/[0-9][0-9]-*.html"), key=lambda path: path.stat().st_size)
KEY_PAGES = {
    "home": "index.html",
    "series": "deepseek/index.html",
    "phase": "deepseek/01-llm-foundations/index.html",
    "longest article": ARTICLES[-1].relative_to(SITE).as_posix(),
    "ledger": "reference/facts.html",
}
CAUSES = {
    "total-byte-weight": 300_000,
    "cumulative-layout-shift": 0.02,
    "dom-size": 9_000,
}
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
# Chromium without a screen may hold its first frame back for one or two whole seconds after all has
# come, as if another page were still shown; Lighthouse would count the work of those seconds too.
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-features=PaintHolding"


@pytest.fixture(scope="module", params=KEY_PAGES)
def report(request, origin, chromium) -> dict:
    """What Lighthouse says of a page; kept for people in build/lighthouse."""
    made = BUILD / "lighthouse" / f"{request.param.replace(' ', '-')}.json"
    made.parent.mkdir(parents=True, exist_ok=True)
    command = [shutil.which("node"), os.environ["LIGHTHOUSE"], origin + KEY_PAGES[request.param]]
    options = ["--quiet", "--output=json", f"--output-path={made}", f"--chrome-flags={FLAGS}"]
    environment = {**os.environ, "CHROME_PATH": chromium}
    subprocess.run([*command, *options], check=True, env=environment, timeout=300)
    return {"name": request.param, **json.loads(made.read_text("utf-8"))}


def test_a_page_has_full_marks_and_little_that_slows_it(report, record_property):
    scores = {name: found["score"] for name, found in report["categories"].items()}
    audits = report["audits"]
    times = {name: audits[name]["displayValue"] for name in TIMES}
    version = report["lighthouseVersion"]
    record_property("told", f"Lighthouse {version}, {report['name']}: {scores}, {times}")
    weak = [
        (audit["id"], audits[audit["id"]].get("details", {}).get("items"))
        for name in ("accessibility", "best-practices", "seo")
        for audit in report["categories"][name]["auditRefs"]
        if audit["weight"]
        and (audits[audit["id"]]["score"] or 0) < 1
        and audits[audit["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual")
    ]
    assert {name: scores[name] for name in ("accessibility", "best-practices", "seo")} == {
        "accessibility": 1,
        "best-practices": 1,
        "seo": 1,
    }, weak
    found = {name: audits[name]["numericValue"] for name in CAUSES}
    assert {name: value for name, value in found.items() if value > CAUSES[name]} == {}
    requests = audits["network-requests"]["details"]["items"]
    assert 5 < len(requests) <= 30
    waits = audits["render-blocking-resources"]["details"]["items"]
    assert all("_static/" in wait["url"] and ".css" in wait["url"] for wait in waits)
    assert len(waits) <= 3  # of all pages, of formulas, of explorables or facts
