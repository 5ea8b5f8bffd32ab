"""The small NGP VAN's side of HTTP: a request, its answer, and what goes wrong between the two."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, Protocol
from urllib.parse import urlsplit

#: What becomes of a request: `""` is as it should be, `failed` is a 500 after it was carried out.
Fault = Literal["", "lost request", "lost reply", "cut reply", "busy", "failed", "failed before"]


class Answer(Exception):
    """A status, and VAN's words where it is one of failure."""

    def __init__(self, status: int, body: object = None, **headers: str) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers


def error(status: int, text: str, *properties: str, code: str = "INVALID_PARAMETER") -> Answer:
    told = {"code": code, "text": text, "properties": [*properties], "referenceCode": "9f-1", "hint": None}
    return Answer(status, {"errors": [{**told, "resourceUrl": None}]})


class Van(Protocol):
    """What answers."""

    fault: Callable[[str], Fault]

    def answer(self, method: str, target: str, headers: dict[str, str], content: bytes) -> Answer: ...


class Server(ThreadingHTTPServer):
    """Serves on loopback, on a thread for each connection."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever is killed breaks off in the middle."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # as the library has it


def handler(van: Van) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = van.fault(f"{self.command} {urlsplit(self.path).path.removeprefix('/v4/')}")
            answer = _instead(fault)
            if answer is None and fault != "lost request":
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = van.answer(self.command, self.path, headers, content)
            if fault == "failed":
                answer = error(500, "An unexpected error occurred", code="UNEXPECTED")
            whole = _bytes(answer) if answer else b""
            if fault in ("lost request", "lost reply", "cut reply"):
                whole = whole[: len(whole) // 2] if fault == "cut reply" else b""
                self.close_connection = True
            self.wfile.write(whole)

        do_GET = do_POST = _do  # noqa: N815 - as http.server calls them

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _instead(fault: Fault) -> Answer | None:
    if fault == "busy":
        busy = error(429, "Too many requests", code="THROTTLED")
        busy.headers["Retry-After"] = "7"
        return busy
    return error(500, "An unexpected error occurred", code="UNEXPECTED") if fault == "failed before" else None


def _bytes(answer: Answer) -> bytes:
    body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body) if answer.body is not None else ""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body.encode())),
        **answer.headers,
    }
    if answer.status == 204:
        headers = {}
    lines = [f"HTTP/1.1 {answer.status} Whatever", *(f"{name}: {value}" for name, value in headers.items()), "", body]
    return "\r\n".join(lines).encode()
