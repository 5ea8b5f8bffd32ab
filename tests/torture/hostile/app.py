"""The real application over a campaign server whose every text is hostile; in a terminal of the trial's own.

`python -m tests.torture.hostile.app FOLDER SEED VOTERS [cleaning nothing]`
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from phonetui.client.account import Account
from phonetui.client.clock import SystemClock
from phonetui.client.desk import PhoneDesk
from phonetui.client.folders import folders_in
from phonetui.client.opening import open_desk
from phonetui.client.sign_in import SignedIn
from phonetui.core import text
from phonetui.tui import app
from tests.client.loopback import json, listening
from tests.torture.hostile.campaign import reply
from tests.torture.hostile.payloads import NAMES, hostile, without_surrogates

#: Of a text about a voter, so that an answer is not larger than the laptop takes; the campaign's may be longer.
LONGEST = 2_000


def voters(seed: int, count: int) -> list[tuple[str, str]]:
    """First names, every other one real, and what else is known of those voters."""
    strings = [hostile(number)[:LONGEST] for number in range(seed * count, (seed + 1) * count)]
    names = [NAMES[(seed * count + at) // 2 % len(NAMES)] for at in range(count)]
    return [(names[at] if at % 2 else without_surrogates(it), it) for at, it in enumerate(strings)]


def clean_nothing() -> None:
    """`clean` as it would be without its rules."""
    text.clean.__code__ = (lambda text, longest: text).__code__


async def main(folder: Path, seed: int, count: int) -> None:
    """Shows the desk until it is left."""
    clock = SystemClock()
    async with AsyncExitStack() as serving:
        answer = reply(hostile(seed)[: 10 * LONGEST], voters(seed, count), clock.now())
        server = await serving.enter_async_context(listening(json(answer), None))

        async def open_hostile() -> PhoneDesk:
            account = Account(
                server_url=server.url,
                email="dana@example.org",
                caller_id="dana",
                name="Dana",
                device_id="laptop",
                key_id="",
                campaign_id="hostile",
            )
            return await open_desk(
                folders_in(folder), SignedIn(account=account, key=bytes(32), token="token"), "hostile", clock
            )

        await app.show(app.PhonetuiApp(open_hostile))


if __name__ == "__main__":
    if sys.argv[4:]:
        clean_nothing()
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
