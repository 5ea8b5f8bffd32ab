"""What is unsent in the journals of other campaigns and accounts: sent while the caller calls for another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from phonetui.client.account import Account, journals, load_accounts
from phonetui.client.account_server import server_of
from phonetui.client.clock import Clock
from phonetui.client.sending import send_outboxes
from phonetui.client.sign_in import Laptop, SignedIn, resume
from phonetui.core.refusal import Refused

#: Seconds between two tries, doubled from the first to the last.
FIRST, LAST = 15.0, 300.0

#: Those who signed in since the program began, by `Account.is_same_as`.
Known = Mapping[tuple[str, str], SignedIn]


class LeftBehind:
    """Tries until everything is sent. `open_here` is the open desk's journal, which sends by itself.

    Of accounts that are not `known` the keyring must have the key.
    """

    def __init__(self, laptop: Laptop, known: Known, open_here: Path, clock: Clock) -> None:
        self._laptop = laptop
        self._known = known
        self._open_here = open_here
        self._clock = clock
        self.start()

    def start(self) -> None:
        """Begin to try, at first and after `stop`."""
        self._sending = asyncio.create_task(self._send_all())

    async def stop(self) -> None:
        """Try no more; no journal is left open."""
        self._sending.cancel()
        [ended] = await asyncio.gather(self._sending, return_exceptions=True)
        if isinstance(ended, Exception) and not isinstance(ended, Refused):
            raise ended

    async def _send_all(self) -> None:
        wait, accounts = FIRST, load_accounts(self._laptop.folders)
        while not all([await self._send(account) for account in accounts]):
            await asyncio.sleep(wait)
            wait = min(2 * wait, LAST)

    async def _send(self, account: Account) -> bool:
        """One try; whether nothing is left, or nothing can be sent without the caller."""
        if set(journals(self._laptop.folders, account.server_url, account.caller_id)) <= {self._open_here}:
            return True
        signed_in = self._known.get(account.is_same_as) or await resume(self._laptop, account)
        if signed_in is None:
            return True
        server = server_of(self._laptop.folders, signed_in, self._laptop.secrets)
        try:
            sent = await send_outboxes(
                self._laptop.folders, signed_in, server, self._clock, _unheard, open_here=self._open_here
            )
        finally:
            await server.close()
        return not any(each.unsent for each in sent)


def _unheard(answered: int, total: int) -> None:
    """Nobody watches it."""
