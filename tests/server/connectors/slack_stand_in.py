"""A Slack of our own on loopback: a few methods of its Web API, and Socket Mode. It takes nothing that Slack does not.

Sources: Slack's reference of each method, and of Socket Mode: an event that is not acknowledged comes again.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

BOT, APP = "xoxb-stand-in", "xapp-stand-in"
HELP, NOTICES = "C0HELP", "C0NEWS"
#: By method: how it is asked, what it needs, what else it takes.
METHODS = {
    "auth.test": ("form", (), ()),
    "apps.connections.open": ("form", (), ()),
    "conversations.info": ("form", ("channel",), ()),
    "conversations.history": ("form", ("channel",), ("oldest", "include_all_metadata", "limit", "cursor")),
    "conversations.replies": ("form", ("channel", "ts"), ("limit", "cursor")),
    "chat.postMessage": ("json", ("channel", "text"), ("metadata", "unfurl_links", "thread_ts")),
    "reactions.add": ("json", ("channel", "timestamp", "name"), ()),
}
#: Messages on a page, whatever is asked for, so that pages are turned.
PAGE = 2


class SlackStandIn:
    """Two channels, one bot. `fault` may answer a request in its place, before or after it was carried out."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.messages: dict[str, list[dict[str, Any]]] = {HELP: [], NOTICES: []}
        self.ticks: list[str] = []
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.is_member = True
        self.bot = BOT
        self.fault: Callable[[str], str] = lambda _method: ""
        self._now = 1_791_300_000
        self._sockets: list[ServerConnection] = []
        self._unacknowledged: dict[str, dict[str, Any]] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._ws: Server = serve(self._socket, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._http.server_port}/api/"
        self._threads = [
            threading.Thread(target=self._http.serve_forever, args=(0.01,)),
            threading.Thread(target=self._ws.serve_forever),
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._ws.shutdown()
        for thread in self._threads:
            thread.join()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits for what the line does."""

        def wait() -> bool:
            with self.changed:
                return self.changed.wait_for(holds, 120)

        assert await asyncio.to_thread(wait), (self.wrong, self.asked[-10:])

    # -- people --------------------------------------------------------------------------------------------------------

    def somebody_writes(self, channel: str, text: str, thread: str = "", **more: object) -> str:
        """A person's message; its `ts`."""
        event = {
            "type": "message",
            "user": "U0MORGAN",
            "text": text,
            **({"thread_ts": thread} if thread else {}),
            **more,
        }
        with self.changed:
            at = self._add(channel, event)
            name = f"envelope-{at}"
            payload = {"type": "event_callback", "event": {**event, "ts": at, "channel": channel}}
            self._unacknowledged[name] = {"envelope_id": name, "type": "events_api", "payload": payload}
            self._deliver()
        return at

    def hang_up(self) -> None:
        """Every socket is closed, as Slack does every few hours."""
        with self.changed:
            sockets, self._sockets = self._sockets, []
        for socket in sockets:
            socket.close()

    def told(self, channel: str) -> list[str]:
        """What our bot has said there."""
        return [one["text"] for one in self.messages[channel] if one.get("bot_id")]

    def _add(self, channel: str, message: Mapping[str, object]) -> str:
        self._now += 1
        at = f"{self._now}.000100"
        self.messages[channel].append({**message, "ts": at})
        self.changed.notify_all()
        return at

    # -- Socket Mode ---------------------------------------------------------------------------------------------------

    def _socket(self, socket: ServerConnection) -> None:
        with self.changed:
            self._sockets.append(socket)
            socket.send(json.dumps({"type": "hello", "num_connections": 1}))
            self._deliver()
            self.changed.notify_all()
        with suppress(ConnectionClosed):
            for said in socket:
                with self.changed:
                    self._unacknowledged.pop(json.loads(said).get("envelope_id", ""), None)
                    self.changed.notify_all()

    def _deliver(self) -> None:
        for socket in self._sockets[-1:]:
            with suppress(ConnectionClosed):
                for envelope in self._unacknowledged.values():
                    socket.send(json.dumps(envelope))

    @property
    def is_connected(self) -> bool:
        return bool(self._sockets)

    @property
    def waits_for_acknowledgement(self) -> bool:
        return bool(self._unacknowledged)

    # -- the Web API ---------------------------------------------------------------------------------------------------

    def answer(self, how: str, method: str, token: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self.changed:
            self.asked.append(method)
            fault = self.fault(method)
            self.changed.notify_all()
            if fault == "ratelimited":
                return 429, {"ok": False, "error": "ratelimited"}
            if fault == "lost request":
                return 0, {}
            if fault == "without a word":
                return 200, {"ok": True}
            answered = self._carried_out(how, method, token, given)
            return (0, {}) if fault == "lost reply" else (200, answered)

    def _carried_out(self, how: str, method: str, token: str, given: dict[str, Any]) -> dict[str, Any]:
        wanted = APP if method == "apps.connections.open" else self.bot
        if token != wanted:
            return {"ok": False, "error": "invalid_auth"}
        if method not in METHODS:
            return self._refuse("unknown_method", method)
        wanted_how, needed, allowed = METHODS[method]
        odd = set(given) - set(needed) - set(allowed) | {name for name in needed if not given.get(name)}
        if how != wanted_how or odd:
            return self._refuse("invalid_arguments", f"{how} {method} {sorted(odd)}")
        if "channel" in given and given["channel"] not in self.messages:
            return {"ok": False, "error": "channel_not_found"}
        carry_out: Callable[[dict[str, Any]], dict[str, Any]] = getattr(self, f"_{method.replace('.', '_').lower()}")
        return {"ok": True, **carry_out(given)}

    def _refuse(self, error: str, what: str) -> dict[str, Any]:
        self.wrong.append(what)
        return {"ok": False, "error": error}

    def _auth_test(self, _given: object) -> dict[str, Any]:
        return {"user": "phonetui", "user_id": "U0BOT", "bot_id": "B0BOT"}

    def _apps_connections_open(self, _given: object) -> dict[str, Any]:
        return {"url": f"ws://127.0.0.1:{self._ws.socket.getsockname()[1]}/link/?ticket=1"}

    def _conversations_info(self, given: dict[str, Any]) -> dict[str, Any]:
        name = {HELP: "phone-bank-help", NOTICES: "phone-bank-news"}[given["channel"]]
        return {"channel": {"id": given["channel"], "name": name, "is_member": self.is_member}}

    def _conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        here = [one for one in self.messages[given["channel"]] if one.get("thread_ts", one["ts"]) == one["ts"]]
        return self._page([one for one in reversed(here) if one["ts"] > given.get("oldest", "")], given)

    def _conversations_replies(self, given: dict[str, Any]) -> dict[str, Any]:
        here = self.messages[given["channel"]]
        return self._page([one for one in here if given["ts"] in (one["ts"], one.get("thread_ts"))], given)

    def _page(self, found: list[dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
        first = int(given.get("cursor") or 0)
        more = str(first + PAGE) if first + PAGE < len(found) else ""
        return {"messages": found[first : first + PAGE], "response_metadata": {"next_cursor": more}}

    def _chat_postmessage(self, given: dict[str, Any]) -> dict[str, Any]:
        assert given["metadata"]["event_type"], "metadata has a type"
        said: dict[str, object] = {name: given[name] for name in ("text", "metadata", "thread_ts") if name in given}
        return {"ts": self._add(given["channel"], {"type": "message", "user": "U0BOT", "bot_id": "B0BOT", **said})}

    def _reactions_add(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["timestamp"] in self.ticks:
            return {"ok": False, "error": "already_reacted"}
        self.ticks.append(given["timestamp"])
        self.changed.notify_all()
        return {}


def _handler(slack: SlackStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            self._reply("form", given)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if body and self.headers.get("content-type", "").startswith("application/json"):
                self._reply("json", json.loads(body))
            else:
                self._reply("form", {name: values[0] for name, values in parse_qs(body.decode()).items()})

        def _reply(self, how: str, given: dict[str, Any]) -> None:
            method = urlsplit(self.path).path.removeprefix("/api/")
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            status, answered = slack.answer(how, method, token, given)
            if not status:
                self.close_connection = True
                return
            body = json.dumps(answered).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", "7")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    return Handler
