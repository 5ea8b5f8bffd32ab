"""Which front end opens, and how a caller chooses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from phonetui.client.desk_surface import Desk
from phonetui.client.settings import Settings, load_settings
from phonetui.commands import asking, front_end
from phonetui.commands.front_end import as_shown, offer_plain, show, why_plain

Opened = list[str]
Window = Callable[[int], None]

NO_TERMINAL = "The full screen needs a terminal, and this is none: here is plain mode, line by line."
DUMB = "This terminal cannot show the full screen: here is plain mode, line by line."
NARROW = "This window has 59 columns and the full screen needs 60: here is plain mode, line by line."


async def desk() -> Desk:
    raise AssertionError("nobody opens it")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Which front ends were opened."""
    which: Opened = []
    monkeypatch.setattr("phonetui.tui.app.call", lambda open_desk, **_: which.append("full"))
    monkeypatch.setattr("phonetui.plain.app.call", lambda open_desk, *, short, **_: which.append(f"plain {short}"))
    return which


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> Window:
    """A terminal of so many columns."""

    def has(columns: int) -> None:
        monkeypatch.setattr(front_end, "at_terminal", lambda: True)
        monkeypatch.setattr(sys.stdout, "fileno", lambda: 1)
        monkeypatch.setattr(os, "get_terminal_size", lambda end: os.terminal_size((columns, 24)))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv(front_end.PLAIN_VARIABLE, raising=False)

    return has


def test_the_full_screen_is_the_usual_one(opened: Opened, window: Window) -> None:
    window(60)
    show(desk, Settings())
    assert opened == ["full"]


def test_who_wants_plain_mode_gets_it_without_a_word(
    opened: Opened, window: Window, capsys: pytest.CaptureFixture[str]
) -> None:
    window(80)
    show(desk, Settings(front="plain", wording="short"))
    assert opened == ["plain True"]
    assert capsys.readouterr().err == ""


def test_where_the_full_screen_cannot_be_plain_mode_says_why(
    opened: Opened, window: Window, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    window(59)
    show(desk, Settings())
    assert capsys.readouterr().err == f"{NARROW}\n"
    for term in ("dumb", ""):
        window(80)
        monkeypatch.setenv("TERM", term)
        assert why_plain(os.environ) == DUMB
    monkeypatch.setattr(front_end, "at_terminal", lambda: False)
    assert why_plain(os.environ) == NO_TERMINAL
    assert opened == ["plain False"]


def test_whoever_hears_voters_read_out_has_the_longest_countdown(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window(80)
    assert as_shown(Settings()).countdown == 3
    assert as_shown(Settings(front="plain", countdown=0)).countdown == 10
    window(59)
    assert as_shown(Settings()).countdown == 10
    monkeypatch.setattr(front_end, "at_terminal", lambda: False)  # lines that come by a pipe listen to nobody
    assert as_shown(Settings(front="plain")).countdown == 3


@pytest.mark.parametrize(("answer", "front"), [(0, "full"), (1, "plain")])
def test_the_first_time_it_is_asked_and_kept(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int, front: str
) -> None:
    window(80)
    asked: list[str] = []

    def choose(question: str, choices: Sequence[str]) -> int:
        asked.append(question)
        return answer

    monkeypatch.setattr(asking, "choose", choose)
    for _ in range(2):
        offer_plain(tmp_path / "settings.yaml")
    assert asked == ["Do you use a screen reader or a braille display, or want one line at a time? Choose:"]
    assert load_settings(tmp_path / "settings.yaml").front == front


def test_who_has_said_plain_already_is_not_asked(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window(80)
    monkeypatch.setenv(front_end.PLAIN_VARIABLE, "1")
    offer_plain(tmp_path / "settings.yaml")
    assert load_settings(tmp_path / "settings.yaml", os.environ).front == "plain"
