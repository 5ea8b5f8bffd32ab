"""Settings changed by the command: one value in a file that somebody wrote, and nothing else of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.client.settings import load_settings
from phonetui.client.settings_file import set_setting
from phonetui.core.refusal import Refused


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.yaml"


@pytest.mark.parametrize(
    ("before", "name", "values", "after"),
    [
        ("", "theme", ["light"], "theme: light\n"),
        ("# mine\n", "theme", ["light"], "# mine\ntheme: light\n"),
        ("theme: dark  # at night\n# end\n", "theme", ["light"], "theme: light  # at night\n# end\n"),
        ("theme: dark", "beep", ["no"], "theme: dark\nbeep: no\n"),
        ("theme: dark # why\n\n# end\n", "blank_after", ["5"], "theme: dark # why\nblank_after: 5\n\n# end\n"),
        ('{"theme": dark}\n', "beep", ["no"], '{"theme": dark, beep: no}\n'),
        ("theme: dark\r\nbeep: no\r\n", "theme", ["light"], "theme: light\r\nbeep: no\r\n"),
        ("", "keys.undo", ["k", "f2"], "keys: {undo: [k, f2]}\n"),
        ("", "keys.undo", ["[k, f2]"], "keys: {undo: [k, f2]}\n"),
        ("", "keys.undo", ["["], "keys: {undo: ['[']}\n"),
        ("keys:\n", "keys.undo", ["k"], "keys: {undo: [k]}\n"),
        ("keys: {undo: [k]}\n", "keys.note", ["!", "&"], "keys: {undo: [k], note: ['!', '&']}\n"),
        ("keys: {undo: [k], note: [h]}\n", "keys.undo", ["<disabled>"], "keys: {undo: [<disabled>], note: [h]}\n"),
        (
            "keys:\n  undo: k # up\n  # more\nbeep: no\n",
            "keys.undo",
            ["h"],
            "keys:\n  undo: [h] # up\n  # more\nbeep: no\n",
        ),
        (
            "keys:\n  undo:\n    - k # up\n  # more\nbeep: no\n",
            "keys.note",
            ["h"],
            "keys:\n  undo:\n    - k # up\n  note: [h]\n  # more\nbeep: no\n",
        ),
        ("keys:\n  undo:\n    - k\n    - f2\n# more\n", "keys.undo", ["h"], "keys:\n  undo:\n    [h]\n# more\n"),
        ("theme: drak\n", "theme", ["light"], "theme: light\n"),
    ],
)
def test_one_value_changes_and_all_else_stays(
    file: Path, before: str, name: str, values: list[str], after: str
) -> None:
    file.write_bytes(before.encode())
    set_setting(file, name, values)
    assert file.read_bytes().decode() == after


def test_the_file_and_its_folder_need_not_be_there(tmp_path: Path) -> None:
    file = tmp_path / "config" / "phonetui" / "settings.yaml"
    set_setting(file, "theme", ["light"])
    assert load_settings(file).theme == "light"


def test_a_file_that_is_a_link_stays_one(tmp_path: Path, file: Path) -> None:
    kept = tmp_path / "kept.yaml"
    kept.write_text("theme: dark\n")
    file.symlink_to(kept)
    set_setting(file, "theme", ["light"])
    assert file.is_symlink()
    assert kept.read_text() == "theme: light\n"


@pytest.mark.parametrize(
    ("before", "name", "values", "sentence"),
    [
        (
            "",
            "theem",
            ["light"],
            "There is no setting “theem”; the nearest is “theme”; `phonetui settings` shows them all.",
        ),
        (
            "",
            "theme.x",
            ["light"],
            "There is no setting “theme.x”; the nearest is “theme”; `phonetui settings` shows them all.",
        ),
        (
            "",
            "theme",
            ["drak"],
            "theme: expected one of dark, light, high-contrast, colour-blind, ansi, plain, such as light; found `drak`",
        ),
        ("", "theme", ["light", "dark"], "theme has one value, such as light."),
        ("", "beep", ["maybe"], "beep: expected true or false, such as no; found `maybe`"),
        ("", "blank_after", [""], "blank_after: expected minutes, such as 10; there is nothing here"),
        ("", "keys", ["k"], "Name the action whose keys you mean, such as: phonetui settings set keys.undo k"),
        ("", "keys.undoo", ["k"], "There is no action or result “undoo”; the nearest is “undo”."),
        (
            "",
            "keys.undo",
            ["spacee"],
            "keys.undo: Your keys give “undo” a key “spacee” that does not exist; the nearest is “space”.",
        ),
        (
            "keys: {note: [k]}",
            "keys.undo",
            ["k"],
            "{file}:1: keys.undo: Your keys give k to both “note” and “undo”; change one of them.",
        ),
        (
            "",
            "keys.note",
            ["u"],
            "Your keys give u to “note”, which leaves “undo” without any; give that another key, or `<disabled>`.",
        ),
        ("theem: dark", "theme", ["light"], "{file}:1: theem: `theem` is not a key here; did you mean `theme`?"),
        (
            "theme: |\n  dark\nbeep: no\n",
            "theme",
            ["light"],
            "The settings {file} are written in a way that this command cannot change; change them by hand.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_the_file_stays(
    file: Path, before: str, name: str, values: list[str], sentence: str
) -> None:
    file.write_text(before)
    with pytest.raises(Refused) as refused:
        set_setting(file, name, values)
    assert str(refused.value) == sentence.replace("{file}", str(file))
    assert file.read_text() == before


def test_a_file_that_is_not_yaml_is_named(file: Path) -> None:
    file.write_text("theme: [")
    with pytest.raises(Refused) as refused:
        set_setting(file, "theme", ["light"])
    assert str(refused.value).startswith(f"{file}:2: this is not YAML; ")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("no folder")
    file = tmp_path / "folder" / "settings.yaml"
    with pytest.raises(Refused) as refused:
        set_setting(file, "theme", ["light"])
    assert str(refused.value) == f"The settings {file} cannot be read (Not a directory); make the file readable."
