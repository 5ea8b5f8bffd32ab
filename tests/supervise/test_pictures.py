"""What the supervisors' pages look like, to the character and in colour.

`PHONETUI_NEW_GOLDENS=1 pytest tests/supervise/test_pictures.py` writes the files in `goldens/` anew; look at what
changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from phonetui.client.settings import ThemeName
from phonetui.core.translation import use
from phonetui.wire_supervisors import CheckedFile, Counts
from tests.supervise.server_in_memory import ServerInMemory, offline
from tests.supervise.stage import Stage, play

GOLDENS = Path(__file__).parent / "goldens"
SIZES = [(60, 20), (80, 24), (120, 40)]


class State(NamedTuple):
    """The keys that lead there (what begins with = is typed, and Enter), and what the server is like before."""

    keys: tuple[str, ...] = ()
    before: Callable[[ServerInMemory], None] = lambda server: None


def nobody_yet(server: ServerInMemory) -> None:
    counts = {"today": Counts(), "last_hour": Counts()}
    server.change(callers=(), slices=(), dispositions=(), lists=(), looks=(), questions=(), **counts)


def paused(server: ServerInMemory) -> None:
    server.change(state="paused", looks=(), questions=())


def line_is_down(server: ServerInMemory) -> None:
    server.failing = offline


def a_mistake(server: ServerInMemory) -> None:
    mistake = "campaign.yaml, line 12: the key “n” is used twice; give one of the results another."
    server.checked = CheckedFile(version=3, mistakes=(mistake,))


CAMPAIGN_FILE = f"={__file__}"
STATES = {
    "now": State(),
    "evening_chart": State(("v",)),
    "left_chart": State(("v", "v")),
    "nobody_yet": State((), nobody_yet),
    "no_connection": State((), line_is_down),
    "needs_a_look": State(("w",)),
    "do": State(("2",)),
    "privacy": State(("3", "down")),
    "paused": State(("2", "down", "down"), paused),
    "pause": State(("p",)),
    "questions": State(("a",)),
    "notice": State(("n",)),
    "script": State(("s", CAMPAIGN_FILE)),
    "script_with_mistakes": State(("s", CAMPAIGN_FILE), a_mistake),
    "lists": State(("l",)),
    "people": State(("m",)),
    "remove": State(("m", "4", "x")),
    "invited": State(("i", "c", "=3")),
    "told": State(("t",)),
    "report": State(("e", "=2026-11-21")),
    "found": State(("f", "=pat")),
    "held": State(("f", "=pat", "enter")),
    "do_not_call": State(("d",)),
    "audit": State(("u",)),
    "help": State(("?",)),
}


def compare(name: str, drawn: str) -> None:
    golden = GOLDENS / name
    golden.parent.mkdir(exist_ok=True, parents=True)
    if "PHONETUI_NEW_GOLDENS" in os.environ:
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8")


async def go(stage: Stage, keys: tuple[str, ...]) -> None:
    for key in keys:
        await stage.comes_to_rest()
        await (stage.types(key[1:]) if key.startswith("=") else stage.press(key))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_to_the_character(language: str, state: str) -> None:
    use(language)
    keys, before = STATES[state]
    drawn: dict[tuple[int, int], list[str]] = {}

    async def take(stage: Stage) -> None:
        await go(stage, keys)
        for size in SIZES:
            await stage.resize(size)
            drawn[size] = await stage.comes_to_rest()

    server = ServerInMemory()
    before(server)
    play(take, server, size=(80, 24))
    for (columns, rows), lines in drawn.items():
        compare(f"{language}/{state}_{columns}x{rows}.txt", "\n".join([*lines, ""]))


@pytest.mark.parametrize("theme", ["dark", "plain"])
def test_the_page_in_colour(theme: ThemeName) -> None:
    async def take(stage: Stage) -> None:
        await stage.comes_to_rest()
        picture = stage.app.export_screenshot(title="phonetui")
        picture = re.sub(r"@font-face \{.*?\}\s*", "", re.sub(r"terminal-\d+", "screen", picture), flags=re.DOTALL)
        picture = picture.replace("Fira Code", "DejaVu Sans Mono").replace("<svg ", '<svg xml:space="preserve" ', 1)
        compare(f"{theme}.svg", re.sub(r"[ \t]+\n", "\n", picture))

    play(take, size=(120, 40), theme=theme)
