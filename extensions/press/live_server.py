"""The server of ``press.live``: the last good pages, each with a script that reloads it.

The script is added on the way out; no file in ``build/html`` holds it.
"""

from __future__ import annotations

import json
import signal
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STATE = Path("build/.work/live.json")
NEWS = "/_live/"  # followed by the version that the page has seen
WAIT = 20  # seconds until a question without news is answered
SCRIPT = """
<script>
(async function ask(seen, problems) {
  let box = document.getElementById("live-problems");
  if (problems && !box) {
    box = document.body.appendChild(document.createElement("pre"));
    box.id = "live-problems";
    box.setAttribute("role", "alert");
    box.style.cssText = "position:fixed;inset:auto 0 0 0;z-index:9999;margin:0;padding:1em;" +
      "max-height:50vh;overflow:auto;white-space:pre-wrap;background:#fff;color:#a00;" +
      "border-top:4px solid #a00";
  }
  if (box) box.textContent = problems;
  for (;;) {
    try {
      const news = await (await fetch("/_live/" + seen)).json();
      if (news.version !== seen) {
        if (!news.problems) return location.reload();
        return ask(news.version, news.problems);
      }
    } catch (error) {
      await new Promise(resolve => setTimeout(resolve, 1000));
    }
  }
})(%s);
</script>
"""


def tell(root: Path, version: int, problems: str) -> None:
    """Leave word for the pages: a new version, and what was wrong with it."""
    path = root / STATE
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"version": version, "problems": problems}), "utf-8")
    new.replace(path)


class Server(ThreadingHTTPServer):
    """Serves ``build/html`` on this machine only; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, root: Path, port: int) -> None:
        folder = str(root / "build" / "html")
        super().__init__(("127.0.0.1", port), partial(Handler, root / STATE, directory=folder))

    def serve(self) -> None:
        """Serve until the process is told to end."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self.serve_forever()


class Handler(SimpleHTTPRequestHandler):
    """Pages with the script, news, and files as they are."""

    def __init__(self, state: Path, *args: Any, **options: Any) -> None:
        self.state = state
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        """Answer."""
        path = Path(self.translate_path(self.path))
        if self.path.startswith(NEWS):
            self.answer(self.news(self.path.removeprefix(NEWS)).encode(), "application/json")
        elif path.is_dir() and self.path.endswith("/"):
            self.page(path / "index.html")
        elif path.suffix == ".html" or not path.parent.exists():
            self.page(path)
        else:
            super().do_GET()

    def page(self, path: Path) -> None:
        """Send a page; one that is not there says so, and comes as soon as it is."""
        for _ in range(20):  # while a new build is put in place of the old
            if path.exists():
                break
            time.sleep(0.05)
        found = path.exists()
        text = path.read_text("utf-8") if found else "<p>This page has not been built.</p></body>"
        news = json.loads(self.state.read_text("utf-8"))
        words = json.dumps(news["problems"]).replace("<", "\\u003c")
        script = SCRIPT % f"{news['version']}, {words}"
        head, body, tail = text.rpartition("</body>")
        made = f"{head}{script}{body}{tail}".encode()
        self.answer(made, "text/html; charset=utf-8", 200 if found else 404)

    def news(self, seen: str) -> str:
        """Wait for another version than the page has seen."""
        end = time.monotonic() + WAIT
        while True:
            found = self.state.read_text("utf-8")
            if str(json.loads(found)["version"]) != seen or time.monotonic() > end:
                return found
            time.sleep(0.1)

    def answer(self, content: bytes, kind: str, status: int = 200) -> None:
        """Send some bytes."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Let the browser keep nothing."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is for the builds."""
