"""`phonetui settings`: what every setting is, where that comes from, and changing one."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from phonetui.client.folders import folders
from phonetui.client.settings import InForce, in_force
from phonetui.client.settings_file import set_setting
from phonetui.commands.answer import Answer
from phonetui.core.translation import later, tr


def show_settings(arguments: Namespace) -> Answer:
    """Every setting."""
    file = _file()
    rows = in_force(file, os.environ)
    there = "" if file.exists() else f" ({tr('not there yet')})"
    text = "\n".join([f"{file}{there}", *(_row(row) for row in rows), "", tr(_HOW)])
    return Answer(text, {"file": str(file), "settings": rows})


_HOW = later(
    "Change one: phonetui settings set theme light. Take a key away: phonetui settings set keys.blank '<disabled>'."
)


def _row(row: InForce) -> str:
    source = tr(_SOURCES.get(row.source, row.source))
    example = tr("For instance: {example}", example=row.example)
    return f"\n{row.name}: {row.value}  ({source})\n    {row.sentence} {example}"


_SOURCES = {"file": later("file"), "default": later("default")}


def change_setting(arguments: Namespace) -> Answer:
    """Writes one into the file."""
    file = _file()
    set_setting(file, arguments.name, arguments.value)
    name = arguments.name.partition(".")[0]
    row = next(row for row in in_force(file, os.environ) if row.name == name)
    told = tr("Written to {file}; it holds from the next start of phonetui.", file=file)
    if row.source not in _SOURCES:
        told += " " + tr("While {variable} is set, it is {value} all the same.", variable=row.source, value=row.value)
    return Answer(told, row)


def _file() -> Path:
    return folders(os.environ).settings_file
