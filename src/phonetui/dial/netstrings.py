"""Netstrings, `5:hello,`: how baresip's control connection tells messages apart. No I/O."""

from __future__ import annotations

from collections.abc import Iterator

#: Bytes that no message of baresip's comes near.
LONGEST = 1 << 20
_DIGITS = len(str(LONGEST))


def netstring(content: bytes) -> bytes:
    """The content, framed."""
    return b"%d:%s," % (len(content), content)


class Netstrings:
    """Puts together what arrives in pieces of any size."""

    def __init__(self) -> None:
        self._arrived = bytearray()

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """What is whole by now, without its frame; then `ValueError` is raised for what is none, or is too long."""
        self._arrived += piece
        while (content := self._next()) is not None:
            yield content

    def _next(self) -> bytes | None:
        length, colon, _ = self._arrived.partition(b":")
        if not colon and len(length) <= _DIGITS and (not length or length.isdigit()):
            return None
        if not colon or not length.isdigit() or int(length) > LONGEST:
            raise ValueError("no netstring")
        begin = len(length) + 1
        end = begin + int(length)
        if len(self._arrived) <= end:
            return None
        if self._arrived[end] != ord(","):
            raise ValueError("a netstring without its comma")
        content = bytes(self._arrived[begin:end])
        del self._arrived[: end + 1]
        return content
