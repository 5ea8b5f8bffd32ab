"""Whole shifts to the letter, in a pipe and at 20 and 80 columns, in both languages.

`PHONETUI_NEW_GOLDENS=1 pytest tests/plain/test_transcripts.py` writes `goldens/` anew; look at what changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from phonetui.client.view import Line
from phonetui.core.translation import use
from phonetui.plain import front
from tests.plain.dialing import VERNON, WIDE, DialingDesk, HandsOffDesk
from tests.plain.talking import PATIENCE, talk
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import NOW

GOLDENS = Path(__file__).parent / "goldens"

#: A shift by its name: the lines that are typed.
SHIFTS = {
    "first_calls": ("?", "status", "n", "u", "on", "1", "t", "on", "", "d", "esc", "!", "!", "s", "q"),
    "questions": (
        *("c", "?", "3", "soonish", "tomorrow 6pm", "e", "2", "812 555 0199", "i", "Works nights", "i", "", "i", "-"),
        *("g", "too long", "+", "9999", "10", "q", "2"),
    ),
    "short": ("short", "again", "1", "on", "2", "r", "number", "who", "results", "nonsense", "?", "q"),
}

#: A shift in which something dials: its desk, and the lines.
DIALED: dict[str, tuple[Callable[[], DialingDesk], tuple[str, ...]]] = {
    "dialed": (
        DialingDesk,
        ("", "mute", "unmute", "keys 12#", "?", "hang up", "r", "n", "", "redial", "n", "dial", "q"),
    ),
    "power": (
        lambda: DialingDesk("power", {VERNON: "declines", WIDE: "has_no_service"}),
        ("short", "n", "pause", "n", "status", "", "resume", "q"),
    ),
    "read_off": (lambda: HandsOffDesk("qr"), ("short", "", "", "number", "mute", "n", "q")),
}


@pytest.fixture(autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    """Speaks the language of the test, and English again after it."""
    use(request.getfixturevalue("tongue"))
    yield
    use("en")


def offline_desk() -> DeskInMemory:
    desk = DeskInMemory()
    desk.line = Line("offline", NOW - timedelta(minutes=31), NOW + timedelta(seconds=12), "The network is unreachable.")
    desk.unsent = 3
    return desk


@pytest.mark.parametrize("tongue", ["en", "es"])
@pytest.mark.parametrize("columns", [0, 20, 80], ids=["pipe", "20", "80"])
@pytest.mark.parametrize("name", SHIFTS)
def test_shift(name: str, columns: int, tongue: str) -> None:
    desk = offline_desk() if name == "first_calls" else DeskInMemory()
    reads_as_ever(name, columns, tongue, talk(*SHIFTS[name], desk=desk, columns=columns))


@pytest.mark.parametrize("tongue", ["en", "es"])
@pytest.mark.parametrize("columns", [0, 20, 80], ids=["pipe", "20", "80"])
@pytest.mark.parametrize("name", DIALED)
def test_shift_in_which_something_dials(name: str, columns: int, tongue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PIPE_WAITS", PATIENCE)
    make_desk, lines = DIALED[name]
    reads_as_ever(name, columns, tongue, talk(*lines, desk=make_desk(), columns=columns))


def reads_as_ever(name: str, columns: int, tongue: str, said: str) -> None:
    golden = GOLDENS / tongue / f"{name}_{columns or 'pipe'}.txt"
    if os.environ.get("PHONETUI_NEW_GOLDENS"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")
