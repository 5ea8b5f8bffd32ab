from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.shell import Shell


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHONETUI_HOME", str(tmp_path))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path / "settings.yaml"


def test_every_setting_is_shown_with_its_file_and_where_it_comes_from(shell: Shell, file: Path) -> None:
    file.write_text("theme: light\n")
    assert shell.run("settings") == 0
    assert shell.out.startswith(f"{file}\n")
    assert "\ntheme: light  (file)\n    How the screen looks" in shell.out
    assert "\nbeep: yes  (default)\n" in shell.out


def test_a_file_that_is_not_there_is_said(shell: Shell, file: Path) -> None:
    shell.run("settings")
    assert shell.out.startswith(f"{file} (not there yet)\n")


def test_settings_as_json(shell: Shell, file: Path) -> None:
    shell.run("settings", "--json")
    facts = json.loads(shell.out)
    assert facts["file"] == str(file)
    assert {"name": "beep", "value": "yes", "source": "default"}.items() <= facts["settings"][3].items()


def test_setting_one_writes_the_file_and_says_from_when_it_holds(shell: Shell, file: Path) -> None:
    assert shell.run("settings", "set", "keys.undo", "k", "f2") == 0
    assert shell.out == f"Written to {file}; it holds from the next start of phonetui.\n"
    assert file.read_text() == "keys: {undo: [k, f2]}\n"


def test_a_setting_that_the_environment_overrules_is_written_and_that_is_said(
    shell: Shell, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shell.run("settings", "set", "theme", "light")
    assert shell.out.endswith(" While NO_COLOR is set, it is plain all the same.\n")


def test_nonsense_is_refused_with_what_was_expected(shell: Shell, file: Path) -> None:
    assert shell.refusal("settings", "set", "theme", "drak") == (
        "theme: expected one of dark, light, high-contrast, colour-blind, ansi, plain, such as light; found `drak`"
    )
    assert not file.exists()
