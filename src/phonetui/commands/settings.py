"""`phonetui settings`: what every setting is, where that comes from, and changing one."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from phonetui.client.folders import folders
from phonetui.client.settings import InForce, in_force
from phonetui.client.settings_file import set_setting
from phonetui.commands.answer import Answer


def show_settings(arguments: Namespace) -> Answer:
    """Every setting."""
    file = _file()
    rows = in_force(file, os.environ)
    there = "" if file.exists() else " (not there yet)"
    text = "\n".join([f"{file}{there}", *(_row(row) for row in rows), _HOW])
    return Answer(text, {"file": str(file), "settings": rows})


_HOW = (
    "\nChange one: phonetui settings set theme light. Take a key away: phonetui settings set keys.blank '<disabled>'."
)


def _row(row: InForce) -> str:
    return f"\n{row.name}: {row.value}  ({row.source})\n    {row.sentence} For instance: {row.example}"


def change_setting(arguments: Namespace) -> Answer:
    """Writes one into the file."""
    file = _file()
    set_setting(file, arguments.name, arguments.value)
    name = arguments.name.partition(".")[0]
    row = next(row for row in in_force(file, os.environ) if row.name == name)
    overruled = (
        "" if row.source in ("file", "default") else f" While {row.source} is set, it is {row.value} all the same."
    )
    return Answer(f"Written to {file}; it holds from the next start of phonetui.{overruled}", row)


def _file() -> Path:
    return folders(os.environ).settings_file
