"""An HTTP server of our own on loopback that stands in for another system, strict about what it is asked."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

#: What may go wrong: the request or its answer gets lost on the way, or half the answer; or the system is unwell.
Fault = Literal["", "lost request", "lost answer", "half an answer", "busy", "failed"]


class Asked:
    """A request: `path` without its leading slash, `body` the JSON that came with it."""

    def __init__(self, method: str, target: str, headers: Mapping[str, str], content: bytes) -> None:
        parts = urlsplit(target)
        self.method = method
        self.path = parts.path.lstrip("/")
        self.way = tuple(unquote(part) for part in self.path.strip("/").split("/"))
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body: Any = json.loads(content) if content else None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Says(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(status, body)
        self.status, self.body = status, body


#: Tuesday noon in New York.
NOON = datetime(2026, 10, 6, 16, 0, tzinfo=UTC)


class StrictServer:
    """`answer` gives a status and JSON, or raises `Says`. `wrong` is what no system of that kind would take.

    By a clock that goes it takes `a_second` requests, and no more; `too_fast` counts those that it turned away.
    """

    a_second: int

    def __init__(self) -> None:
        self.clock: Callable[[], datetime] = lambda: NOON
        self.too_fast = 0
        self._lately: deque[datetime] = deque()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.fault: Callable[[Asked], Fault] = lambda asked: ""
        self.retry_after = ""
        self.routes: Mapping[str, Callable[..., object]] = {}
        self._ends: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def at_the_end(self, close: Callable[[], None]) -> None:
        """Closes what leads here, before the server goes away."""
        self._ends.append(close)

    def close(self) -> None:
        for close in self._ends:
            close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, asked: Asked) -> tuple[int, object]:
        raise NotImplementedError

    def routed(self, asked: Asked, way: tuple[str, ...]) -> tuple[int, object]:
        """What the first route says whose parts are those of the way; `*` stands for any, which it is given."""
        for route, say in self.routes.items():
            method, _, path = route.partition(" ")
            parts = path.split("/")
            alike = len(parts) == len(way) and all(part in ("*", at) for part, at in zip(parts, way, strict=True))
            if method == asked.method and alike:
                return 200, say(asked, *(at for part, at in zip(parts, way, strict=True) if part == "*"))
        raise self.refuse(f"{asked} is nothing that can be asked", 404, {"error": "not found", "detail": "Not found."})

    def refuse(self, why: str, status: int, body: object) -> Says:
        """What it was asked is no request of that system's: the test fails, too."""
        self.wrong.append(why)
        return Says(status, body)

    def goes_by(self, clock: Callable[[], datetime]) -> None:
        """From now on it has the time from this clock, and looks at how fast it is asked."""
        self.clock = clock
        self._lately = deque(maxlen=self.a_second)

    def _is_too_fast(self) -> bool:
        if self._lately.maxlen is None:
            return False
        now = self.clock()
        is_full = len(self._lately) == self.a_second
        too_fast = is_full and now - self._lately[0] < timedelta(seconds=1)
        self._lately.append(now)
        self.too_fast += too_fast
        return too_fast

    def handled(self, asked: Asked) -> tuple[int, object, Fault]:
        """The answer, and what becomes of it."""
        with self._lock:
            self.asked.append(str(asked))
            fault: Fault = "busy" if self._is_too_fast() else self.fault(asked)
            if fault in ("lost request", "busy", "failed"):
                return {"busy": 429, "failed": 500}.get(fault, 0), {"error": "not now", "detail": "not now"}, fault
            try:
                status, body = self.answer(asked)
            except Says as said:
                return said.status, said.body, fault
            return status, body, fault


def _handler(server: StrictServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_any(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body, fault = server.handled(Asked(self.command, self.path, dict(self.headers), content))
            if fault in ("lost request", "lost answer"):
                self.close_connection = True
                return
            encoded = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/hal+json")
            self.send_header("Content-Length", str(len(encoded)))
            if status == 429 and server.retry_after:
                self.send_header("Retry-After", server.retry_after)
            self.end_headers()
            if fault == "half an answer":
                self.close_connection = True
                encoded = encoded[: len(encoded) // 2]
            self.wfile.write(encoded)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 - the library's names

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Says nothing."""

    return Handler
