"""The `phonetui` command with a mistake in it, which shows at the first key or before: `python -m … WHERE COMMAND…`."""

from __future__ import annotations

import asyncio
import sys
from typing import NoReturn
from unittest.mock import patch

from textual.drivers.linux_driver import LinuxDriver

from phonetui.cli import main
from phonetui.client.desk import PhoneDesk
from phonetui.client.journal_file import JournalFile
from phonetui.client.view import View
from phonetui.core.call_actions import Action
from phonetui.tui.app import PhonetuiApp

#: What the errors of this mistake say of whoever is on the screen.
SAYS = "no such voter"

_begin = PhonetuiApp.on_ready


def fails(view: View) -> NoReturn:
    """Raises an error that names the voter, and has the voter among its variables."""
    household, voter = view.call.household, view.call.voter
    raise LookupError(f"{SAYS}: {voter and voter.full_name}, {household and household.number}")


async def in_the_desk(desk: PhoneDesk, action: Action) -> None:
    """In place of carrying out a key."""
    fails(desk.view)


async def in_a_task(desk: PhoneDesk, action: Action) -> None:
    """The same in a task that nobody waits for."""

    async def task() -> None:
        fails(desk.view)

    asyncio.create_task(task())  # noqa: RUF006 - that nobody holds it is the mistake


async def on_the_journals_thread(desk: PhoneDesk, action: Action) -> None:
    """The same where the journal is written."""

    def truncate(file: JournalFile) -> None:
        fails(desk.view)

    patch.object(JournalFile, "truncate", truncate).start()
    await desk._journal.end_shift(keep_hand=True)


def at_the_first_frame(app: PhonetuiApp) -> None:
    """In place of what is begun then, and right after it."""
    _begin(app)
    raise LookupError(SAYS)


def on_the_keyboards_thread(driver: LinuxDriver) -> None:
    """In place of reading keys."""
    raise LookupError(SAYS)


if __name__ == "__main__":
    where = sys.argv[1]
    if where == "on_the_keyboards_thread":
        patch.object(LinuxDriver, "run_input_thread", on_the_keyboards_thread).start()
    elif where == "at_the_first_frame":
        patch.object(PhonetuiApp, "on_ready", at_the_first_frame).start()
    else:
        patch.object(PhoneDesk, "act", globals()[where]).start()
    sys.exit(main(sys.argv[2:]))
