"""baresip's control connection: commands with their answers, and events, which come whenever they like."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from itertools import count

import msgspec
from msgspec import Struct

from phonetui.dial.netstrings import Netstrings, netstring
from phonetui.dial.sip_call import Heard

#: Seconds within which baresip answers a command.
PATIENCE = 3.0

#: Linux's way to acknowledge at once what has arrived; baresip sends its next message only then.
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Command(Struct, frozen=True, omit_defaults=True):
    """What baresip is asked."""

    command: str
    token: str
    params: str = ""


class Answer(Struct, frozen=True):
    """What became of a command, in baresip's words."""

    ok: bool = False
    data: str = ""
    token: str = ""


class _Kind(Struct, frozen=True):
    event: bool = False
    response: bool = False


_read_answer = msgspec.json.Decoder(Answer).decode
_read_kind = msgspec.json.Decoder(_Kind).decode
_read_heard = msgspec.json.Decoder(Heard).decode


class Control(asyncio.Protocol):
    """One connection. What is no message of baresip's ends it."""

    def __init__(self, hear: Callable[[Heard], None], lost: Callable[[], None]) -> None:
        """`hear` gets the events, `lost` is called once when there is no connection any more."""
        self._hear = hear
        self._tell_lost = lost
        self._tokens = count(1)
        self._asked: dict[str, asyncio.Future[Answer]] = {}
        self._arriving = Netstrings()
        self._transport: asyncio.Transport | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._transport is not None and not self._transport.is_closing()

    async def connect(self, port: int) -> None:
        """Raises `OSError` while nobody listens there."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", port)

    async def ask(self, command: str, params: str = "") -> Answer:
        """Have a command carried out. Raises `ConnectionError` where no answer comes."""
        if self._transport is None or not self.is_open:
            raise ConnectionError(command)
        token = str(next(self._tokens))
        answer = self._asked[token] = asyncio.get_running_loop().create_future()
        self._transport.write(netstring(msgspec.json.encode(Command(command, token, params))))
        try:
            return await asyncio.wait_for(answer, PATIENCE)
        except TimeoutError:
            raise ConnectionError(command) from None
        finally:
            self._asked.pop(token, None)

    def close(self) -> None:
        """End the connection. Twice does nothing."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """A piece of any size has arrived."""
        self._acknowledge()
        try:
            for content in self._arriving.feed(data):
                self._read(content.decode("utf-8", "replace"))
        except ValueError:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody gets an answer any more."""
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError())
        self._tell_lost()

    def _read(self, content: str) -> None:
        kind = _read_kind(content)
        if kind.event:
            self._hear(_read_heard(content))
        elif kind.response:
            answer = _read_answer(content)
            waiting = self._asked.get(answer.token)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)

    def _acknowledge(self) -> None:
        if _QUICKACK is not None and self._transport is not None:
            self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
