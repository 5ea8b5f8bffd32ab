"""The encrypted journal of one caller in one campaign: voters on hand, events, the call in progress."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from phonetui.core.campaign import Campaign
from phonetui.core.event import Attempt
from phonetui.wire import CampaignState, Lease, Out

if TYPE_CHECKING:
    from phonetui.client.outbox import Taken


class Entry(Struct, frozen=True):
    """An event's exact bytes, and what the outbox must know of it. `urgent`: do-not-call goes first."""

    seq: int
    id: str
    body: bytes
    voter_id: str = ""
    household_id: str = ""
    urgent: bool = False


class Held(Struct, frozen=True):
    """A household on this laptop; `finished` ones have their results and stay until the shift ends."""

    lease: Lease
    finished: bool


class Rejected(Struct, frozen=True):
    """An event that the campaign server would not take, and why."""

    entry: Entry
    reason: str


class Loaded(Struct, frozen=True, kw_only=True):
    """Everything that a start needs. `call` is as last recorded, empty before the first.

    `held` is in calling order, `unsent` in the order of `seq`. `outcomes` are this shift's. `server_offset` is the
    server's clock minus this laptop's wall clock, as last known.
    """

    call: bytes = b""
    campaign: Campaign | None = None
    held: tuple[Held, ...] = ()
    unsent: tuple[Entry, ...] = ()
    next_seq: int = 1
    cursor: str = ""
    outcomes: tuple[Attempt, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    stored_through: int = 0
    server_offset: timedelta = timedelta()
    campaign_state: CampaignState = "open"
    out: Out = Out()


class Journal:
    """One file, one connection on one thread; every method hands its work over to that thread."""

    @classmethod
    async def open(cls, path: Path, key: bytes) -> Journal:
        """The journal at `path`, made if there is none. `key` is 32 bytes. Raises a `Refused` that says why not."""
        raise NotImplementedError

    async def load(self) -> Loaded:
        """Everything that a start needs."""
        raise NotImplementedError

    async def record(
        self,
        *,
        entries: Sequence[Entry] = (),
        finished: Collection[str] = (),
        returned: Collection[str] = (),
        call: bytes,
    ) -> None:
        """One transaction: events, households finished or put back at the head of the hand, the call in progress.

        Raises `JournalRefused` with the reason; nothing has changed then.
        """
        raise NotImplementedError

    async def take(self, taken: Taken) -> tuple[Entry, ...]:
        """One transaction for all that a reply brings; answers with the events that became unsent again."""
        raise NotImplementedError

    async def end_shift(self, *, keep_hand: bool = False) -> None:
        """Remove the shift's voters, except those with something unsent, and with `keep_hand` those to be called."""
        raise NotImplementedError

    async def expire(self, now: datetime) -> None:
        """Remove what was acknowledged seven days before `now`."""
        raise NotImplementedError

    async def purge(self, *, discard: int = 0) -> None:
        """Remove the journal; raises `Refused` unless `discard` is the count of what is unsent."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close the file and end the thread."""
        raise NotImplementedError
