"""A person at a shell, with a home of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from phonetui.client import journal_key
from phonetui.core.translation import use
from tests.shell import Shell

#: The same examples at every run; a loaded machine is no fault of the code.
settings.register_profile("phonetui", derandomize=True, deadline=None)
settings.load_profile("phonetui")

signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl-C ends nothing that a shell began in the background


def pytest_xdist_auto_num_workers() -> int:
    """A process more than there are cores, since some tests wait."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first, so that in the end no process is left alone with one."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the developer's locale, and whatever language a test before chose."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MESSAGES", "C")
    yield
    use("en")


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id as it is, on the server and on the laptop, but at a price that a test can pay."""
    from phonetui.server import passwords  # whose libraries a caller's computer lacks

    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(journal_key, "PASSES", 1)
    monkeypatch.setattr(journal_key, "MEMORY_KIB", 8)
    monkeypatch.setattr(journal_key, "LANES", 1)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose user has a home of their own, and stands in it."""
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return Shell(capsys)
