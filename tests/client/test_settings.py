"""Settings written by hand: a mistake in them is one sentence with file and line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from phonetui.client.settings import Settings, load_settings
from phonetui.core.refusal import Refused


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


def test_without_a_file_all_is_as_usual(file: Path) -> None:
    assert load_settings(file) == Settings(theme="dark", keys={})


def test_an_empty_file_changes_nothing(file: Path) -> None:
    file.write_text("\n")
    assert load_settings(file) == Settings()


def test_a_theme_and_keys_of_ones_own(file: Path) -> None:
    file.write_text("theme: light\nkeys:\n  undo: [k, f9]\n  skip: [y]\n  note: []\n")
    assert load_settings(file) == Settings("light", {"undo": ("k", "f9"), "skip": ("y",), "note": ()})


@pytest.mark.parametrize(("written", "minutes"), [("", 10), ("blank_after: 3", 3), ("blank_after: 0", 0)])
def test_after_how_many_minutes_the_screen_goes_blank(file: Path, written: str, minutes: int) -> None:
    file.write_text(written)
    assert load_settings(file).blank_after == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme: drak", "1: theme: expected one of dark, light, plain, such as light; found `drak`"),
        ("\ntheem: dark", "2: theem: `theem` is not a key here; did you mean `theme`?"),
        ("keys:\n  undoo: [z]", "2: keys.undoo: `undoo` is not a key here; did you mean `undo`?"),
        ("keys:\n  undo: z", "2: keys.undo: expected a list, such as [u]; found `z`"),
        (
            "blank_after: soon",
            "1: blank_after: expected whole minutes up to 1440, 0 for never, such as 10; found `soon`",
        ),
        ("blank_after: -1", "1: blank_after: expected whole minutes up to 1440, 0 for never, such as 10; found `-1`"),
        ("blank_after:", "1: blank_after: expected minutes, such as 10; there is nothing here"),
        ("keys: {undo: [", "2: this is not YAML; indent with spaces alone, close every bracket and quote"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_and_line(file: Path, text: str, says: str) -> None:
    file.write_text(text)
    with pytest.raises(Refused) as refused:
        load_settings(file)
    assert str(refused.value).startswith(f"{file}:{says}")


def test_what_is_no_text_is_said(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Refused) as refused:
        load_settings(file)
    assert str(refused.value) == f"The settings {file} are not text in UTF-8; save them as that."


def test_what_cannot_be_read_is_said(file: Path) -> None:
    file.mkdir()
    with pytest.raises(Refused) as refused:
        load_settings(file)
    assert str(refused.value) == f"The settings {file} cannot be read (Is a directory); make the file readable."
