"""A small Asterisk with its REST interface: real HTTP and WebSockets on loopback, strict about what it is asked.

Phones do nothing by themselves: a test says who rings, answers and hangs up. Events have the shapes of Asterisk 20's.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote

import uvicorn

from phonetui.server.run import Tls

USER, SECRET, APPLICATION = "phonetui", "open sesame", "calls"
AT = "2026-10-06T12:00:00.000-0400"
#: Seconds after which a test has waited in vain.
IN_VAIN = 120.0

#: What may be asked: the fields of the body by name, all of them, each with its type.
Fields = dict[str, type]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
ROUTES: list[tuple[str, str, Fields, str]] = [
    ("GET", r"/channels", {}, "list_channels"),
    ("POST", r"/channels/([^/]+)", {"endpoint": str, "app": str, "callerId": str, "timeout": int}, "originate"),
    ("DELETE", r"/channels/([^/]+)", {}, "hang_up"),
    ("POST", r"/channels/([^/]+)/mute", {"direction": str}, "mute"),
    ("DELETE", r"/channels/([^/]+)/mute\?direction=in", {}, "unmute"),
    ("POST", r"/channels/([^/]+)/dtmf", {"dtmf": str}, "dtmf"),
    ("GET", r"/bridges", {}, "list_bridges"),
    ("POST", r"/bridges/([^/]+)", {"type": str}, "make_bridge"),
    ("DELETE", r"/bridges/([^/]+)", {}, "destroy_bridge"),
    ("POST", r"/bridges/([^/]+)/addChannel", {"channel": str}, "add_channel"),
]


class Answer(Exception):
    """An HTTP status that is no success, with Asterisk's message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Channel:
    """A channel as Asterisk knows it."""

    def __init__(self, name: str, endpoint: str, shown: str, seconds: int) -> None:
        self.name, self.endpoint, self.shown, self.seconds = name, endpoint, shown, seconds
        self.state = "Down"
        self.in_stasis = False
        self.muted = False
        self.keys = ""

    def shape(self) -> dict[str, Any]:
        who = {"name": "", "number": self.shown}
        plan = {"context": "default", "exten": "s", "priority": 1, "app_name": "Stasis", "app_data": APPLICATION}
        return {
            "id": self.name,
            "name": f"{self.endpoint.replace('/', '-')}-00000001",
            "state": self.state,
            "protocol_id": "",
            "caller": who,
            "connected": who,
            "accountcode": "",
            "dialplan": plan,
            "creationtime": AT,
            "language": "en",
        }


class SmallAri:
    """`wrongs` is what was asked that Asterisk would not understand. While `slow` is set, nothing is answered."""

    def __init__(self, tls: Tls | None = None) -> None:
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, set[str]] = {}
        self.asked: list[str] = []
        self.wrongs: list[str] = []
        self.refuses: dict[str, int] = {}
        self.slow: asyncio.Event | None = None
        self.port = 0
        self._tls = tls
        self._sockets: list[asyncio.Queue[str]] = []
        self._changed = asyncio.Event()
        self._server: uvicorn.Server | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{USER}@127.0.0.1:{self.port}/ari"

    # -- being there and going away

    async def starts(self) -> None:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # so asyncio sets TCP_NODELAY
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            interface="asgi3",
            lifespan="off",
            ws="websockets-sansio",
            log_config=None,
            proxy_headers=False,
            ssl_certfile=self._tls.certificate if self._tls else None,
            ssl_keyfile=self._tls.private_key if self._tls else None,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup([listening])

    async def goes_away(self) -> None:
        """As when its process dies, or the network does: every connection is cut and the port is closed."""
        server, self._server = self._server, None
        assert server is not None
        for listening in server.servers:
            listening.close()
        for connection in list(server.server_state.connections):
            assert connection.transport is not None
            connection.transport.abort()
        for task in list(server.server_state.tasks):
            task.cancel()
        await asyncio.gather(*server.server_state.tasks, return_exceptions=True)
        self._sockets.clear()

    def dies(self) -> None:
        """Every call is lost."""
        self.channels.clear()
        self.bridges.clear()

    def cuts_events(self) -> None:
        """The WebSockets end; requests are answered on."""
        for queue in self._sockets:
            queue.put_nowait("")
        self._sockets.clear()

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits for what is asked here to make something true."""
        async with asyncio.timeout(IN_VAIN):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    # -- what phones do

    def rings(self, name: str) -> None:
        self.channels[name].state = "Ringing"
        self.says("ChannelStateChange", name)
        self.dials(name, "RINGING")

    def plays_tone(self, name: str) -> None:
        """A carrier's 183: the channel's state stays as it is."""
        self.dials(name, "PROGRESS")

    def answers(self, name: str) -> None:
        channel = self.channels[name]
        channel.state, channel.in_stasis = "Up", bool(self._sockets)
        self.says("ChannelStateChange", name)
        self.dials(name, "ANSWER")
        if channel.in_stasis:
            self.says("StasisStart", name, args=[])
        else:  # nobody is there to take the call
            self.hangs_up(name)

    def hangs_up(self, name: str, cause: int = 16, status: int = 0, dialed: str = "") -> None:
        """The phone, or the carrier, ends the channel: with a cause, perhaps a SIP status, and how dialing ended."""
        channel = self.channels[name]
        if dialed:
            self.dials(name, dialed)
        self.says("ChannelHangupRequest", name, cause=cause)
        for bridge_id, inside in self.bridges.items():
            if name in inside:
                inside.discard(name)
                self.says("ChannelLeftBridge", name, bridge=self._bridge(bridge_id))
        if channel.in_stasis:
            self.says("StasisEnd", name)
        tech = {"tech_cause": status} if status else {}
        self.says("ChannelDestroyed", name, cause=cause, cause_txt="", **tech)
        del self.channels[name]
        self._changed.set()

    def dials(self, name: str, status: str) -> None:
        self.sends(
            {"type": "Dial", "peer": self.channels[name].shape(), "dialstatus": status, "forward": "", "dialstring": ""}
        )

    def says(self, kind: str, name: str, **more: object) -> None:
        self.sends({"type": kind, "channel": self.channels[name].shape(), **more})

    def sends(self, event: dict[str, Any] | str) -> None:
        """An event to whoever listens; a text goes as it is."""
        shape = {"timestamp": AT, "asterisk_id": "00:11:22:33:44:55", "application": APPLICATION}
        text = event if isinstance(event, str) else json.dumps(event | shape)
        for queue in self._sockets:
            queue.put_nowait(text)

    # -- what is asked

    def list_channels(self, fields: dict[str, Any]) -> object:
        return [channel.shape() for channel in self.channels.values()]

    def originate(self, fields: dict[str, Any], name: str) -> object:
        if name in self.channels:
            raise Answer(409, "Channel with given unique ID already exists")
        if fields["app"] != APPLICATION:
            self._wrong(f"application {fields['app']}")
        channel = Channel(name, fields["endpoint"], fields["callerId"], fields["timeout"])
        self.channels[name] = channel
        self.dials(name, "")
        return channel.shape()

    def hang_up(self, fields: dict[str, Any], name: str) -> object:
        self._channel(name)
        self.hangs_up(name)
        return None

    def mute(self, fields: dict[str, Any], name: str) -> object:
        if fields["direction"] != "in":
            self._wrong(f"direction {fields['direction']}")
        self._controlled(name).muted = True
        return None

    def unmute(self, fields: dict[str, Any], name: str) -> object:
        self._controlled(name).muted = False
        return None

    def dtmf(self, fields: dict[str, Any], name: str) -> object:
        self._controlled(name).keys += fields["dtmf"]
        return None

    def list_bridges(self, fields: dict[str, Any]) -> object:
        return [self._bridge(bridge_id) for bridge_id in self.bridges]

    def make_bridge(self, fields: dict[str, Any], bridge_id: str) -> object:
        if fields["type"] != "mixing":
            self._wrong(f"type {fields['type']}")
        self.bridges.setdefault(bridge_id, set())
        return self._bridge(bridge_id)

    def destroy_bridge(self, fields: dict[str, Any], bridge_id: str) -> object:
        if bridge_id not in self.bridges:
            raise Answer(404, "Bridge not found")
        del self.bridges[bridge_id]
        return None

    def add_channel(self, fields: dict[str, Any], bridge_id: str) -> object:
        if bridge_id not in self.bridges:
            raise Answer(404, "Bridge not found")
        name = fields["channel"]
        if name not in self.channels:
            raise Answer(400, "Channel not found")
        if not self.channels[name].in_stasis:
            raise Answer(422, "Channel not in Stasis application")
        self.bridges[bridge_id].add(name)
        self.says("ChannelEnteredBridge", name, bridge=self._bridge(bridge_id))
        return None

    def _channel(self, name: str) -> Channel:
        if name not in self.channels:
            raise Answer(404, "Channel not found")
        return self.channels[name]

    def _controlled(self, name: str) -> Channel:
        channel = self._channel(name)
        if not channel.in_stasis:
            raise Answer(409, "Channel not in Stasis application")
        return channel

    def _bridge(self, bridge_id: str) -> dict[str, Any]:
        inside = sorted(self.bridges[bridge_id])
        kind = {"technology": "simple_bridge", "bridge_type": "mixing", "bridge_class": "stasis", "creator": "Stasis"}
        return {"id": bridge_id, "name": "", "channels": inside, "video_mode": "none", "creationtime": AT, **kind}

    def _wrong(self, what: str) -> None:
        self.wrongs.append(what)
        raise Answer(400, what)

    # -- HTTP and WebSocket

    async def _app(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._events(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        status, answer = await self._answer(scope, body)
        text = b"" if answer is None else json.dumps(answer).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(text)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    async def _answer(self, scope: Any, body: bytes) -> tuple[int, object]:
        query = scope["query_string"].decode()
        path = unquote(scope["path"]) + (f"?{query}" if query else "")
        self.asked.append(f"{scope['method']} {path.removeprefix('/ari')}")
        self._changed.set()
        if self.slow is not None:
            await self.slow.wait()
        try:
            answer = self._ask(scope, path, body)
        except Answer as answer_:
            return answer_.status, {"message": str(answer_)}
        finally:
            self._changed.set()
        return (204, None) if answer is None else (200, answer)

    def _ask(self, scope: Any, path: str, body: bytes) -> object:
        headers = dict(scope["headers"])
        if not self._knows(headers):
            raise Answer(401, "Authentication required")
        for method, pattern, fields, handler in ROUTES:
            found = re.fullmatch(f"/ari{pattern}", path)
            if method == scope["method"] and found:
                self._refuse(path)
                return getattr(self, handler)(self._fields(fields, headers, body), *found.groups())
        self._wrong(f"{scope['method']} {path}")
        return None

    def _refuse(self, path: str) -> None:
        for end, status in self.refuses.items():
            if path.endswith(end):
                raise Answer(status, "Refused")

    def _fields(self, wanted: Fields, headers: dict[bytes, bytes], body: bytes) -> dict[str, Any]:
        if not wanted:
            if body:
                self._wrong(f"a body: {body!r}")
            return {}
        if headers.get(b"content-type") != b"application/json":
            self._wrong(f"content type {headers.get(b'content-type')!r}")
        fields = json.loads(body)
        types = {name: type(value) for name, value in fields.items()}
        if types != wanted:
            self._wrong(f"fields {types}")
        return dict(fields)

    def _knows(self, headers: dict[bytes, bytes]) -> bool:
        return headers.get(b"authorization") == b"Basic " + b64encode(f"{USER}:{SECRET}".encode())

    async def _events(self, scope: Any, receive: Receive, send: Send) -> None:
        await receive()
        asked = parse_qs(scope["query_string"].decode())
        if scope["path"] != "/ari/events" or asked != {"app": [APPLICATION]} or scope["subprotocols"] != ["ari"]:
            self.wrongs.append(f"events at {scope['path']} {asked}")
        if not self._knows(dict(scope["headers"])):
            await send({"type": "websocket.close", "code": 1000, "reason": ""})
            return
        await send({"type": "websocket.accept", "subprotocol": "ari", "headers": []})
        queue: asyncio.Queue[str] = asyncio.Queue()
        for older in self._sockets:
            older.put_nowait(json.dumps({"type": "ApplicationReplaced", "application": APPLICATION}))
        self._sockets = [queue]
        self._changed.set()
        while text := await queue.get():
            await send({"type": "websocket.send", "text": text, "bytes": None})
        await send({"type": "websocket.close", "code": 1000, "reason": ""})


@asynccontextmanager
async def small_ari(tls: Tls | None = None) -> AsyncIterator[SmallAri]:
    """An Asterisk that answers until the end of the block, and was asked nothing that it does not know."""
    ari = SmallAri(tls)
    await ari.starts()
    try:
        yield ari
    finally:
        await ari.goes_away()
    assert ari.wrongs == []
