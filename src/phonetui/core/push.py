"""What has to be told to another system, and what comes of telling it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from phonetui.core.campaign import Disposition
from phonetui.core.event import Outcome
from phonetui.core.voter import Voter

#: An outcome is told once it is this old, so that most undos and corrections never leave the campaign.
OLD_ENOUGH = timedelta(minutes=10)

#: waiting -> sending -> pushed | refused | waiting; `superseded` where a correction overtook one that waited, `lost`
#: where the system cannot be told at all. `in_part` is pushed, but for something that somebody can mend; told again, it
#: waits as any other does. The result of a `stranger`, who did not come from there, waits until they do. Whatever is
#: found `sending` at the start of a run is in doubt. What is refused in doubt stays so: an undo or a correction of it
#: is told as of one that is there perhaps.
State = Literal["waiting", "sending", "pushed", "in_part", "refused", "superseded", "stranger", "lost"]
OPEN: tuple[State, ...] = ("waiting", "sending")

#: `put_off`: the system did not take it, and says so; `unanswered`: nobody knows whether it did. `overtaken`: something
#: newer stands, or nothing. `stands_again`: what had overtaken it does not count after all.
Happening = Literal[
    "begins",
    "taken",
    "taken_in_part",
    "untellable",
    "refused",
    "put_off",
    "unanswered",
    "overtaken",
    "again",
    "stands_again",
    "unknown_there",
    "known_there",
]

NEXT: dict[tuple[State, Happening], State] = {
    ("waiting", "begins"): "sending",
    ("waiting", "overtaken"): "superseded",
    ("waiting", "untellable"): "lost",
    ("waiting", "refused"): "refused",
    ("sending", "begins"): "sending",
    ("sending", "taken"): "pushed",
    ("sending", "taken_in_part"): "in_part",
    ("sending", "untellable"): "lost",
    ("sending", "refused"): "refused",
    ("sending", "put_off"): "waiting",
    ("sending", "unanswered"): "sending",
    ("sending", "overtaken"): "superseded",
    ("in_part", "again"): "waiting",
    ("in_part", "overtaken"): "pushed",
    ("refused", "again"): "waiting",
    ("refused", "overtaken"): "superseded",
    ("superseded", "stands_again"): "waiting",
    ("waiting", "unknown_there"): "stranger",
    ("stranger", "known_there"): "waiting",
    ("stranger", "overtaken"): "superseded",
}


class Outgoing(Struct, frozen=True, kw_only=True):
    """One thing to tell: an outcome that stands, or, where `outcome` is None, that an attempt was taken back.

    `file_id` is the voter's id in the file, or the system, that the voter came from; empty where it gave none. `number`
    is the one that was called, in E.164, empty where it is no longer known. `caller` is the caller's name. `at` is when
    the attempt was made; `talk` whether the script was begun. `corrects` is what was pushed before for this attempt:
    `corrected` is that outcome, where it is still known, and `remote_id` what the system called it. What was told in
    part corrects itself. `corrects_since` is when the system was first told what this corrects, where it is not known
    whether it has it.
    """

    event_id: str
    attempt_id: str
    voter_id: str
    file_id: str
    voter: Voter
    number: str
    caller: str
    caller_id: str
    at: datetime
    talk: bool
    contact: bool
    outcome: Outcome | None
    disposition: Disposition | None
    corrects: str = ""
    corrected: Outcome | None = None
    remote_id: str = ""
    corrects_since: datetime | None = None

    @property
    def is_retold(self) -> bool:
        """Whether the system has it in part, and somebody may have mended what stood against the rest."""
        return self.corrects == self.event_id


class Pushed(Struct, frozen=True):
    """The system has it. `remote_id` is what it calls it; `said` is a sentence on what was lost on the way, if any.

    `in_part`: somebody can mend why something was lost, and have it told again.
    """

    remote_id: str = ""
    said: str = ""
    in_part: bool = False


class Lost(Struct, frozen=True):
    """The system has no way to be told of this, such as an undo; `said` says so in a sentence."""

    said: str
