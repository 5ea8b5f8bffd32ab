"""A person at a shell, with a home of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from phonetui.core.translation import use
from tests.shell import Shell

settings.register_profile("phonetui", deadline=None)  # a loaded machine is no fault of the code
settings.load_profile("phonetui")


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the developer's locale, and whatever language a test before chose."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LC_MESSAGES", "C")
    yield
    use("en")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose user has a home of their own, and stands in it."""
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return Shell(capsys)
