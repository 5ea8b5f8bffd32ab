"""A campaign: what one YAML file describes. `core/campaign_file.py` reads it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from phonetui.core.phone_call import Pace
from phonetui.core.translation import spoken

#: All result keys stay in view, so there is room for this many.
MOST_DISPOSITIONS = 15

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: Nobody calls more households in a day. An exchange names all that a laptop holds, so the cap keeps it small, too.
MOST_TAKEN_ALONG = 500

#: As a closing time: the midnight at the end of the day.
MIDNIGHT = time(0)

#: Words by language code; a campaign's first language stands in for one that is missing.
Words = dict[str, str]

#: Why the campaign server itself ends a voter. No disposition has one of these ids, or the two could not be told apart.
ENDED_BY_SERVER = ("voted", "removed", "erased", "do-not-call", "no-number")


class Disposition(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The campaign's name for what came of an attempt.

    `about` says whom it speaks of: the number (and so everyone who shares it) or the person.
    `ends` means that the number, or the person, is not called again; otherwise they come back after `again_after`.
    `suppresses` puts the number on the do-not-call list. `confirm` asks for the same key once more. `call_back` asks
    for the time that the voter was promised, `quiet` for the day before which they do not want to be called.
    """

    id: str
    key: str
    label: Words
    about: Literal["number", "person"]
    contact: bool = False
    ends: bool = False
    again_after: timedelta = timedelta(hours=20)
    confirm: bool = False
    suppresses: bool = False
    talk: bool = False
    call_back: bool = False
    quiet: bool = False


class Answer(Struct, frozen=True, omit_defaults=True):
    """A numbered answer and where it goes: a step's id, or the next step when empty."""

    id: str
    label: Words
    goto: str = ""


#: Of `one`, a `scale` and an `event` to sign up for, one answer is chosen, of `several` any; the others are typed.
QuestionKind = Literal["one", "several", "scale", "event", "number", "date", "text", "pledge"]
TYPED: tuple[QuestionKind, ...] = ("number", "date", "text", "pledge")


class Question(Struct, frozen=True, omit_defaults=True):
    """What is asked at a step. Its `id` names the answer column in the results.

    `least` and `most` bound a number, and the amount of a pledge, which is in whole units of the campaign's currency.
    `rules` is what must be read out before the question: of a pledge, who may give and how much. `employer` asks those
    who pledge for occupation and employer, too: 11 CFR 100.12 wants both.
    `required`: the script goes on only with an answer. `ahead`: a date that is past is none.
    """

    id: str
    ask: Words
    answers: tuple[Answer, ...] = ()
    kind: QuestionKind = "one"
    required: bool = False
    least: int | None = None
    most: int | None = None
    rules: Words = {}
    employer: bool = False
    ahead: bool = False


class Condition(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """For whom, and when, a step is meant: all that is named here must hold, and of several values one is enough.

    `answers` are ids of answers by question, `languages` codes, `voted_in` elections in which the voter has voted.
    `starts` and `ends` are the first and the last day, in the voter's time.
    """

    answers: dict[str, tuple[str, ...]] = {}
    languages: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    voted_in: tuple[str, ...] = ()
    youngest: int | None = None
    oldest: int | None = None
    starts: date | None = None
    ends: date | None = None


class Step(Struct, frozen=True, omit_defaults=True):
    """What to say, and perhaps a question. `ends` marks a last step, `disclosure` what is read out as it is.

    A step whose `when` does not hold, or whose `unless` does, is passed over as if it were not there.
    `disposition` is the result that a call which ends at this step has; a key saves it.
    """

    id: str
    say: Words = {}
    question: Question | None = None
    goto: str = ""
    ends: bool = False
    disclosure: bool = False
    when: Condition | None = None
    unless: Condition | None = None
    disposition: str = ""


class Hours(Struct, frozen=True):
    """Calling is allowed from `opens` up to, not at, `closes`, in the voter's own time; `MIDNIGHT` ends the day."""

    opens: time
    closes: time


class CallingRules(Struct, frozen=True, kw_only=True):
    """When and how often a voter may be called. `hours` lists only the days on which calls are made.

    The hours a campaign may choose from are bounded by 47 CFR 64.1200(c)(1): 8 am to 9 pm at the called party's place.
    """

    hours: dict[Weekday, Hours]
    holidays: tuple[date, ...] = ()
    attempts_per_day: int = 1
    attempts_in_all: int = 4


class Reply(Struct, frozen=True, omit_defaults=True):
    """A question that voters put to callers, and what the campaign answers."""

    question: Words
    answer: Words


class FollowUp(Struct, frozen=True, omit_defaults=True):
    """A text message or a mail that callers may send after a talk; it may name fields in braces, as a script may."""

    id: str
    by: Literal["text", "mail"]
    label: Words
    text: Words
    subject: Words = {}


class PhoneBank(Struct, frozen=True, omit_defaults=True):
    """A time at which many call together, for which callers can sign up."""

    id: str
    starts: datetime
    ends: datetime
    label: Words = {}


class Dialing(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the campaign lets its callers' engines do. `paces` are those it allows.

    `power_mobiles`: a countdown may dial mobiles, and numbers of no known kind. 47 USC 227(b)(1)(A)(iii) is about
    devices that dial those by themselves: whether this is one is for the campaign's lawyer to say. `hide_numbers`:
    calls go over the bridge alone, and laptops get no numbers. `ring` is how long a phone rings.
    """

    paces: tuple[Pace, ...] = ("manual", "preview")
    power_mobiles: bool = False
    hide_numbers: bool = False
    ring: timedelta = timedelta(seconds=25)


class Campaign(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one campaign file says. `version` is the server's count of the files it was given for this campaign.

    `election` is what callers call the election; `defaults` says what stands in for a field that a voter has not.
    `take_along` is how many households one caller may take along in a day, to call them without a line.
    `practice_first`: a caller practises once before voters are lent. `board` shows callers who want it each other's
    counts. `currency` is that of pledges, by its ISO 4217 code.
    """

    campaign_id: str
    name: str
    organisation: str
    languages: tuple[str, ...]
    starts: date
    ends: date
    calling: CallingRules
    dispositions: tuple[Disposition, ...]
    steps: tuple[Step, ...]
    election: Words = {}
    replies: tuple[Reply, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    phone_banks: tuple[PhoneBank, ...] = ()
    practice_first: bool = False
    board: bool = False
    currency: str = "USD"
    defaults: dict[str, Words] = {}
    goal: int = 40
    take_along: int = 100
    dialing: Dialing = Dialing()
    zone: str = "America/New_York"
    version: int = 0

    def words(self, words: Words, language: str = "") -> str:
        """The words in `language`, the caller's where none is named; else in the campaign's first, else in any."""
        for code in (language or spoken(), *self.languages):
            if code in words:
                return words[code]
        return next(iter(words.values()), "")

    def disposition(self, disposition_id: str) -> Disposition | None:
        """The disposition of that id; None for one that the campaign no longer has."""
        return next((d for d in self.dispositions if d.id == disposition_id), None)

    def step(self, step_id: str) -> Step | None:
        """The script step of that id; None for one that the script no longer has."""
        return next((s for s in self.steps if s.id == step_id), None)


#: Made here, since msgspec crashes where two threads are the first to read a shape.
decode_campaign = msgspec.json.Decoder(Campaign).decode
