"""The real application over a campaign server that sends what a file says; in a terminal of the trial's own.

`python -m tests.torture.hostile.app FOLDER [cleaning nothing]`
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from phonetui.client.account import Account, save_account
from phonetui.client.clock import SystemClock
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders_in
from phonetui.client.opening import open_desk
from phonetui.client.received import cleaned
from phonetui.client.sign_in import SignedIn
from phonetui.core import text
from phonetui.tui import app
from tests.client.loopback import json, listening
from tests.torture.hostile.dealing import Evening

#: The file in the folder.
EVENING = "evening.json"


def clean_nothing() -> None:
    """`clean` as it would be without its rules."""
    text.clean.__code__ = (lambda text, longest: text).__code__


async def main(folder: Path) -> None:
    """Shows the desk until it is left."""
    evening = msgspec.json.decode((folder / EVENING).read_bytes(), type=Evening)
    async with AsyncExitStack() as serving:
        server = await serving.enter_async_context(listening(json(evening.reply), None))

        async def open_hostile() -> PhoneDesk:
            account = Account(
                server_url=server.url,
                email="dana@example.org",
                caller_id="dana",
                name=cleaned(evening.caller_name),
                calling_name=cleaned(evening.caller_name),  # whole; of a name the script has the first word alone
                device_id="laptop",
                key_id="",
                campaign_id="hostile",
                knows_desk=True,
            )
            save_account(folders_in(folder), account)
            signed_in = SignedIn(account=account, key=bytes(32), token="token")
            return await open_desk(folders_in(folder), signed_in, "hostile", SystemClock())

        await app.show(app.PhonetuiApp(open_hostile))


if __name__ == "__main__":
    if sys.argv[2:]:
        clean_nothing()
    asyncio.run(main(Path(sys.argv[1])))
