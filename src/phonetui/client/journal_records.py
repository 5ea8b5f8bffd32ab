"""What goes into the journal, and what a start gets out of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from phonetui.client.reason import Reason
from phonetui.core.campaign import Campaign
from phonetui.core.event import Attempt, HelpQuestion, is_question
from phonetui.core.pace import Break
from phonetui.wire import CampaignState, Lease, Out


class Entry(Struct, frozen=True):
    """An event's exact bytes, and what the outbox must know of it. `urgent`: do-not-call goes first."""

    seq: int
    id: str
    body: bytes
    voter_id: str = ""
    household_id: str = ""
    urgent: bool = False

    @property
    def is_about_somebody_lost(self) -> bool:
        """Whether it does not say any more whom it is about: its shift is over."""
        return not self.household_id and not is_question(self.body)


class Held(Struct, frozen=True):
    """A household on this laptop; `finished` ones have their results and stay until the shift ends."""

    lease: Lease
    finished: bool


class Rejected(Struct, frozen=True):
    """An event that the campaign server would not take, and why."""

    entry: Entry
    reason: Reason


class Told(Struct, frozen=True):
    """A notice from the campaign, or what it `answers`: the id of the caller's question. `seen` by the caller."""

    notice_id: str
    at: datetime
    text: str
    answers: str = ""
    seen: bool = False


class Loaded(Struct, frozen=True, kw_only=True):
    """Everything that a start needs. `call` is as last recorded, empty before the first.

    `held` is in calling order, `unsent` in the order of `seq`. `outcomes` are this shift's, `earlier` those of the days
    before it; `kept` are households of earlier shifts about which something is unsent. `server_offset` is the server's
    clock minus this laptop's wall clock, as last known. After the `seq` `sent_again_after` everything was sent once
    more, for the server had not said that it has what came before. `notices` are in the order in which they came,
    `questions` in that in which they were asked. `begun_with` is the campaign that the call goes by, where a newer one
    has come since. `breaks` are this shift's, `earlier_breaks` those before it.
    """

    call: bytes = b""
    campaign: Campaign | None = None
    begun_with: Campaign | None = None
    held: tuple[Held, ...] = ()
    kept: tuple[Lease, ...] = ()
    unsent: tuple[Entry, ...] = ()
    next_seq: int = 1
    cursor: str = ""
    outcomes: tuple[Attempt, ...] = ()
    earlier: tuple[Attempt, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    server_offset: timedelta = timedelta()
    campaign_state: CampaignState = "open"
    out: Out = Out()
    sent_again_after: int | None = None
    notices: tuple[Told, ...] = ()
    questions: tuple[HelpQuestion, ...] = ()
    breaks: tuple[Break, ...] = ()
    earlier_breaks: tuple[Break, ...] = ()

    @property
    def not_taken(self) -> int:
        """How many events the campaign does not have: unsent, or rejected."""
        return len(self.unsent) + len(self.rejected)
