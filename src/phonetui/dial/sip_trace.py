"""What a provider answers, read off the SIP messages that baresip prints as they pass (`-s`). No I/O.

baresip's events tell neither a first `100 Trying` nor the telephone network's own cause, and both decide how a call is
judged: RFC 3261, section 21.1.1, and RFC 3326.
"""

from __future__ import annotations

import re

from msgspec import Struct

#: Bytes of a line that is of no interest any more.
_LONGEST = 4096

_STATUS = re.compile(r"SIP/2\.0 ([1-6][0-9][0-9])(?: |$)")
_CAUSE = re.compile(r"\bQ\.850\s*;.*?\bcause\s*=\s*([0-9]{1,3})", re.IGNORECASE)
_COMPACT = {"i": "call-id"}


class SipAnswer(Struct, frozen=True):
    """A status of an INVITE, and the cause that came with it, if any. ITU-T Q.850, table 1."""

    call_id: str
    status: int
    cause: int | None = None


class SipTrace:
    """Reads what baresip prints, in pieces of any size."""

    def __init__(self) -> None:
        self._rest = ""
        self._status = 0
        self._fields: dict[str, str] = {}

    def feed(self, piece: bytes) -> list[SipAnswer]:
        """The answers whose head is whole by now."""
        *lines, self._rest = (self._rest + piece.decode("utf-8", "replace")).split("\n")
        self._rest = self._rest[-_LONGEST:]
        return [answer for line in lines if (answer := self._read(line.rstrip("\r"))) is not None]

    def _read(self, line: str) -> SipAnswer | None:
        status = _STATUS.match(line)
        if status:
            self._status, self._fields = int(status[1]), {}
        elif self._status and not line:
            return self._whole()
        elif self._status:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            name = _COMPACT.get(name, name)
            self._fields[name] = ", ".join(filter(None, (self._fields.get(name), value.strip())))
        return None

    def _whole(self) -> SipAnswer | None:
        status, self._status = self._status, 0
        if not self._fields.get("cseq", "").endswith("INVITE"):
            return None
        cause = _CAUSE.search(self._fields.get("reason", ""))
        return SipAnswer(self._fields.get("call-id", ""), status, int(cause[1]) if cause else None)
