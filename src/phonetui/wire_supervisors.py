"""What crosses between a supervisor's terminal and the campaign server, for the roles supervisor and owner.

Everything is below `/v1/campaigns/{campaign_id}/`. Errors are problems as in `wire`; whoever may not do a thing is
answered `not-yours`, and whatever is refused with a sentence, `refused`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct

from phonetui.wire import CampaignState, Role

#: A supervisor's screen is answered no more often than this, in seconds.
AT_MOST_EVERY = 1.0
#: Seconds that a request for the evening waits for a change, at most.
LONGEST_LOOK = 25
#: A list's least and greatest priority.
PRIORITIES = (-100, 100)

# -- now: GET evening?known=MARK&wait=SECONDS --------------------------------------------------------------------------

#: `left` in good order, with all that was done sent; `offline` is whoever is not heard of and did not say so.
Doing = Literal["calling", "idle", "break", "offline", "left"]
#: What needs a look; the sentence is made where it is shown, from `of`.
LookKind = Literal[
    "stuck",  # a caller has had the same voter on the screen for long
    "trunk-errors",  # many calls failed on the campaign's own line
    "labelled",  # the campaign's number is blocked, or labelled as spam
    "refused-pushes",  # another system refused outcomes
    "not-whole",  # some voters did not come whole from another system
    "push-stopped",  # a connection's last runs failed as a whole
    "unsent",  # a laptop has been silent for long, and may have calls that are not sent
    "rejected",  # events were not taken
    "many-skips",  # voters taken faster than they are called
    "list-ending",  # within the hour
    "unanswered",  # a question has waited long
    "keep-until",  # the campaign's voters ought to be erased by now
]


class Counts(Struct, frozen=True):
    """As `core.tally` counts them."""

    attempts: int = 0
    contacts: int = 0
    talks: int = 0


class CallerNow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One caller's evening. `since` is when what they are `doing` began; `voter` is on their screen, by name.

    `unsent` is what their laptop last said it had not sent; `on_hand` counts households lent to them.
    """

    caller_id: str
    name: str
    role: Role
    doing: Doing
    since: datetime
    heard_at: datetime
    voter: str = ""
    on_hand: int = 0
    unsent: int = 0
    today: Counts = Counts()
    last_hour: Counts = Counts()


class Slice(Struct, frozen=True):
    """What happened in the five minutes from `at`, and how many households were left to call at their end."""

    at: datetime
    counts: Counts
    left: int


class DispositionCount(Struct, frozen=True):
    """How often today; in the campaign's order."""

    disposition: str
    label: str
    count: int


class ListNow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A list: how much of it is left, and who may call it. `PUT lists/{list_id}` takes a `ListRule`.

    `round` is the least that a household of it is in. Of those `left`, `there` may be called now or within the hour;
    `ends_at` is when none of them is left at the pace of the last hour, if calling hours go on until then.
    """

    list_id: int
    name: str
    priority: int
    households: int
    left: int
    there: int = 0
    resting: int = 0
    lent: int = 0
    round: int = 0
    paused: bool = False
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ends_at: datetime | None = None


class Look(Struct, frozen=True, omit_defaults=True):
    """Something that needs a look. `of` has the fields of its sentence: names, counts, the system's own words."""

    kind: LookKind
    at: datetime
    caller_id: str = ""
    of: dict[str, str] = {}


class AskedNow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A question that nobody has answered; `voter` only where the caller attached them."""

    question_id: str
    caller: str
    asked_at: datetime
    text: str
    voter: str = ""


class Evening(Struct, frozen=True, kw_only=True):
    """All that the first screen shows. `mark` names this state of things: with it the next request waits for another.

    `slices` cover today in the campaign's zone; `server_time` is for clocks that go wrong.
    """

    campaign_id: str
    name: str
    organisation: str
    zone: str
    state: CampaignState
    version: int
    role: Role
    mark: str
    server_time: datetime
    today: Counts
    last_hour: Counts
    callers: tuple[CallerNow, ...] = ()
    slices: tuple[Slice, ...] = ()
    dispositions: tuple[DispositionCount, ...] = ()
    lists: tuple[ListNow, ...] = ()
    looks: tuple[Look, ...] = ()
    questions: tuple[AskedNow, ...] = ()


# -- do ----------------------------------------------------------------------------------------------------------------


class WantedState(Struct, frozen=True):
    """`PUT state`."""

    state: CampaignState


class Words(Struct, frozen=True):
    """`POST notices`."""

    text: str


class WantedAnswer(Struct, frozen=True, omit_defaults=True):
    """`POST questions/{question_id}/answer`; `again` beside an answer that there is already."""

    text: str
    again: bool = False


class TakenAnswer(Struct, frozen=True, omit_defaults=True):
    """Whether the answer is on its way. It is not where somebody has answered: `by` whom, and the words of that."""

    taken: bool
    by: str = ""
    text: str = ""


class CampaignSource(Struct, frozen=True):
    """`POST file/check`, and `PUT file`, which takes it into use if the campaign is still at `over_version`.

    Both answer with a `CheckedFile`; the version in that of `PUT file` is the new one, unless there are mistakes.
    """

    source: str
    over_version: int = 0


class CheckedFile(Struct, frozen=True, kw_only=True):
    """What a file would change. With mistakes it cannot be used; the lines of `differences` begin with ` `, `-` or `+`.

    `GET file` answers with a `CampaignSource`: the file in use.
    """

    version: int
    mistakes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


class ListRule(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`PUT lists/{list_id}`: what is to change; None is left as it is.

    Callers need one of the languages, and one of the tags, where any is named.
    """

    priority: int | None = None
    paused: bool | None = None
    languages: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None


class WantedInvitation(Struct, frozen=True):
    """`POST invitations`; answers with an `InvitationLink`."""

    role: Role = "caller"
    uses: int = 1
    hours: int = 168


class InvitationLink(Struct, frozen=True):
    """A link by which others join."""

    link: str
    expires_at: datetime


class OpenInvitation(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One by which so many may still join; `by` whom it was made, if not at the console.

    `DELETE invitations/{invitation_id}` ends it.
    """

    invitation_id: str
    role: Role
    uses_left: int
    expires_at: datetime
    issued_at: datetime | None = None
    by: str = ""


class OpenInvitations(Struct, frozen=True):
    """`GET invitations`: the one that lasts longest first, those for owners told to owners alone."""

    invitations: tuple[OpenInvitation, ...]


class MemberNow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody who may call. `GET members`. `unsent` is what their laptops last said they had not sent.

    `left`: no laptop of theirs holds more. `unheard_since`: when the most silent of those that may was heard of last.
    `PUT members/{caller_id}` takes a `MemberRule`, `DELETE` removes them, `POST members/{caller_id}/sign-out` ends
    their log-ins; what their laptops have not sent is still taken when it comes.
    """

    caller_id: str
    name: str
    email: str
    role: Role
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    devices: int = 0
    unsent: int = 0
    heard_at: datetime | None = None
    left: bool = False
    unheard_since: datetime | None = None


class Members(Struct, frozen=True):
    """Everybody, by name."""

    members: tuple[MemberNow, ...]


class MemberRule(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is to change of what a member may do, and call; None is left as it is."""

    role: Role | None = None
    languages: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None


class TalkedOfLater(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A correction of a record, or a word on the script: `GET told`, the newest first."""

    at: datetime
    caller: str
    kind: Literal["report", "remark"]
    about: str
    text: str
    voter_id: str = ""
    voter: str = ""


class Told(Struct, frozen=True):
    """What callers wrote down for the campaign."""

    told: tuple[TalkedOfLater, ...]


class ReportText(Struct, frozen=True):
    """`GET report?day=`: what came of a day's calls in the campaign's zone, or of all; lines of 80 columns at most."""

    text: str


# -- privacy -----------------------------------------------------------------------------------------------------------


class Sought(Struct, frozen=True):
    """What is looked for: in `POST voters/find` a name, a number, or the file's id; in `POST do-not-call/find` digits.

    It is in a body, since addresses stand in the logs of whatever is in front of a server.
    """

    text: str = ""


class FoundVoter(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One whom `POST voters/find` found."""

    voter_id: str
    name: str
    numbers: tuple[str, ...]
    list_name: str
    ended: str = ""


class FoundVoters(Struct, frozen=True):
    """The first so many; `more` where there are others."""

    voters: tuple[FoundVoter, ...]
    more: bool = False


class HeldOfVoter(Struct, frozen=True):
    """All that is held of a voter, table by table, as JSON: `GET voters/{voter_id}`. `DELETE` erases them."""

    voter_id: str
    name: str
    held: dict[str, list[dict[str, object]]]


class Erased(Struct, frozen=True):
    """What was erased of a voter; the tallies stay. `still` says in sentences where else they are: backups, systems."""

    voter_id: str
    records: int
    still: tuple[str, ...] = ()


class KeepUntil(Struct, frozen=True):
    """`GET` and `PUT keep-until`: the last day on which the campaign's voters are kept; none: until erased by hand."""

    day: date | None


class AuditEntry(Struct, frozen=True, omit_defaults=True):
    """One thing that was done; `by` is a name where the account still exists, `subject` an id, a count or a state.

    `whom` is the name of the member with whose id the subject begins.
    """

    at: datetime
    by: str
    action: str
    subject: str = ""
    whom: str = ""


class AuditLog(Struct, frozen=True):
    """`GET audit?before=`: the newest first; `before` asks for older ones, 0 where there are none."""

    entries: tuple[AuditEntry, ...]
    before: int = 0


# Made here, since msgspec crashes where two threads are the first to read a shape.
decode_evening = msgspec.json.Decoder(Evening).decode
decode_source = msgspec.json.Decoder(CampaignSource).decode
decode_checked = msgspec.json.Decoder(CheckedFile).decode
decode_link = msgspec.json.Decoder(InvitationLink).decode
decode_invitations = msgspec.json.Decoder(OpenInvitations).decode
decode_taken_answer = msgspec.json.Decoder(TakenAnswer).decode
decode_members = msgspec.json.Decoder(Members).decode
decode_told = msgspec.json.Decoder(Told).decode
decode_report = msgspec.json.Decoder(ReportText).decode
decode_found = msgspec.json.Decoder(FoundVoters).decode
decode_held = msgspec.json.Decoder(HeldOfVoter).decode
decode_erased = msgspec.json.Decoder(Erased).decode
decode_keep_until = msgspec.json.Decoder(KeepUntil).decode
decode_audit = msgspec.json.Decoder(AuditLog).decode
