"""What every screen looks like, to the character and in colour.

`PHONETUI_NEW_GOLDENS=1 pytest tests/tui/test_pictures.py` writes the files in `goldens/` anew; look at what changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import get_args

import pytest

from phonetui.client import following_up
from phonetui.client.settings import ThemeName
from phonetui.core.translation import use
from phonetui.dial.system import System
from phonetui.tui import begun_answer
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import HOUSEHOLDS
from tests.tui.screens import STATES
from tests.tui.stage import Stage, play

GOLDENS = Path(__file__).parent / "goldens"
SIZES = [(60, 20), (80, 24), (120, 40)]


@pytest.fixture(autouse=True)
def desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop whose programs send texts and mails, and fingers that take their time."""

    class Desktop(System):
        why_not = ""

    monkeypatch.setattr(following_up, "System", Desktop)
    monkeypatch.setattr(begun_answer, "TYPING_ON", 600)  # nothing is carried out meanwhile


def compare(name: str, drawn: str) -> None:
    golden = GOLDENS / name
    golden.parent.mkdir(exist_ok=True)
    if "PHONETUI_NEW_GOLDENS" in os.environ:
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8")


def show(
    state: str, take: Callable[[Stage], Awaitable[None]], size: tuple[int, int], theme: ThemeName = "dark"
) -> None:
    """Bring the application into the state, and have it looked at."""
    keys, before = STATES[state]

    async def story(stage: Stage) -> None:
        await stage.press(*keys)
        await take(stage)

    desk = DeskInMemory(HOUSEHOLDS)
    before(desk)
    play(story, desk, size=size, theme=theme)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_screen_to_the_character(language: str, state: str) -> None:
    use(language)
    drawn: dict[tuple[int, int], list[str]] = {}

    async def take(stage: Stage) -> None:
        for size in SIZES:
            await stage.resize(size)
            drawn[size] = await stage.comes_to_rest()

    show(state, take, SIZES[0])
    for (columns, rows), lines in drawn.items():
        compare(f"{language}/{state}_{columns}x{rows}.txt", "\n".join([*lines, ""]))


def svg(stage: Stage) -> str:
    """Textual's picture without what differs from run to run, and without fonts from elsewhere."""
    picture = stage.app.export_screenshot(title="phonetui")
    picture = re.sub(r"terminal-\d+", "screen", picture)
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    picture = picture.replace("Fira Code", "DejaVu Sans Mono").replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"[ \t]+\n", "\n", picture)


@pytest.mark.parametrize("theme", get_args(ThemeName))
def test_the_screen_in_colour(theme: ThemeName) -> None:
    taken: list[str] = []

    async def take(stage: Stage) -> None:
        await stage.comes_to_rest()
        taken.append(svg(stage))

    show("question", take, (80, 24), theme)
    compare(f"{theme}.svg", taken[0])
