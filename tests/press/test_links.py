"""The verb `links`: what Sphinx's link checker says of a page with a good and a dead address."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


class Answers(BaseHTTPRequestHandler):
    """Knows one page."""

    def do_HEAD(self) -> None:
        self.send_response(200 if self.path == "/here" else 404)
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_dead_link_fails_with_file_line_and_address(make_book, address):
    text = f"# Links\n\n[good]({address}/here)\n\n[dead]({address}/gone)\n"
    built = make_book({"index.md": text}, "linkcheck", linkcheck_retries=1)
    assert built.app.statuscode == 1
    assert f"index.md:5: [broken] {address}/gone: 404 " in built.text("output.txt")
    lines = built.text("output.json").splitlines()
    found = {entry["uri"]: entry["status"] for entry in map(json.loads, lines)}
    assert found == {f"{address}/here": "working", f"{address}/gone": "broken"}
