"""QR codes for a phone's camera, in a terminal's half blocks: two of its squares in a cell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import zip_longest

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.handed_off import HandsOff
from phonetui.dial.links import telephone_link

#: ISO/IEC 18004 wants four light squares around the code.
BORDER = 4
#: Around a number's code, which stands beside the script, and where there is no room for four: cameras do with two.
NARROW_BORDER = 2

#: Upper and lower square, dark or light: black ink on white paper.
_CELLS = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


class QrDialer(HandsOff):
    """A `Dialer` whose number the caller's phone reads off the screen; `number_code` is what it reads."""

    async def start(self) -> str:
        """Load what draws codes; its name."""
        segno = await asyncio.to_thread(import_module, "segno")
        return f"segno {segno.__version__}"

    async def dial(self, number: str, ring_timeout: float) -> str:
        """The code is on the screen. Raises `Refused` for what is no number."""
        telephone_link(number)
        return self.hand_off()


class CodeInstead(QrDialer):
    """A `QrDialer` in the place of an engine that cannot be had; it says why."""

    def __init__(self, new_id: Callable[[], str], why: str, say: Callable[[str], None]) -> None:
        super().__init__(new_id)
        self._why = why
        self._say = say

    async def start(self) -> str:
        """Load what draws codes, and tell the caller of it."""
        name = await super().start()
        instead = tr("Your phone's camera reads each number off the screen instead.")
        self._say(f"{self._why} {instead}")
        return name


def can_draw(environ: Mapping[str, str], encoding: str) -> bool:
    """Whether a terminal whose text is encoded so shows a code: it takes black on white, and half blocks."""
    has_colours = "NO_COLOR" not in environ and environ.get("TERM", "dumb") != "dumb"
    return has_colours and encoding.lower().startswith("utf")


def number_code(number: str) -> tuple[str, ...]:
    """The code from which a phone dials a number in E.164: 25 columns and 13 rows for one with at most 12 digits.

    Raises `Refused` for what is no number.
    """
    return qr_code(telephone_link(number), NARROW_BORDER)


def qr_code(link: str, border: int = BORDER) -> tuple[str, ...]:
    """The rows of the code, all of one width, to be drawn black on white. Raises `Refused` for a link too long."""
    import segno  # not before a code is wanted

    try:
        code = segno.make(link, error="l", boost_error=False, micro=False)
    except segno.DataOverflowError:
        raise Refused(tr("The message is too long for a QR code; copy it.")) from None
    squares = [[bool(square) for square in row] for row in code.matrix_iter(border=border)]
    light = [False] * len(squares[0])
    pairs = zip_longest(squares[::2], squares[1::2], fillvalue=light)
    return tuple("".join(_CELLS[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs)


def size(rows: tuple[str, ...]) -> tuple[int, int]:
    """Columns and rows that the code takes."""
    return len(rows[0]), len(rows)
