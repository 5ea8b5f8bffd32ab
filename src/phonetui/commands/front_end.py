"""Which front end a caller has: the full screen, or plain mode, line by line."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from phonetui.client.settings import Settings, read_settings, settings_text
from phonetui.client.settings_dialing import unhurried
from phonetui.commands.terminal import at_terminal
from phonetui.core.translation import tr

if TYPE_CHECKING:
    from phonetui.client.desk_surface import Desk

#: Set by `--plain`, as it may be for good in a shell's profile.
PLAIN_VARIABLE = "PHONETUI_PLAIN"
#: Terminals that cannot place a letter; where there is no name, nothing is known of it.
DUMB = ("", "dumb")


def show(open_desk: Callable[[], Awaitable[Desk]], settings: Settings) -> int:
    """Show the desk until the caller leaves: in plain mode where that is wanted, or where nothing else can be shown.

    Answers with the exit code, which is not 0 where a signal ended it. Raises what either front end raises.
    """
    why = why_plain(os.environ)
    if settings.front == "full" and not why:
        return _show_screen(open_desk, settings)
    if settings.front == "full":
        from phonetui.commands.asking import say

        say(why)
    from phonetui.plain import app as plain

    return plain.call(open_desk, own_keys=settings.all_keys, short=settings.wording == "short", beep=settings.beep)


def as_shown(settings: Settings) -> Settings:
    """The settings as the front end wants them that `show` will open here."""
    is_read_out = at_terminal() and (settings.front == "plain" or bool(why_plain(os.environ)))
    return unhurried(settings) if is_read_out else settings


def _show_screen(open_desk: Callable[[], Awaitable[Desk]], settings: Settings) -> int:
    from phonetui.tui import app

    return app.call(
        open_desk,
        theme=settings.theme,
        own_keys=settings.all_keys,
        blank_after=settings.blank_after,
        beep=settings.beep,
        flash=settings.flash,
    )


def why_plain(environ: Mapping[str, str]) -> str:
    """Why the full screen cannot be shown here, in a line; empty where it can."""
    from phonetui.screen.sizes import SMALLEST

    if not at_terminal():
        return tr("The full screen needs a terminal, and this is none: here is plain mode, line by line.")
    if sys.platform != "win32" and environ.get("TERM", "") in DUMB:
        return tr("This terminal cannot show the full screen: here is plain mode, line by line.")
    columns = os.get_terminal_size(sys.stdout.fileno()).columns
    if 0 < columns < SMALLEST[0]:
        return tr(
            "This window has {columns} columns and the full screen needs {most}: here is plain mode, line by line.",
            columns=columns,
            most=SMALLEST[0],
        )
    return ""


def offer_plain(file: Path) -> None:
    """Asks once, in plain text and before any screen, which front end is wanted, and keeps the answer as a setting."""
    if "front" in read_settings(file, settings_text(file)) or os.environ.get(PLAIN_VARIABLE) or why_plain(os.environ):
        return
    from phonetui.client.settings_file import set_setting
    from phonetui.commands.asking import choose

    choices = (tr("the full screen, with everything side by side"), tr("plain text, one line at a time"))
    asked = tr("Do you use a screen reader or a braille display, or want one line at a time? Choose:")
    set_setting(file, "front", [("full", "plain")[choose(asked, choices)]])
