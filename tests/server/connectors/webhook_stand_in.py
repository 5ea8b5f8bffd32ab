"""Somebody's receiver of webhooks: strict about what it is sent, and as flaky as a test wants it."""

from __future__ import annotations

import base64
import hmac
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Thread
from typing import Literal

import msgspec
from msgspec import Struct

KEY = b"k" * 32
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
#: Seconds by which a receiver's clock and the sender's may differ.
WINDOW = 300

Fault = Literal["lost request", "lost reply", "cut reply"] | int


class GotVoter(Struct, forbid_unknown_fields=True):
    """A voter as the guide describes one."""

    file_id: str
    first_name: str
    last_name: str
    number: str


class GotResult(Struct, forbid_unknown_fields=True):
    """A result as the guide describes one."""

    disposition: str
    label: str
    contact: bool
    talk: bool
    answers: dict[str, str]
    note: str
    call_back: datetime | None


class Got(Struct, forbid_unknown_fields=True):
    """A body as the guide describes one."""

    version: Literal[1]
    kind: Literal["outcome", "correction", "undo"]
    id: str
    corrects: str
    campaign: str
    attempt: str
    at: datetime
    caller: str
    voter: GotVoter
    result: GotResult | None


class Receiver:
    """What has come, by id. `fault` is asked before each answer; None: there is none."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.got: dict[str, Got] = {}
        self.posts = 0
        self.wrong: list[str] = []
        self.fault: Callable[[], Fault | None] = lambda: None
        self.before_hanging_up: Callable[[], None] = lambda: None
        self.retry_after = ""
        self.words = b""

    @property
    def standing(self) -> dict[str, str]:
        """The disposition of each attempt, as somebody who reads along would have it."""
        found: dict[str, str] = {}
        for got in self.got.values():
            if got.result is None:
                found.pop(got.attempt, None)
            else:
                found[got.attempt] = got.result.disposition
        return found

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer with."""
        self.posts += 1
        mistake = self._mistake(headers, body)
        if mistake:
            self.wrong.append(mistake)
            return 400
        if msgspec.json.decode(body) == {"version": 1, "kind": "check"}:
            return 204
        got = msgspec.json.decode(body, type=Got)
        before = self.got.setdefault(got.id, got)
        if before != got or headers["webhook-id"] != got.id:
            self.wrong.append(f"{got.id} came twice, and not alike")
        return 204

    def _mistake(self, headers: dict[str, str], body: bytes) -> str:
        if headers.get("content-type") != "application/json":
            return "no JSON"
        try:
            name, at = headers["webhook-id"], headers["webhook-timestamp"]
            version, _, given = headers["webhook-signature"].partition(",")
        except KeyError as missing:
            return f"no {missing}"
        right = base64.b64encode(hmac.digest(KEY, f"{name}.{at}.".encode() + body, "sha256")).decode()
        if version != "v1" or not hmac.compare_digest(right, given):
            return "the signature is wrong"
        return "" if abs(self.clock().timestamp() - int(at)) <= WINDOW else "it is too old"


class Handler(BaseHTTPRequestHandler):
    """One connection to a receiver."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        fault = self.receiver.fault()
        body = self.rfile.read(int(self.headers["content-length"]))
        if isinstance(fault, int):
            self._answer(fault, self.receiver.words)
        elif fault == "lost request":
            self._hang_up()
        else:
            status = self.receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            if fault == "cut reply":
                self.wfile.write(b"HTTP/1.1 20")
            if fault:
                self.receiver.before_hanging_up()
                self._hang_up()
            else:
                self._answer(status, b"")

    def _answer(self, status: int, words: bytes) -> None:
        self.send_response(status)
        if self.receiver.retry_after:
            self.send_header("Retry-After", self.receiver.retry_after)
        if status // 100 == 3:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The receiver's own clock."""
        return format_datetime(self.receiver.clock(), usegmt=True)

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


@contextmanager
def receiving(receiver: Receiver) -> Iterator[str]:
    """The receiver on this machine; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("HandlerOfOne", (Handler,), {"receiver": receiver}))
    with served(server) as port:
        yield f"http://127.0.0.1:{port}/calls"


@contextmanager
def served(server: HTTPServer) -> Iterator[int]:
    """Lets the server answer meanwhile; its port."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
