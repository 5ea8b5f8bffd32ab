"""A laptop whose caller has logged in before and has voters on hand, and is without a network now."""

from __future__ import annotations

import asyncio
import sys
from base64 import b64encode
from pathlib import Path

from scripts.benchmarks import sample
from scripts.benchmarks.campaign_server import CAMPAIGN
from scripts.benchmarks.hand import fill
from scripts.benchmarks.one_secret_keyring import VARIABLE
from scripts.benchmarks.outcomes import record
from scripts.benchmarks.terminal import StopwatchTerminal

from phonetui.client import journal_key
from phonetui.client.account import Account, journal_path, save_account
from phonetui.client.clock import SystemClock
from phonetui.client.folders import Folders, folders_in
from phonetui.client.journal import Journal

CLOCK = SystemClock()
#: Nothing answers there.
NO_SERVER = "http://127.0.0.1:9"
#: What the first frame shows, where the title will be.
FIRST_FRAME = "phonetui"


class Home:
    """The client's folders, with so many households of one voter on hand and so many events unsent."""

    def __init__(self, folder: Path, *, households: int, unsent: int = 0) -> None:
        key = journal_key.new_key()
        asyncio.run(_fill(folders_in(folder), key, households, unsent))
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "PHONETUI_HOME": str(folder),
            "PYTHON_KEYRING_BACKEND": "scripts.benchmarks.one_secret_keyring.OneSecretKeyring",
            VARIABLE: b64encode(key).decode(),
        }
        self.first_voter = next(sample.households(1, CLOCK.now())).voters[0].full_name

    def call_screen(self) -> StopwatchTerminal:
        """The call screen, opened by the command that a caller types."""
        return StopwatchTerminal((sys.executable, "-m", "phonetui"), self.environment)


async def _fill(folders: Folders, key: bytes, households: int, unsent: int) -> None:
    account = Account(
        server_url=NO_SERVER,
        email="dana@example.org",
        caller_id=CLOCK.new_id(),
        name="Dana",
        device_id=CLOCK.new_id(),
        key_id=journal_key.fingerprint(key),
        campaign_id=CAMPAIGN,
    )
    save_account(folders, account)
    journal = await Journal.open(journal_path(folders, account, CAMPAIGN), key)
    lent = await fill(journal, households + unsent, CLOCK.now())
    await record(journal, lent[households:])
    await journal.close()
