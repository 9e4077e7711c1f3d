"""GitHub's side: the comments of a pull request, and who may write them.

Source: "REST API endpoints for issue comments".
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = {"login": "github-actions[bot]", "type": "Bot"}


class Hub:
    """Comments by pull request, tokens with what they may do, and each request that came."""

    def __init__(self) -> None:
        self.url = ""
        self.comments: list[dict[str, Any]] = []
        self.tokens: dict[str, dict[str, str]] = {}
        self.requests: list[tuple[str, str]] = []

    def token(self, permissions: dict[str, str]) -> str:
        """A token for a job."""
        token = f"ghs_{len(self.tokens):036d}"
        self.tokens[token] = permissions
        return token

    def answer(self, method: str, path: str, token: str, body: Any) -> tuple[int, Any]:
        """Status and document."""
        self.requests.append((method, path))
        if token not in self.tokens:
            return 401, {"message": "Bad credentials"}
        needed = {"read", "write"} if method == "GET" else {"write"}
        if self.tokens[token].get("pull-requests") not in needed:
            return 403, {"message": "Resource not accessible by integration"}
        split = urlsplit(path)
        if match := re.fullmatch(r"/repos/team/shop/issues/(\d+)/comments", split.path):
            if method == "GET":
                return 200, self._page(int(match[1]), parse_qs(split.query))
            comment = {"id": len(self.comments) + 1, "user": BOT, "issue": int(match[1]), **body}
            self.comments.append(comment)
            return 201, comment
        if match := re.fullmatch(r"/repos/team/shop/issues/comments/(\d+)", split.path):
            found = next(each for each in self.comments if each["id"] == int(match[1]))
            found |= body
            return 200, found
        return 404, {"message": "Not Found"}

    def _page(self, issue: int, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        size, page = int(query["per_page"][0]), int(query["page"][0])
        assert size <= 100
        found = [each for each in self.comments if each["issue"] == issue]
        return found[(page - 1) * size : page * size]


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub that listens."""
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            token = self.headers["Authorization"].removeprefix("Bearer ")
            status, document = hub.answer(self.command, self.path, token, body)
            text = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = _do  # noqa: N815 - as http.server names them

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
