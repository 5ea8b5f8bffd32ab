"""What crosses between laptop and campaign server: envelopes around core's objects, defined once.

JSON over HTTPS. Errors are RFC 9457 problems; a client looks at `type` alone.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from phonetui.core.bridge_call import PhoneAsk, PhoneState
from phonetui.core.campaign import Campaign, Hours, PhoneBank, Weekday
from phonetui.core.translation import later
from phonetui.core.voter import Household

WIRE_VERSION = 1

#: The laptop asks for this many households ahead; the server may lend fewer.
WANT = 25
#: A lease ends so long after the last exchange, and one taken along at the end of the day's calling hours.
LENT_FOR = timedelta(hours=2)
#: Households left to call are counted no further.
MOST_COUNTED = 10_000
#: Seconds that a watch waits for news, at most.
LONGEST_WAIT = 300

Role = Literal["caller", "supervisor", "owner"]
CampaignState = Literal["open", "paused", "closed"]


class SignIn(Struct, frozen=True):
    """`POST /v1/sign-in`. `device_id` is made by the laptop once and stays."""

    email: str
    password: str
    device_id: str
    device_name: str = ""


class Join(Struct, frozen=True):
    """`POST /v1/join`: makes an account from an invitation's secret.

    A server that can send mail answers `code-sent` at first; the same again with the `code` makes the account.
    `calling_name` is what voters are told; none is the first word of `name`.
    """

    secret: str
    email: str
    name: str
    password: str
    device_id: str
    device_name: str = ""
    calling_name: str = ""
    code: str = ""


class ForgottenPassword(Struct, frozen=True):
    """`POST /v1/forgotten-password`: a code by mail; the answer is the same whether or not there is such an account."""

    email: str


class NewPassword(Struct, frozen=True):
    """`POST /v1/new-password`: a new password for the code; answers with a `Session`, and ends all others."""

    email: str
    code: str
    password: str
    device_id: str
    device_name: str = ""


class OwnWishes(Struct, frozen=True):
    """`GET` and `PUT /v1/me`: the name that voters are told, and whether other callers may see this caller's counts.

    No calling name stands for the first word of the caller's name.
    """

    calling_name: str
    on_board: bool = False


class OpenPhoneBank(Struct, frozen=True, omit_defaults=True):
    """A time to call together, how many signed up for it, and whether this caller did.

    `PUT` and `DELETE /v1/campaigns/{campaign_id}/phone-banks/{phone_bank_id}` sign up for it, and off again.
    """

    phone_bank: PhoneBank
    signed_up: int = 0
    you: bool = False


class Membership(Struct, frozen=True, omit_defaults=True):
    """A campaign that is open to this caller, and as what; `GET /v1/campaigns` says more of it than a session does.

    `left_to_call` counts households, about; `MOST_COUNTED` stands for any more. `callers_now` counts those whose
    laptops were heard of in the last minutes; where a system tells neither, it is `uncounted`. `practice` is whether
    the caller must practise first, with `PUT /v1/campaigns/{campaign_id}/practice`, which says that it was done.
    """

    campaign_id: str
    name: str
    organisation: str
    role: Role
    state: CampaignState
    languages: tuple[str, ...] = ()
    zone: str = ""
    starts: date | None = None
    ends: date | None = None
    hours: dict[Weekday, Hours] = {}
    holidays: tuple[date, ...] = ()
    left_to_call: int = 0
    callers_now: int = 0
    practice: Literal["", "wanted", "done"] = ""
    phone_banks: tuple[OpenPhoneBank, ...] = ()
    uncounted: bool = False


class Memberships(Struct, frozen=True):
    """`GET /v1/campaigns`: the campaigns open to this caller, and those to come."""

    campaigns: tuple[Membership, ...]


class OnBoard(Struct, frozen=True):
    """One caller's day on the board: `GET /v1/campaigns/{campaign_id}/board`, of those who want to be on it."""

    name: str
    attempts: int
    talks: int


class Board(Struct, frozen=True):
    """The callers of the day who want to be seen, the most talks first; `you` whether the caller who asks does."""

    callers: tuple[OnBoard, ...]
    you: bool = False


class Session(Struct, frozen=True):
    """The answer to `SignIn` and `Join`: an opaque token for this device, and what it opens.

    `joined` is the campaign that the invitation of a `Join` is for; empty for an invitation to all of them.
    """

    token: str
    caller_id: str
    name: str
    email: str
    campaigns: tuple[Membership, ...]
    calling_name: str = ""
    joined: str = ""


class JournalKey(Struct, frozen=True):
    """`PUT /v1/journal-keys/{journal_id}`: 32 bytes, base64, kept sealed; given back only against the password."""

    key: str


class KeyRelease(Struct, frozen=True):
    """`POST /v1/journal-keys/{journal_id}/release`: answers with a `JournalKey`."""

    password: str


class ExchangeRequest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`POST /v1/exchange`. `events` are the journal's bytes, untouched; `held` names households on the laptop.

    A *send* carries events with `wait` 0. A *watch* carries none and is answered when there is news, or after `wait` s.
    `along`: to be without a line for longer the caller wants so many households in all, to the end of the day's hours.
    `given_back` names households that go back uncalled. `phone` is how the caller's line over the bridge ought to be.
    For supervisors `shown` names the household on the screen, for so many seconds; `unsent` counts what is only here,
    and `leaves` says that the caller goes: it is heard of again once they come back.
    """

    campaign_id: str
    device_id: str
    cursor: str = ""
    campaign_version: int = 0
    held: tuple[str, ...] = ()
    events: tuple[Raw, ...] = ()
    want: int = 0
    wait: int = 0
    along: int = 0
    given_back: tuple[str, ...] = ()
    phone: PhoneAsk | None = None
    shown: str = ""
    shown_for: int = 0
    unsent: int = 0
    on_break: bool = False
    leaves: bool = False
    wire: int = msgspec.field(default_factory=lambda: WIRE_VERSION)  # so that it is sent always


class Receipt(Struct, frozen=True, omit_defaults=True):
    """What became of one event. Only a receipt with the event's id and the SHA-256 of its bytes acknowledges it.

    Why it was not stored is told by a `code`, one of the `REJECTIONS`, with the fields `of` its sentence. `reason` is
    that sentence in English, for whoever does not know the code.
    """

    id: str
    digest: str
    status: Literal["stored", "duplicate", "conflict", "rejected"]
    reason: str = ""
    code: str = ""
    of: dict[str, str] = {}


class Lease(Struct, frozen=True, omit_defaults=True):
    """A household lent to this caller until `until`, with a ticket for each voter's id.

    `promised_at` is when a call back was promised there, and `promised_by_you` that it was this caller's promise.
    """

    household: Household
    until: datetime
    tickets: dict[str, str]
    promised_at: datetime | None = None
    promised_by_you: bool = False


class Notice(Struct, frozen=True, omit_defaults=True):
    """A word from the campaign to its callers; or to one, where it answers the question of that id. `at` is when."""

    notice_id: str
    text: str
    answers: str = ""
    at: datetime | None = None


class Out(Struct, frozen=True):
    """Why there are no voters to lend: how many households are out with others or resting, and when the next is due.

    `opens_at` is when calling hours open where the next voters live, if that is what is waited for. `more_at` is when
    this caller may take more voters, if there are some and the hourly limit keeps them back. `resumes_at` is from
    when on a server that was put back to a backup lends; it stays until the next restore, and so names it.
    `practice` says that this caller must practise once before any voters are lent. `other_lists` says that there are
    voters on lists that rest, or that are for callers with another language or tag; they count in nothing else here.
    `removed` says that the caller is none of the campaign's any more.
    """

    with_others: int = 0
    resting: int = 0
    next_at: datetime | None = None
    opens_at: datetime | None = None
    more_at: datetime | None = None
    resumes_at: datetime | None = None
    practice: bool = False
    other_lists: bool = False
    removed: bool = False


class ExchangeReply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to an exchange.

    `stored_through` is the highest `seq` of this device up to which every event is stored or rejected. `leases` holds
    each of the device's households that the request did not name as held; `renewed_until` is the new end of those it
    did, save those taken along, whose ends `along_until` gives by id.
    `cursor` names this reply: all news since the request's cursor is in it. `phone` answers the request's.
    """

    receipts: tuple[Receipt, ...] = ()
    stored_through: int = 0
    leases: tuple[Lease, ...] = ()
    renewed_until: datetime | None = None
    along_until: dict[str, datetime] = {}
    ended: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    campaign: Campaign | None = None
    campaign_state: CampaignState = "open"
    out: Out = Out()
    phone: PhoneState | None = None
    cursor: str
    server_time: datetime


class Health(Struct, frozen=True):
    """`GET /healthz`: says that this is a campaign server, of which version, and what time it takes it to be."""

    phonetui: str
    wire: int
    time: datetime


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An RFC 9457 problem. `type` is one of the `PROBLEMS`; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    detail: str = ""


#: Every problem type that the server names, and what it means.
PROBLEMS = {
    "signed-out": "The token is unknown or has ended.",
    "wrong-password": "No account has this e-mail and password.",
    "too-many-tries": "Too many tries; wait.",
    "invitation-ended": "The invitation is unknown, spent or expired.",
    "account-exists": "An account with this e-mail exists already.",
    "code-sent": "A code was sent by mail; repeat the request with it.",
    "wrong-code": "The code is wrong or has expired.",
    "no-mail": "This server sends no mail; ask the campaign's owner for a code.",
    "mail-failed": "The mail server did not take the mail; try again later.",
    "weak-password": "The password is too short.",
    "not-yours": "The caller's role does not allow this.",
    "refused": "The campaign server does not do this, and says why.",
    "no-such-campaign": "The campaign is unknown to this caller.",
    "no-such-phone-bank": "The campaign has no such phone bank ahead.",
    "no-such-key": "No journal key is kept under this id.",
    "key-withheld": "The password was chosen anew by mail since the key was kept; an owner must allow its release.",
    "too-large": "The body is larger than the server takes.",
    "bad-request": "The body is not what the interface describes.",
    "not-found": "There is nothing at this address.",
    "server-error": "The server failed; the request may be repeated.",
}

#: Every reason why an event is not stored, by its code.
REJECTIONS = {
    "too-long": later("The event has {bytes} bytes; {most} are allowed."),
    "unreadable": later("The event cannot be read: {error}."),
    "long-field": later("The event's {field} is longer than {most} characters, or holds a NUL."),
    "nameless": later("The event has no id or no kind."),
    "uncounted": later("The event's seq is not a count from 1 up."),
    "no-time": later("The event's {field} has no time zone, or lies outside the calendar."),
    "no-ending": later("The event's number_ending is not the last {digits} digits of a number."),
    "takes-back-nothing": later("The undo does not say what it takes back."),
    "in-its-own-place": later("The event takes the place of itself."),
    "of-nobody": later(
        "The event names no voter, so nothing shows who wrote it; it comes when the laptop itself sends it."
    ),
    "other-campaign": later("The event belongs to another campaign than the request."),
    "no-voter": later("The event does not say which voter it is about."),
    "unknown-voter": later("The event's voter is not one of this campaign."),
    "no-ticket": later("The event's ticket is not one that this server gave this caller for this voter."),
    "not-here": later("The event takes back one that is not here."),
    "not-yours": later("The event takes back what another caller recorded."),
    "other-voter": later("The event takes back one about another voter."),
    "something-else": later(
        "Something else came first under this one's id, perhaps from a file changed on its way; tell the campaign."
    ),
    "zetkin-gone": later("Zetkin does not have this call as yours any more; tell your organiser what came of it."),
    "zetkin-says-no": later("Zetkin does not take this ({words}); tell your organiser what came of the call."),
    "zetkin-keeps-it": later("Zetkin does not let a report be taken back ({words}); tell your organiser."),
    "zetkin-has-no": later("Zetkin has no such result; tell your organiser what came of the call."),
    "zetkin-asks-nobody": later("Zetkin passes no questions on; ask your organiser by phone or mail."),
}


def digest(body: bytes | memoryview) -> str:
    """SHA-256 of an event's exact bytes, in hex."""
    return hashlib.sha256(body).hexdigest()


# Made here, since msgspec crashes where two threads are the first to read a shape.
decode_exchange_reply = msgspec.json.Decoder(ExchangeReply).decode
decode_lease = msgspec.json.Decoder(Lease).decode
decode_out = msgspec.json.Decoder(Out).decode
decode_session = msgspec.json.Decoder(Session).decode
decode_own_wishes = msgspec.json.Decoder(OwnWishes).decode
decode_memberships = msgspec.json.Decoder(Memberships).decode
decode_board = msgspec.json.Decoder(Board).decode
decode_journal_key = msgspec.json.Decoder(JournalKey).decode
decode_health = msgspec.json.Decoder(Health).decode
decode_problem = msgspec.json.Decoder(Problem).decode
