from __future__ import annotations

import pytest

from phonetui.plain import front


@pytest.fixture(autouse=True)
def nobody_is_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a story over a desk in memory nobody comes who is not there."""
    monkeypatch.setattr(front, "PIPE_WAITS", 0.0)
