"""QR codes for a phone's camera, in a terminal's half blocks: two of its squares in a cell."""

from __future__ import annotations

from itertools import zip_longest

from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

#: ISO/IEC 18004 wants four light squares around the code.
BORDER = 4

#: Upper and lower square, dark or light: black ink on white paper.
_CELLS = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def qr_code(link: str) -> tuple[str, ...]:
    """The rows of the code, all of one width, to be drawn black on white. Raises `Refused` for a link too long."""
    import segno  # not before a code is wanted

    try:
        code = segno.make(link, error="l", boost_error=False, micro=False)
    except segno.DataOverflowError:
        raise Refused(tr("The message is too long for a QR code; copy it.")) from None
    squares = [[bool(square) for square in row] for row in code.matrix_iter(border=BORDER)]
    light = [False] * len(squares[0])
    pairs = zip_longest(squares[::2], squares[1::2], fillvalue=light)
    return tuple("".join(_CELLS[above, below] for above, below in zip(*pair, strict=True)) for pair in pairs)


def size(rows: tuple[str, ...]) -> tuple[int, int]:
    """Columns and rows that the code takes."""
    return len(rows[0]), len(rows)
