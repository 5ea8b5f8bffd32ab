"""What was sent in which call, for Zetkin takes a survey as often as it is sent and does not say which it has.

The file is beside the journal of the assignment, and whoever has that open has it alone. A line holds the ids of a call
and a survey, a digest of what was sent, keyed so that nobody without the journal's key finds the answers by trying them
out, and whether Zetkin has confirmed it.
"""

from __future__ import annotations

import asyncio
import hmac
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from phonetui.client.private_files import write_private
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

#: Nobody goes back to a call that has so many others behind it.
MOST_LINES = 1_000

#: Stands in place of a survey's id where a line is about a sign-up.
SIGN_UP = 0

Standing = Literal["begun", "stored"]


class Line(Struct, frozen=True):
    """The answers to a survey in a call, or a sign-up. Of what was `begun` alone nobody knows whether Zetkin has it."""

    call: int
    survey: int
    digest: str
    standing: Standing


_read_lines = msgspec.json.Decoder(tuple[Line, ...]).decode


class Notebook:
    """The lines by call, survey and digest. Every change is in the file before it counts."""

    def __init__(self, file: Path, key: bytes) -> None:
        """`key` is the journal's, from which the one for the digests is made."""
        self._file = file
        self._key = hmac.digest(key, b"what Zetkin was sent", "sha256")
        self._lines: dict[tuple[int, int, str], Line] | None = None

    def digest(self, sent: bytes) -> str:
        """By which exactly this is known again."""
        return hmac.digest(self._key, sent, "sha256").hex()

    async def sent(self, call: int) -> Mapping[int, set[str]]:
        """The digests, by survey, of all that Zetkin has of a call, or may have; raises `Refused` as `standing`."""
        found = defaultdict[int, set[str]](set)
        for line in (await self._known()).values():
            if line.call == call:
                found[line.survey].add(line.digest)
        return found

    async def standing(self, call: int, survey: int, digest: str) -> Standing | None:
        """What is known of exactly these answers; raises `Refused` for a file that cannot be read."""
        line = (await self._known()).get((call, survey, digest))
        return None if line is None else line.standing

    async def note(self, call: int, survey: int, digest: str, standing: Standing | None) -> None:
        """Keep it; None for answers that Zetkin certainly lacks. Raises `Refused` where nothing can be written."""
        lines = await self._known()
        lines.pop((call, survey, digest), None)
        if standing is not None:
            lines[call, survey, digest] = Line(call, survey, digest, standing)
        await asyncio.to_thread(self._write, tuple(lines.values())[-MOST_LINES:])

    async def _known(self) -> dict[tuple[int, int, str], Line]:
        if self._lines is None:
            read = await asyncio.to_thread(self._read)
            self._lines = self._lines or {(line.call, line.survey, line.digest): line for line in read}
        return self._lines

    def _read(self) -> tuple[Line, ...]:
        try:
            return _read_lines(self._file.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise Refused(
                tr(
                    "The file {file} cannot be read ({reason}); make it readable.",
                    file=self._file,
                    reason=error.strerror,
                )
            ) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Refused(
                tr("The file {file} is not as phonetui wrote it; move it elsewhere and go on.", file=self._file)
            ) from None

    def _write(self, lines: tuple[Line, ...]) -> None:
        try:
            write_private(self._file, msgspec.json.encode(lines))
        except OSError as error:
            raise Refused(
                tr(
                    "The file {file} cannot be written ({reason}); make some room, or make its folder writable.",
                    file=self._file,
                    reason=error.strerror,
                )
            ) from None
