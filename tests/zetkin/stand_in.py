"""Zetkin's interface over HTTP on loopback, on threads of its own; a line to it may fail in every way that lines do."""

from __future__ import annotations

import json
import re
import socket
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Lock, Thread
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from tests.zetkin.world import CLIENT, LONGEST_PAGE, SECRET, USER, Declined, Json, World

Fault = Literal[
    "lost request",
    "lost reply",
    "cut reply",
    "rate limit",
    "too slow",
    "declined",
    "conflict",
    "down",
    "no page",
    "page",
    "",
]
FAULTS: tuple[Fault, ...] = ("lost request", "lost reply", "cut reply")

#: What can be asked for, by method: the path, and the name of what answers.
ROUTES: tuple[tuple[str, str, str], ...] = (
    ("GET", r"/users/me", "user"),
    ("GET", r"/users/me/call_assignments", "assignments"),
    ("GET", r"/users/me/outgoing_calls", "mine"),
    ("GET", r"/session", "session"),
    ("DELETE", r"/session", "end_session"),
    ("POST", r"/orgs/7/call_assignments/5/queue/head", "allocate"),
    ("GET", r"/orgs/7/calls/(\d+)", "one"),
    ("PATCH", r"/orgs/7/calls/(\d+)", "patch"),
    ("DELETE", r"/orgs/7/calls/(\d+)", "give_back"),
    ("GET", r"/orgs/7/surveys", "surveys"),
    ("GET", r"/orgs/7/surveys/(\d+)", "survey"),
    ("POST", r"/orgs/7/surveys/(\d+)/submissions", "submit"),
    ("GET", r"/orgs/7/actions", "actions"),
    ("PUT", r"/orgs/7/actions/(\d+)/responses/(\d+)", "sign_up"),
)
LISTS = ("assignments", "mine", "surveys", "actions")


def _end_session(world: World, ids: list[int], body: Json) -> tuple[int, Json]:
    world.tokens.clear()
    return 204, None


def _single(world: World, ids: list[int], body: Json) -> tuple[int, Json]:
    if not world.gives_single_calls:
        raise Declined(403, "Callers see their list alone")
    return 200, world.own(ids[0])


def _give_back(world: World, ids: list[int], body: Json) -> tuple[int, Json]:
    world.give_back(ids[0])
    return 204, None


def _sign_up(world: World, ids: list[int], body: Json) -> tuple[int, Json]:
    if body != {}:
        raise Declined(400, "a sign-up takes no field", ours=True)
    return 201, world.sign_up(ids[0], ids[1])


def _failed(status: int, words: str) -> tuple[int, Json]:
    return status, {"error": {"title": str(status), "description": words}}


#: What is answered in place of carrying a request out. A text alone is a page for a browser.
INSTEAD: dict[Fault, tuple[int, Json]] = {
    "rate limit": _failed(429, "Slow down"),
    "too slow": _failed(408, "The request took too long"),
    "declined": _failed(403, "Not now"),
    "conflict": _failed(409, "Somebody else changed it"),
    "down": _failed(500, "Something went wrong"),
    "no page": (404, "<html>Not found</html>"),
    "page": (200, "<html>Log in</html>"),
}

ME = {"id": USER, "first_name": "Dana", "last_name": "Reyes", "email": "dana@example.org"}
#: What answers all but a list: the status, and what stands in the answer.
CARRIED_OUT: dict[str, Callable[[World, list[int], Json], tuple[int, Json]]] = {
    "user": lambda world, ids, body: (200, ME),
    "session": lambda world, ids, body: (200, {"user": ME}),
    "end_session": _end_session,
    "allocate": lambda world, ids, body: (201, world.allocate(body)),
    "one": _single,
    "patch": lambda world, ids, body: (200, world.patch(ids[0], body)),
    "give_back": _give_back,
    "survey": lambda world, ids, body: (200, world.survey(ids[0])),
    "submit": lambda world, ids, body: (201, world.submit(ids[0], body)),
    "sign_up": _sign_up,
}


class StandIn:
    """Answers for a world. `fault` says, for each request, how the line fails; `down` refuses every connection."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lock = Lock()
        self.fault: Callable[[str, str], Fault] = lambda method, path: ""
        self.down = False
        self.asked: list[str] = []
        self.hits = 0
        self.lost = 0
        stand_in = self

        class Handler(_Handler):
            of = stand_in

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.domain = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"zetkin://{self.domain}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def fail_often(self, random: Random, rate: float) -> None:
        """So many of all requests meet a fault from now on."""

        def fault(method: str, path: str) -> Fault:
            if random.random() >= rate:
                return ""
            self.hits += 1
            return random.choice(FAULTS)

        self.fault = fault

    @contextmanager
    def running(self) -> Iterator[StandIn]:
        """Until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever is killed breaks off in the middle."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    of: StandIn
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # its head and its body are two packets

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the library names it
        """Says nothing."""

    def do_GET(self) -> None:
        self._carry_out()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - as the library names them

    def _carry_out(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(length)
        if len(body) < length:  # whoever asked is gone
            self._break_off()
            return
        with self.of.lock:
            fault = self.of.fault(self.command, self.path)
            if self.of.down or fault == "lost request":
                self.of.lost += 1
                self._break_off()
                return
            self.of.asked.append(f"{self.command} {urlsplit(self.path).path.removeprefix('/v1')}")
            status, said = INSTEAD[fault] if fault in INSTEAD else self._answer(body)
        if fault == "lost reply":
            self._break_off()
            return
        self._reply(status, said, cut=fault == "cut reply")

    def _reply(self, status: int, said: Json, *, cut: bool) -> None:
        if status == 302:
            self.send_response(302)
            self.send_header("Location", said)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        page = isinstance(said, str)
        payload = b"" if said is None else (said if page else json.dumps(said)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if page else "application/json")
        self.send_header("Content-Length", str(len(payload)))
        if status == 429:
            self.send_header("Retry-After", "7")
        with suppress(OSError):
            self.end_headers()
            self.wfile.write(payload[: len(payload) // 2] if cut else payload)
        if cut:
            self._break_off()

    def _break_off(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    # -- what is asked -----------------------------------------------------------------------------------------------

    def _answer(self, body: bytes) -> tuple[int, Json]:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/v1")
        try:
            if path == "/oauth/authorize/":
                return 302, self._authorized(dict(parse_qsl(parts.query)))
            if path == "/oauth/token/":
                return 200, self._granted(body)
            if not self._is_known():
                return 401, {"error": "invalid_token"}
            return self._routed(path, parse_qs(parts.query), body)
        except Declined as declined:
            if declined.ours:
                self.of.world.complaints.append(f"{self.command} {self.path}: {declined}")
            if path.startswith("/oauth/"):
                return declined.status, {"error": str(declined)}
            return declined.status, {"error": {"title": str(declined.status), "description": str(declined)}}

    def _is_known(self) -> bool:
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        if kind != "Bearer":
            self.of.world.complaints.append(f"{self.command} {self.path} without a token")
        return token in self.of.world.tokens

    def _routed(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Json]:
        for method, pattern, name in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == self.command:
                self._check_query(name, query)
                return self._of(name, [int(each) for each in found.groups()], query, self._json(body))
        raise Declined(404, "Not Found", ours=True)

    def _check_query(self, name: str, query: dict[str, list[str]]) -> None:
        allowed = {"p", "pp", "filter"} if name in LISTS else set()
        if set(query) - allowed or (name in LISTS and not {"p", "pp"} <= set(query)):
            raise Declined(400, f"another query: {query}", ours=True)

    def _json(self, body: bytes) -> Json:
        has_body = self.command in ("POST", "PATCH", "PUT")
        if has_body != (self.headers.get("content-type") == "application/json") or "content-encoding" in self.headers:
            raise Declined(415, "JSON is sent as application/json, packed in nothing", ours=True)
        try:
            return json.loads(body) if has_body else None
        except ValueError:
            raise Declined(400, "no JSON", ours=True) from None

    def _of(self, name: str, ids: list[int], query: dict[str, list[str]], body: Json) -> tuple[int, Json]:
        if name in LISTS:
            return 200, {"data": _page(self._listed(name, query.get("filter", [])), query)}
        status, said = CARRIED_OUT[name](self.of.world, ids, body)
        return status, None if said is None else {"data": said}

    def _listed(self, name: str, filters: list[str]) -> list[Json]:
        world = self.of.world
        if name == "assignments":
            return world.assignments
        if name == "surveys":
            return [{"id": each["id"], "title": each["title"]} for each in world.surveys.values()]
        if name == "mine":
            return self._mine(filters)
        if len(filters) != 1 or not re.fullmatch(r"start_time>\d{4}-\d\d-\d\d", filters[0]):
            raise Declined(400, f"another filter: {filters}", ours=True)
        return world.actions()

    def _mine(self, filters: list[str]) -> list[Json]:
        mine = [each for each in self.of.world.calls.values() if each["caller"]["id"] == USER]
        for each in filters:
            if each != "state==0":
                raise Declined(400, f"another filter: {each}", ours=True)
            mine = [call for call in mine if call["state"] == 0]
        return mine

    # -- logging in --------------------------------------------------------------------------------------------------

    def _authorized(self, query: dict[str, str]) -> str:
        """Where the browser is sent of somebody who logs in at once."""
        if set(query) != {"client_id", "redirect_uri", "response_type", "state"} or query["client_id"] != CLIENT:
            raise Declined(400, f"another query: {query}", ours=True)
        code = f"code-{len(self.of.world.codes) + 1}"
        self.of.world.codes[code] = query["redirect_uri"]
        return f"{query['redirect_uri']}?code={code}&state={query['state']}"

    def _granted(self, body: bytes) -> Json:
        kind, _, both = self.headers.get("authorization", "").partition(" ")
        client, _, secret = b64decode(both).decode().partition(":")
        if kind != "Basic" or (unquote(client), unquote(secret)) != (CLIENT, SECRET):
            raise Declined(401, "invalid_client")
        if self.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise Declined(415, "a form is sent as one", ours=True)
        return self.of.world.token(dict(parse_qsl(body.decode(), strict_parsing=True)))


def _page(items: list[Json], query: dict[str, list[str]]) -> list[Json]:
    """Pages are shorter than asked for, so that only an empty one says that it is the last."""
    page, size = int(query["p"][0]), min(int(query["pp"][0]), LONGEST_PAGE)
    return items[page * size : (page + 1) * size]


@contextmanager
def zetkin(people: int = 3) -> Iterator[StandIn]:
    """A Zetkin with so many people to call, and a caller who is logged in."""
    stand_in = StandIn(World.with_people(people))
    stand_in.world.grant()
    with stand_in.running():
        yield stand_in
