"""The supervisor sits in New York."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from phonetui.supervise import front_page


@pytest.fixture(autouse=True)
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the developer's zone, and whatever is done with what is printed."""
    monkeypatch.setattr(front_page, "can_draw", lambda: True)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def at_a_terminal_that_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer's terminal."""
    for name in ("TMUX", "STY", "VTE_VERSION", "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
