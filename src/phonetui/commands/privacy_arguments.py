"""The options of what an organiser does for voters' rights, and of opening and closing campaigns."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from phonetui.core.translation import tr

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[ArgumentParser]

#: Adds a command of the server, by its name, what carries it out, and what it does.
AddCommand = Callable[["Commands", str, str, str], ArgumentParser]
#: Adds a group of commands, by its name and what it is about.
AddGroup = Callable[["Commands", str, str], "Commands"]

#: In place of a day: voters are kept until somebody erases them.
ALWAYS = "always"


def _day(text: str) -> date | None:
    try:
        return None if text == ALWAYS else date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(tr("{text} is not a day; write it as 2026-12-31", text=repr(text))) from None


def add_states(commands: Commands, add_command: AddCommand) -> None:
    """`campaign pause|close|reopen|keep`."""
    for name, what in (
        ("pause", tr("lend nobody voters for now; what was recorded still comes in")),
        ("close", tr("make no more calls; what was recorded still comes in")),
        ("reopen", tr("make calls again")),
    ):
        add_command(commands, name, f"privacy:{name}", what).add_argument("campaign", metavar="CAMPAIGN")
    keep = add_command(commands, "keep", "privacy:keep", tr("the last day on which a campaign's voters are kept"))
    keep.add_argument("campaign", metavar="CAMPAIGN")
    keep.add_argument("day", type=_day, metavar="DAY", help=tr("such as 2026-12-31, or always"))


def add_rights(commands: Commands, add_command: AddCommand) -> None:
    """`voters find|show|erase`."""
    find = add_command(commands, "find", "privacy:find", tr("find a voter by name, number, or the file's id"))
    find.add_argument("campaign", metavar="CAMPAIGN")
    find.add_argument("text", nargs="*", metavar="TEXT", help=tr("if none, it is asked for, so that no history has it"))
    show = add_command(commands, "show", "privacy:show", tr("all that is held of a voter, as JSON"))
    erase = add_command(commands, "erase", "privacy:erase", tr("erase a voter; what was counted stays counted"))
    for command in (show, erase):
        command.add_argument("campaign", metavar="CAMPAIGN")
        command.add_argument("voter", metavar="VOTER", help=tr("the number that `find` shows first"))
    show.add_argument("--out", type=Path, metavar="FILE.json", help=tr("write to this new file, not to the screen"))
    erase.add_argument("--yes", action="store_true", help=tr("do it; without this it only says what would be done"))


def add_privacy(commands: Commands, add_command: AddCommand, add_group: AddGroup) -> None:
    """`do-not-call import|list|remove` and `audit`."""
    numbers = add_group(commands, "do-not-call", tr("numbers that nobody on this server calls: import, list, remove"))
    load = add_command(numbers, "import", "privacy:import_numbers", tr("add the numbers of a file"))
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument("--yes", action="store_true", help=tr("do it; without this it only says what would be done"))
    listed = add_command(numbers, "list", "privacy:list_numbers", tr("how many there are, and which"))
    listed.add_argument("digits", nargs="?", default="", metavar="DIGITS", help=tr("those that hold these digits"))
    remove = add_command(
        numbers, "remove", "privacy:remove_number", tr("have a number called again that was imported; it asks for it")
    )
    remove.set_defaults(asks=tr("the number"))
    audit = add_command(commands, "audit", "privacy:audit", tr("what supervisors did, the newest first"))
    audit.add_argument("campaign", metavar="CAMPAIGN")
