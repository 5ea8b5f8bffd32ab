"""What a front end draws: one frozen picture of the desk, made anew after every change."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from phonetui.client.journal_records import Told
from phonetui.client.phone_view import PhoneView
from phonetui.client.phone_words import HIDDEN
from phonetui.core.call import Call, in_progress
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import Verdict, sentence
from phonetui.core.event import HelpQuestion
from phonetui.core.follow_up import Spoken
from phonetui.core.script_page import Page, page
from phonetui.core.tally import Tally
from phonetui.core.translation import tr
from phonetui.core.voter import Household
from phonetui.core.zetkin_states import is_of_zetkin

#: A slow line is up: what is sent takes long.
LineState = Literal["online", "slow", "connecting", "offline", "signed_out"]


class Line(Struct, frozen=True, omit_defaults=True):
    """The connection to the campaign server: since when it is so by the laptop's clock, and why the last try failed.

    `next_try` is by the server's time, as `View.now`; none while a try is under way.
    """

    state: LineState = "connecting"
    since: datetime | None = None
    next_try: datetime | None = None
    why: str = ""

    @property
    def is_up(self) -> bool:
        """Whether the campaign server answers."""
        return self.state in ("online", "slow")

    def has_tried_since(self, before: Line) -> bool:
        """Whether a try made at `before` has ended: the line is up, or waits for another try."""
        return self != before and (self.is_up or self.next_try is not None)


class Said(Struct, frozen=True, omit_defaults=True):
    """The one line that says what the last key did. `undo` says that the undo key takes it back."""

    text: str
    kind: Literal["saved", "notice", "alarm"] = "notice"
    undo: bool = False


class Waiting(Struct, frozen=True, omit_defaults=True):
    """Why there is no voter on the screen, in plain words, and the way on."""

    title: str
    text: str
    until: datetime | None = None


class Offered(Struct, frozen=True):
    """An action that one desk alone offers: what its key does now, and what it has brought about, if anything."""

    label: str
    told: str = ""


class Extra(Protocol):
    """An action that one desk alone offers."""

    @property
    def offered(self) -> Offered:
        """What it does now."""

    def do(self) -> str:
        """Do it; the words for the caller."""


class View(Struct, frozen=True, kw_only=True):
    """Everything on the screen. `campaign` is None only until the first exchange has brought it.

    `now` is the server's time as last known. `tally` is the shift's; `today`, counted while there is no voter on the
    screen, the day's, with the shifts before it. `on_hand` counts voters whose lease goes on, `on_hand_until` is when
    the first of these ends; `taken_along` says that they are more, or there for longer, than a laptop with a line
    holds; `asked_along` households in all are still being asked for. `neighbours` are other households at the same
    address, still on hand. `offered` are actions, by id, that this desk alone offers. `verdict` is whether the voter on
    the screen may be dialed now. `promised_at` is when they were promised this call, on their clock, and
    `promised_by_you` that this caller did. `typed_is_lost` says that leaving would lose what was typed about them, for
    they are no longer lent.

    `is_new`: they came so short a while ago that a key may be meant for whoever was there before.

    `told` are the campaign's notices, `asked` the caller's questions, each in its order. `last` is whom the last
    result was about, while they are on this laptop. `practice`: nobody is called.
    """

    campaign: Campaign | None
    caller_name: str
    call: Call
    tally: Tally
    on_hand: int
    on_hand_until: datetime | None = None
    taken_along: bool = False
    asked_along: int = 0
    today: Tally = Tally()
    unsent: int
    rejected: int
    line: Line
    now: datetime
    said: Said | None = None
    waiting: Waiting | None = None
    neighbours: tuple[Household, ...] = ()
    offered: dict[str, Offered] = {}
    told: tuple[Told, ...] = ()
    asked: tuple[HelpQuestion, ...] = ()
    last: Spoken | None = None
    verdict: Verdict = Verdict()
    promised_at: datetime | None = None
    promised_by_you: bool = False
    typed_is_lost: bool = False
    is_new: bool = False
    practice: bool = False
    phone: PhoneView = PhoneView()

    @property
    def page(self) -> Page | None:
        """The script's page on the screen."""
        return page(self.campaign, self.call, self.caller_name) if self.campaign else None

    @property
    def takes_password(self) -> bool:
        """Whether whoever is signed out comes back in with a password typed here: Zetkin wants a browser's log-in."""
        return self.campaign is None or not is_of_zetkin(self.campaign.campaign_id)

    @property
    def warning(self) -> str:
        """That the voter on the screen cannot be called, or not any more; a talk may be brought to its end."""
        household = self.call.household
        if household is not None and not household.number and self.phone.engine == "hand" and not self.practice:
            return tr(HIDDEN)
        if self.verdict.allowed or (self.in_call and self.verdict.reason not in ("suppressed", "ended")):
            return ""
        return sentence(self.verdict, self.now)

    @property
    def in_call(self) -> bool:
        """Whether a call goes on: from dialing or whatever was said or written first until the result."""
        return self.campaign is not None and in_progress(self.campaign, self.call)
