"""What the screen looks like, to the character and in colour.

`PHONETUI_NEW_GOLDENS=1 pytest tests/tui/test_pictures.py` writes the files in `goldens/` anew; look at what changed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from phonetui.client.settings import ThemeName
from phonetui.client.view import Line, Offered
from phonetui.client.waiting import why
from phonetui.core.tally import Tally
from phonetui.core.translation import use
from phonetui.wire import Out
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.other_campaigns import SCHOOLS, TURNOUT, Server, elsewhere
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS, NEW_YORK, NOW
from tests.tui.stage import Stage, play

GOLDENS = Path(__file__).parent / "goldens"
SIZES = [(60, 20), (80, 24), (120, 40)]


def nobody_to_call(desk: DeskInMemory) -> None:
    desk.to_call = []
    opens_at = datetime(2026, 11, 22, 9, tzinfo=NEW_YORK)
    desk.waiting = why(CAMPAIGN, "open", desk.line, Out(), opens_at, None, 0, NOW, NEW_YORK)


def out_of_voters(desk: DeskInMemory) -> None:
    """At the end of a day without a network, in which every result came up."""
    results = {each.id: 61 // (place + 1) for place, each in enumerate(CAMPAIGN.dispositions)}
    reached = frozenset(map(str, range(57)))
    desk.to_call = []
    desk.on_hand, desk.unsent = 0, 187
    desk.line = Line("offline", NOW - timedelta(hours=7), NOW + timedelta(minutes=4))
    desk.today = Tally(attempts=187, contacted=reached, talked_to=frozenset("abc"), results=results)
    ended = NOW - timedelta(minutes=12)
    desk.waiting = why(CAMPAIGN, "open", desk.line, Out(), None, ended, desk.unsent, NOW, NEW_YORK)


def taken_along(desk: DeskInMemory) -> None:
    desk.on_hand, desk.lent_until, desk.taken_along = 87, NOW + timedelta(hours=5), True


def offline(desk: DeskInMemory) -> None:
    desk.line = Line("offline", NOW - timedelta(minutes=31), NOW + timedelta(seconds=12))
    desk.unsent = 3


def plug_out(desk: DeskInMemory) -> None:
    desk.line = Line("slow")
    desk.unsent = 1
    desk.offered = {"plug": Offered("plug in", "the plug is out")}


def several_campaigns(desk: DeskInMemory) -> None:
    """Without phone banks, whose times are told by the laptop's own clock."""
    desk.elsewhere = elsewhere(Server(msgspec.structs.replace(TURNOUT, phone_banks=()), SCHOOLS))


def as_it_is(desk: DeskInMemory) -> None:
    pass


#: Each state by its name: the keys that lead to it, and what the desk is like before.
STATES: Mapping[str, tuple[tuple[str, ...], Callable[[DeskInMemory], None]]] = {
    "voter": ((), as_it_is),
    "question": (("n", "space", "2", "backspace"), as_it_is),
    "confirming": (("!",), as_it_is),
    "waiting": ((), nobody_to_call),
    "offline": (("n",), offline),
    "plug_out": (("n",), plug_out),
    "out_of_voters": ((), out_of_voters),
    "taken_along": (("n",), taken_along),
    "take_along": (("f6",), as_it_is),
    "give_back": (("q", "q"), taken_along),
    "help": (("?",), as_it_is),
    "answers": (("/", "i", "d"), as_it_is),
    "note": (("i", "h", "e", "l", "l", "o"), as_it_is),
    "call_back": (("c",), as_it_is),
    "details": (("tab",), as_it_is),
    "campaigns": (("j", "down"), several_campaigns),
    "blank": (("z",), as_it_is),
}


def compare(name: str, drawn: str) -> None:
    golden = GOLDENS / name
    golden.parent.mkdir(exist_ok=True)
    if "PHONETUI_NEW_GOLDENS" in os.environ:
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8")


def take(state: str, size: tuple[int, int], theme: ThemeName, picture: Callable[[Stage], str]) -> str:
    keys, before = STATES[state]
    taken: list[str] = []

    async def story(stage: Stage) -> None:
        await stage.press(*keys)
        taken.append(picture(stage))

    desk = DeskInMemory(HOUSEHOLDS)
    before(desk)
    play(story, desk, size=size, theme=theme)
    return taken[0]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "{}x{}".format(*size))
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_screen_to_the_character(language: str, state: str, size: tuple[int, int]) -> None:
    use(language)
    drawn = take(state, size, "dark", lambda stage: "\n".join([*stage.lines, ""]))
    compare(f"{language}/{state}_{size[0]}x{size[1]}.txt", drawn)


def svg(stage: Stage) -> str:
    """Textual's picture without what differs from run to run, and without fonts from elsewhere."""
    picture = stage.app.export_screenshot(title="phonetui")
    picture = re.sub(r"terminal-\d+", "screen", picture)
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    picture = picture.replace("Fira Code", "DejaVu Sans Mono").replace("<svg ", '<svg xml:space="preserve" ', 1)
    return re.sub(r"[ \t]+\n", "\n", picture)


@pytest.mark.parametrize("theme", get_args(ThemeName))
def test_the_screen_in_colour(theme: ThemeName) -> None:
    compare(f"{theme}.svg", take("question", (80, 24), theme, svg))
