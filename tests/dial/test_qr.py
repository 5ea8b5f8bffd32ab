"""QR codes are drawn so that a camera reads them: square, with a light border, dark where it is dark."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
import segno

from phonetui.core.phone_call import CallEvent
from phonetui.core.refusal import Refused
from phonetui.dial.links import text_message_link
from phonetui.dial.qr import BORDER, NARROW_BORDER, QrDialer, can_draw, number_code, qr_code, size

LINK = text_message_link("+18125550166", "Vote at Mill School.")


def squares(rows: tuple[str, ...]) -> list[list[int]]:
    """The squares back from the half blocks."""
    upper = [[int(cell in "█▀") for cell in row] for row in rows]
    lower = [[int(cell in "█▄") for cell in row] for row in rows]
    return [row for pair in zip(upper, lower, strict=True) for row in pair]


def test_each_cell_holds_two_squares_of_the_code() -> None:
    code = segno.make(LINK, error="l", boost_error=False, micro=False)
    wanted = [list(row) for row in code.matrix_iter(border=BORDER)]
    drawn = squares(qr_code(LINK))
    assert drawn[: len(wanted)] == wanted
    assert not any(map(any, drawn[len(wanted) :]))


def test_a_light_border_stands_around_it() -> None:
    rows = qr_code(LINK)
    assert set("".join(rows[: BORDER // 2] + rows[-BORDER // 2 :])) == {" "}
    assert {row[:BORDER] + row[-BORDER:] for row in rows} == {" " * 2 * BORDER}
    columns, high = size(rows)
    assert {len(row) for row in rows} == {columns}
    assert high == (columns + 1) // 2


def test_even_a_short_link_is_no_micro_code() -> None:
    assert size(qr_code("tel:1"))[0] >= 21 + 2 * BORDER


def test_what_no_code_holds_is_refused() -> None:
    with pytest.raises(Refused, match=r"^The message is too long for a QR code; copy it\.$"):
        qr_code("x" * 4000)


def test_its_library_is_loaded_when_a_code_is_wanted() -> None:
    loaded = "import sys, phonetui.dial.qr; sys.exit('segno' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_a_numbers_code_leaves_room_for_the_script() -> None:
    rows = number_code("+18125550166")
    assert size(rows) == (25, 13)
    code = segno.make("tel:+18125550166", error="l", boost_error=False, micro=False)
    wanted = [list(row) for row in code.matrix_iter(border=NARROW_BORDER)]
    assert squares(rows)[: len(wanted)] == wanted


def test_the_phone_that_reads_the_code_has_the_call() -> None:
    async def story() -> None:
        line = QrDialer(lambda: "call-1")
        assert (await line.start()).startswith("segno ")
        assert await line.dial("+18125550166", 25) == "call-1"
        with pytest.raises(Refused) as refused:
            await line.dial("911", 25)
        assert str(refused.value) == "This voter's number cannot be dialed as it is; dial it by hand."
        await line.hangup()
        await line.close()
        assert [event async for event in line.events()] == [CallEvent("call-1", "handed_off")]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("environ", "encoding", "draws"),
    [
        ({"TERM": "xterm"}, "UTF-8", True),
        ({"TERM": "xterm"}, "ISO-8859-1", False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "utf-8", False),
        ({"TERM": "dumb"}, "utf-8", False),
        ({}, "utf-8", False),
    ],
)
def test_a_terminal_without_colours_or_blocks_shows_no_code(
    environ: dict[str, str], encoding: str, draws: bool
) -> None:
    assert can_draw(environ, encoding) is draws
