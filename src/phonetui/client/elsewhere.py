"""Where else a caller may call: other campaigns of the account, and other accounts on this laptop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from phonetui.client.account import Account, journal_path
from phonetui.client.account_server import AccountServer
from phonetui.client.calls import Calls, Rest
from phonetui.client.clock import Clock
from phonetui.client.left_behind import Known, LeftBehind
from phonetui.client.open_campaigns import appointments
from phonetui.client.private_files import new_file
from phonetui.client.sign_in import Laptop
from phonetui.core.calendar_file import calendar
from phonetui.core.campaign import Campaign
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.wire import Board, Membership, OpenPhoneBank


class Place(Struct, frozen=True):
    """An account, and the campaign that it calls for; an empty one is to be chosen."""

    account: Account
    campaign_id: str


class Elsewhere:
    """What can be chosen while a desk is open; `goes_on_at` is what was, to be opened once the desk is closed.

    Each journal stays as it is: what is unsent in it is sent from wherever the caller goes on.
    """

    def __init__(
        self,
        here: Place,
        others: Sequence[Account],
        server: AccountServer,
        clock: Clock,
        kept: Callable[[], Sequence[Campaign]] = tuple,
        rests: Mapping[str, Rest] | None = None,
    ) -> None:
        """`kept` reads the account's other campaigns that are on this laptop.

        `rests` are numbers that were called for them since the program began.
        """
        self.here = here
        self.others = tuple(others)
        self.goes_on_at: Place | None = None
        self.clock = clock
        self._server = server
        self.rests = rests or {}
        self._kept = kept
        self._left_behind: LeftBehind | None = None

    async def campaigns(self) -> tuple[Membership, ...]:
        """Those open to the account now, and those to come; raises `Refused`."""
        return await self._server.campaigns()

    async def kept_campaigns(self) -> Sequence[Campaign]:
        """The account's other campaigns that are on this laptop, which nobody need be asked for.

        Nothing is sent from them meanwhile: whoever sends has the journal to itself.
        """
        sending = self._left_behind
        if sending is not None:
            await sending.stop()
        try:
            return await asyncio.to_thread(self._kept)
        finally:
            if sending is not None and sending is self._left_behind:
                sending.start()

    async def change_sign_up(self, campaign: Membership, bank: OpenPhoneBank) -> None:
        """Sign up for a phone bank, or off again; raises `Refused`."""
        change = self._server.cancel if bank.you else self._server.sign_up
        await change(campaign.campaign_id, bank.phone_bank.id)

    async def board(self) -> Board:
        """How callers of the campaign here do today who want to be seen; raises `Refused`."""
        return await self._server.board(self.here.campaign_id)

    async def practised(self) -> None:
        """Say that the caller has practised for the campaign here; raises `Refused`."""
        await self._server.practised(self.here.campaign_id)

    def send_left_behind(self, laptop: Laptop, known: Known) -> None:
        """Have what is unsent in other journals sent until `close`."""
        open_here = journal_path(laptop.folders, self.here.account, self.here.campaign_id)
        self._left_behind = LeftBehind(laptop, known, open_here, self.clock)

    def hold_back(self, campaign: Campaign | None, calls: Calls) -> None:
        """Nobody whom the caller called here is called at once for another campaign."""
        self.rests = calls.rests(campaign) if campaign else self.rests

    async def close(self) -> None:
        """Close the connections to the account's server, and every journal but the desk's."""
        sending, self._left_behind = self._left_behind, None
        if sending is not None:
            await sending.stop()
        await self._server.close()

    def save_calendar(self, campaigns: Sequence[Membership], file: Path) -> None:
        """Write the phone banks that the caller signed up for to a new file; raises `Refused`."""
        save_calendar(file, campaigns, self.here.account.server_url, self.clock)


def save_calendar(
    file: Path, campaigns: Sequence[Membership], server_url: str, clock: Clock, *, replace: bool = False
) -> int:
    """Write the phone banks that the caller signed up for to a file; how many they are. Raises `Refused` for none."""
    signed_up = appointments(campaigns, server_url)
    if not signed_up:
        raise Refused(tr("You are signed up for no phone bank yet; type `phonetui campaigns sign-up NAME` first."))
    try:
        with new_file(file, replace=replace) as writing:
            writing.write(calendar(signed_up, clock.now()))
    except FileExistsError:
        raise Refused(tr("{file} is there already; name a new file.", file=file)) from None
    except OSError as error:
        raise Refused(
            tr(
                "{file} cannot be written ({reason}); name a file in a folder of yours.",
                file=file,
                reason=error.strerror,
            )
        ) from None
    return len(signed_up)
