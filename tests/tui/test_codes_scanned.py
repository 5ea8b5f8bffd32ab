"""A phone's camera reads the code off the call screen, whatever the theme."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import get_args

import pytest
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style

from phonetui.client.phone_line import PhoneLine
from phonetui.client.settings import ThemeName
from phonetui.core.follow_up import Message
from phonetui.dial.qr import QrDialer
from phonetui.tui.code_screen import CodeScreen
from tests.scanning import BLACK, WHITE, Cell, needs_zbar, scanned
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.screens import STATES
from tests.tui.stage import Stage, play

pytestmark = needs_zbar

WITH_COLOUR = [theme for theme in get_args(ThemeName) if theme != "plain"]


def desk_with_codes() -> DeskInMemory:
    """The caller's phone reads the numbers off the screen."""
    desk, numbers = DeskInMemory(), count(1)
    desk.phone = PhoneLine(DeskClock(desk), QrDialer(lambda: f"call-{next(numbers)}"), "qr")
    return desk


def cells(stage: Stage, own_paper: int) -> list[list[Cell]]:
    """The screen as it is painted, on a terminal whose own paper is that bright."""
    strips = stage.app.screen._compositor.render_strips()
    return [
        [(letter, *brightness(style or Style(), own_paper)) for text, style, _ in strip for letter in text]
        for strip in strips
    ]


def brightness(style: Style, own_paper: int) -> tuple[int, int]:
    ink, paper = grey(style.color, WHITE - own_paper), grey(style.bgcolor, own_paper)
    return (paper, ink) if style.reverse else (ink, paper)


def grey(colour: Color | None, own: int) -> int:
    """The brightness of a colour, ITU-R BT.601; `own` is that of the terminal's."""
    if colour is None or colour.is_default:
        return own
    shade: ColorTriplet = colour.get_truecolor()
    return round(0.299 * shade.red + 0.587 * shade.green + 0.114 * shade.blue)


def reads(
    theme: ThemeName,
    own_paper: int,
    picture: Path,
    show: Callable[[Stage], Awaitable[None]],
    desk: DeskInMemory,
    size: tuple[int, int] = (80, 24),
) -> str:
    """What a camera reads off the screen."""
    read: list[str] = []

    async def story(stage: Stage) -> None:
        await show(stage)
        await stage.comes_to_rest()
        read.append(scanned(cells(stage, own_paper), picture))

    play(story, desk, size=size, theme=theme)
    return read[0]


Look = tuple[ThemeName, tuple[int, int], int]
#: Every theme; the terminal's own colours, whichever they are; every size of the screen.
LOOKS: list[Look] = [
    *((theme, (80, 24), BLACK) for theme in WITH_COLOUR),
    ("ansi", (80, 24), WHITE),
    ("dark", (60, 20), BLACK),
    ("light", (60, 20), WHITE),
    ("dark", (120, 40), BLACK),
]


@pytest.mark.parametrize(("theme", "size", "own_paper"), LOOKS)
def test_the_number_is_read_off_the_screen(
    tmp_path: Path, theme: ThemeName, size: tuple[int, int], own_paper: int
) -> None:
    async def dials(stage: Stage) -> None:
        await stage.press("enter")

    read = reads(theme, own_paper, tmp_path / "screen.pgm", dials, desk_with_codes(), size)
    assert read == "tel:+18125550166"


def test_a_longer_message_is_read_in_the_usual_window_with_less_paper_around_it(tmp_path: Path) -> None:
    link = "sms:+18125550166?body=Christopher%2C%20you%20vote%20at%20Eastbrook%20Elementary%20School."

    async def shows_it(stage: Stage) -> None:
        stage.app.push_screen(CodeScreen(link, Message("place", "text", "+18125550166", "")))
        await stage.sees("point your phone's camera at it")

    assert reads("dark", BLACK, tmp_path / "screen.pgm", shows_it, DeskInMemory()) == link


@pytest.mark.parametrize("theme", WITH_COLOUR)
def test_a_prepared_message_is_read_in_every_theme(tmp_path: Path, theme: ThemeName) -> None:
    state, desk = STATES["follow_up_code"], DeskInMemory()
    state.before(desk)

    async def chooses_a_message(stage: Stage) -> None:
        await stage.press(*state.keys)

    read = reads(theme, BLACK, tmp_path / "screen.pgm", chooses_a_message, desk, (80, 40))
    assert read.startswith("sms:+18125550166?body=")
