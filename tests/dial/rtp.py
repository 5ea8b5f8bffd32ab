"""What arrives where the voices go: RFC 3550, section 5.1; RFC 4733, section 2.3."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from types import TracebackType

from msgspec import Struct

PCMU, TELEPHONE_EVENT = 0, 101
#: Both zeros of PCMU. ITU-T G.711, table 2a.
SILENCE = frozenset({0xFF, 0x7F})
_KEYS = "0123456789*#"


class Packet(Struct, frozen=True):
    """One of the voice, or of a key."""

    kind: int
    payload: bytes

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.kind == PCMU and set(self.payload) <= SILENCE

    @property
    def key_up(self) -> str:
        """The key that this packet ends; empty while it is down, and for a voice."""
        is_end = self.kind == TELEPHONE_EVENT and bool(self.payload[1] & 0x80)
        return _KEYS[self.payload[0]] if is_end else ""


class Ear:
    """A socket of the one who is called."""

    def __enter__(self) -> Ear:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self.port: int = self._socket.getsockname()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def listen(self, seconds: float = 10) -> Iterator[Packet]:
        """What arrives within that time."""
        by = time.monotonic() + seconds
        while time.monotonic() < by:
            try:
                packet = self._socket.recv(2048)
            except TimeoutError:
                continue
            assert packet[0] >> 6 == 2
            yield Packet(packet[1] & 0x7F, packet[12:])

    def hears(self, *, voice: bool) -> bool:
        """Whether a tenth of a second of voice, or of silence, comes at all."""
        in_a_row = 0
        for packet in self.listen():
            in_a_row = in_a_row + 1 if packet.kind == PCMU and packet.is_silent != voice else 0
            if in_a_row == 5:
                return True
        return False

    def keys(self, count: int) -> str:
        """So many keys, as they are let go; each is told three times."""
        heard, told = "", ""
        for packet in self.listen():
            if packet.kind == TELEPHONE_EVENT:
                heard += packet.key_up if packet.key_up != told else ""
                told = packet.key_up
            if len(heard) == count:
                break
        return heard
