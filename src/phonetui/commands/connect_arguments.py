"""The options of `phonetui server connect`."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from phonetui.core.translation import tr

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    Commands = _SubParsersAction[ArgumentParser]

#: What can be done with a connection.
ACTIONS = ("new", "add", "secret", "check", "pull", "push", "status", "script", "remove")

#: Adds a command of the server, by its name, what carries it out, and what it does.
AddCommand = Callable[["Commands", str, str, str], ArgumentParser]


def add_connect(commands: Commands, add_command: AddCommand) -> None:
    """`connect` lists; `connect NAME` says how one stands, and `connect NAME ACTION` does the rest."""
    connect = add_command(
        commands, "connect", "connect:list_connections", tr("take voters from another system, and tell it the results")
    )
    forms = ("", " NAME", f" NAME {'|'.join(ACTIONS)} ...")
    connect.usage = "\n       ".join(f"{connect.prog}{form}" for form in forms)
    connect.epilog = tr(
        "To begin: {command}. Read more: phonetui help connections.", command=f"{connect.prog} van new van"
    )
    name = connect.add_argument(
        "name", metavar="NAME", help=tr("which, by a name of your own; without it, all there are")
    )
    name.required = False  # as an optional one argparse would take a name alone for an action
    actions = connect.add_subparsers(
        metavar="ACTION", title=tr("what is done with it; without, its state is shown"), prog=f"{connect.prog} NAME"
    )

    def action(name: str, what: str, run: str = "") -> ArgumentParser:
        added = add_command(actions, name, f"connect:{run or name}", what)
        for option in added._actions:  # what was said before NAME holds
            option.default = SUPPRESS
        return added

    new = action("new", tr("write a commented file to start from"))
    new.add_argument("system", nargs="?", metavar="SYSTEM", help=tr("which; see phonetui help connections"))
    new.add_argument("file", type=Path, nargs="?", metavar="FILE.yaml", help=tr("NAME.yaml if left out"))
    add = action("add", tr("take the file, or its newer version, into use"))
    add.add_argument("file", type=Path, nargs="?", metavar="FILE.yaml", help=tr("NAME.yaml if left out"))
    secret = action("secret", tr("keep a key or a password, typed unseen or from standard input"))
    secret.add_argument("which", nargs="?", metavar="WHICH", help=tr("which, where the system has several"))
    secret.add_argument("--keyring", action="store_true", help=tr("keep it in this computer's keyring, not in a file"))
    action("check", tr("log in, look whether all is there, and change nothing"))
    pull = action("pull", tr("take its voters in"))
    pull.add_argument(
        "--yes", action="store_true", help=tr("also when most of those who came before have left the list")
    )
    push = action("push", tr("tell it the results now"))
    push.add_argument("--again", action="store_true", help=tr("also what it refused, or was told in part"))
    action("status", tr("what was told, what waits, what was refused, and why"), "show_status")
    script = action("script", tr("write a campaign file that asks what the system has"))
    script.add_argument("--out", type=Path, metavar="FILE.yaml", help=tr("to this file, which must not be there yet"))
    action("remove", tr("end it; what was told is remembered"))
