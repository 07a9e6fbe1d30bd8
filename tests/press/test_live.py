"""Live: a save shows in the page that is served, and a mistake does not take the page away."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CONF = 'extensions = ["myst_parser"]\nhtml_theme = "basic"\n'
PATIENCE = 60  # seconds; a bound on hanging, not a measurement


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str, subprocess.Popen[str]]]:
    (tmp_path / "source").mkdir()
    (tmp_path / "conf.py").write_text(CONF, "utf-8")
    index = "# First\n\n```{toctree}\n:glob:\n\npage*\n```\n"
    (tmp_path / "source/index.md").write_text(index, "utf-8")
    (tmp_path / "source/page-a.md").write_text("# A page\n", "utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "press.live", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    address = next(line.split()[0] for line in server.stdout if line.startswith("http"))
    yield tmp_path, address, server
    server.terminate()
    server.wait(PATIENCE)


def fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return f"{error.code}"


def wait_for(address: str, true: Callable[[str], bool]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true(page := fetch(address)):
            return page
        time.sleep(0.1)
    raise AssertionError(f"never came: {fetch(address)[-2000:]}")


def replaced(path: Path, text: str) -> None:
    """Save as many editors do: write another file, then rename it."""
    new = path.with_name(f".{path.name}.tmp")
    new.write_text(text, "utf-8")
    new.replace(path)


def test_what_is_saved_is_shown(site):
    root, address, _ = site
    index = root / "source/index.md"
    page = fetch(address)
    assert "First" in page
    assert "/_live/" in page
    assert "/_live/" not in (root / "build/html/index.html").read_text("utf-8")
    text = index.read_text("utf-8")
    replaced(index, text.replace("First", "Second"))
    wait_for(address, lambda page: "Second" in page)
    (root / "source/page.md").write_text("# Added page\n", "utf-8")
    wait_for(f"{address}page.html", lambda page: "Added page" in page)
    wait_for(address, lambda page: "Added page" in page)
    (root / "source/page.md").unlink()
    wait_for(address, lambda page: "Added page" not in page)
    (root / "conf.py").write_text(CONF + 'html_title = "Renamed"\n', "utf-8")
    wait_for(address, lambda page: "Renamed" in page)


def test_a_mistake_is_shown_over_the_last_good_page(site):
    root, address, _ = site
    index = root / "source/index.md"
    good = index.read_text("utf-8")
    replaced(index, good.replace("First", "Broken {ref}`nowhere`"))
    page = wait_for(address, lambda page: "undefined label" in page)
    assert "<h1>First" in page
    assert "nowhere" not in (root / "build/html/index.html").read_text("utf-8")
    (root / "source/page.md").write_text("# Other\n", "utf-8")
    wait_for(f"{address}_live/2", lambda news: '"version": 3' in news)
    assert "undefined label" in fetch(address)  # another save does not hide it
    replaced(index, good.replace("First", "Mended"))
    wait_for(address, lambda page: "Mended" in page and "undefined label" not in page)


def test_it_ends_when_told(site):
    _, address, server = site
    server.terminate()
    assert server.wait(PATIENCE) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=PATIENCE)


def test_a_port_in_use_is_one_sentence(site):
    root, address, _ = site
    port = address.split(":")[-1].strip("/")
    command = [sys.executable, "-m", "press.live", port]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.startswith(f"port {port} cannot be used")
