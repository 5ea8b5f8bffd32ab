"""Settings written by hand: a mistake in them is one sentence with file and line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from phonetui.client.settings import Settings, fields, in_force, load_settings
from phonetui.core.keymap import keymap
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
    own = {"undo": ("k", "f9"), "skip": ("y",), "note": ()}
    assert load_settings(file) == Settings(theme="light", keys=own)


def test_one_key_needs_no_list_and_no_key_has_a_word(file: Path) -> None:
    file.write_text("keys:\n  undo: k\n  note: <disabled>\n  not_home: a\n")
    assert load_settings(file).keys == {"undo": ("k",), "note": (), "not_home": ("a",)}


def test_a_set_of_keys_with_some_of_ones_own(file: Path) -> None:
    file.write_text("key_set: vim\nkeys: {skip: [j]}\n")
    keys = keymap(None, load_settings(file).all_keys)
    assert (keys.first("skip"), keys.first("forward"), keys.first("back")) == ("j", "space", "k")


def test_the_environment_may_want_no_colour(file: Path) -> None:
    file.write_text("theme: light\nbeep: no\n")
    assert load_settings(file, {"NO_COLOR": "1"}) == Settings(theme="plain", beep=False)
    assert load_settings(file, {"NO_COLOR": ""}).theme == "light"


def test_every_setting_says_where_its_value_comes_from(file: Path) -> None:
    file.write_text("beep: no\nkeys: {undo: [k, '!']}\n")
    rows = {row.name: (row.value, row.source) for row in in_force(file, {"NO_COLOR": "1"})}
    assert rows["theme"] == ("plain", "NO_COLOR")
    assert rows["beep"] == ("no", "file")
    assert rows["keys"] == ("{undo: [k, '!']}", "file")
    assert rows["flash"] == ("yes", "default")
    assert rows["blank_after"] == ("10", "default")


def test_every_setting_has_a_sentence_and_an_example_that_it_can_have(file: Path) -> None:
    for name, field in fields().items():
        assert field.sentence.endswith("."), name
        file.write_text(f"{name}: {field.example}\n")
        row = next(row for row in in_force(file, {}) if row.name == name)
        assert row.source == "file"


@pytest.mark.parametrize(("written", "minutes"), [("", 10), ("blank_after: 3", 3), ("blank_after: 0", 0)])
def test_after_how_many_minutes_the_screen_goes_blank(file: Path, written: str, minutes: int) -> None:
    file.write_text(written)
    assert load_settings(file).blank_after == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "theme: drak",
            "1: theme: expected one of dark, light, high-contrast, colour-blind, ansi, plain, such as light; "
            "found `drak`",
        ),
        ("\ntheem: dark", "2: theem: `theem` is not a key here; did you mean `theme`?"),
        ("keys:\n  undoo: [z]", "2: keys.undoo: `undoo` is not a key here; the nearest is “undo”"),
        ("keys:\n  go_on: [z]", "2: keys.go_on: `go_on` is not a key here; the nearest is “forward”"),
        ("keys:\n  undo: {z: 1}", "2: keys.undo: expected a key or a list of keys, such as [u]; found keys and values"),
        (
            "keys:\n  undo: [spacee]",
            "2: keys.undo: Your keys give “undo” a key “spacee” that does not exist; the nearest is “space”.",
        ),
        (
            "keys:\n  undo: k\n  busy: [k]",
            "3: keys.busy: Your keys give k to both “undo” and “busy”; change one of them.",
        ),
        ("key_set: vi", "1: key_set: expected one of usual, left-handed, vim, such as left-handed; found `vi`"),
        ("beep: maybe", "1: beep: expected true or false, such as no; found `maybe`"),
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


def test_the_interfaces_language(file: Path) -> None:
    assert load_settings(file).language == "auto"
    file.write_text("language: es\n")
    assert load_settings(file).language == "es"


def test_a_language_without_a_catalogue_is_refused(file: Path) -> None:
    file.write_text("language: spanish\n")
    with pytest.raises(Refused) as refused:
        load_settings(file)
    assert str(refused.value) == f"{file}:1: language: expected one of auto, en, en_GB, es, such as es; found `spanish`"
