"""These evenings commit thousands of times, and their runs are killed, but the power never fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phonetui.server import engine

from .small import Small, install


@pytest.fixture(autouse=True)
def no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite need not wait for the disk."""
    monkeypatch.setattr(engine, "PRAGMAS", ("journal_mode=WAL", "synchronous=OFF"))


@pytest.fixture
def small() -> Iterator[Small]:
    """An empty small system."""
    made = Small()
    with pytest.MonkeyPatch.context() as patch:
        install(patch, made)
        yield made
