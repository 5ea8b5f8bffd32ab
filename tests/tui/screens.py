"""Every screen, and every state of one that looks different: what the desk is like, and the keys that lead there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from phonetui.client.journal_records import Told
from phonetui.client.journal_refusals import DiskFull, JournalDamaged
from phonetui.client.pacing import Pacing
from phonetui.client.phone_line import PhoneLine
from phonetui.client.phone_view import PhoneView
from phonetui.client.phone_words import ENDED, PLACED_NOBODY
from phonetui.client.reason import Reason
from phonetui.client.rejections import Rejections
from phonetui.client.today import MadeCall, Today
from phonetui.client.view import Line, Offered
from phonetui.client.waiting import coming, why
from phonetui.core.campaign import Answer, Campaign, FollowUp, Question, Step
from phonetui.core.event import HelpQuestion, Outcome
from phonetui.core.pacer import Stage
from phonetui.core.standard_dispositions import QUIET
from phonetui.core.tally import Tally
from phonetui.core.translation import tr
from phonetui.dial.dialer import Cap
from phonetui.wire import Board, Lease, OnBoard, Out
from tests.tui.desk_in_memory import DeskClock, DeskInMemory
from tests.tui.other_campaigns import SCHOOLS, TURNOUT, Clock, Server, elsewhere
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS, NEW_YORK, NOW

HOST = "calls.example.org"
#: Where the calls are kept that cannot be.
JOURNAL = Path("/home/dana/.local/share/phonetui/riverside/calls.journal")

Before = Callable[[DeskInMemory], None]


class State(NamedTuple):
    """The keys that lead there, and what the desk is like before."""

    keys: tuple[str, ...] = ()
    before: Before = lambda desk: None


# -- what the desk is like -------------------------------------------------------------------------------------------


def nobody(desk: DeskInMemory, line: Line, out: Out | None = None, **known: datetime) -> None:
    """Nobody is on the screen, and it says why."""
    desk.to_call = []
    desk.line = line
    campaign, opens, ended = desk.campaign, known.get("opens_at"), known.get("ended")
    desk.waiting = why(campaign, "open", line, out or Out(), opens, ended, desk.unsent, NOW, NEW_YORK)


def connecting(desk: DeskInMemory) -> None:
    desk.campaign = None
    desk.to_call, desk.on_hand, desk.line, desk.waiting = [], 0, Line("connecting"), coming()


def no_connection_yet(desk: DeskInMemory) -> None:
    desk.campaign, desk.on_hand, desk.unsent = None, 0, 3
    why_not = tr("Nothing answers at {host}; check the address, or ask whether the server is running.", host=HOST)
    nobody(desk, Line("offline", NOW, NOW + timedelta(seconds=20), why_not))


def closed_for_the_day(desk: DeskInMemory) -> None:
    nobody(desk, Line("online"), opens_at=datetime(2026, 11, 22, 9, tzinfo=NEW_YORK))


def out_of_voters(desk: DeskInMemory) -> None:
    """At the end of a day without a network, in which every result came up."""
    results = {each.id: 61 // (place + 1) for place, each in enumerate(CAMPAIGN.dispositions)}
    reached = frozenset(map(str, range(57)))
    desk.on_hand, desk.unsent = 0, 187
    desk.today = Tally(attempts=187, contacted=reached, talked_to=frozenset("abc"), results=results)
    line = Line("offline", NOW - timedelta(hours=7), NOW + timedelta(minutes=4))
    nobody(desk, line, ended=NOW - timedelta(minutes=12))


def list_is_done(desk: DeskInMemory) -> None:
    desk.on_hand = 0
    nobody(desk, Line("online"))


def others_have_them(desk: DeskInMemory) -> None:
    desk.on_hand = 0
    nobody(desk, Line("online"), Out(with_others=12, resting=3, next_at=NOW + timedelta(minutes=40)))


def signed_out(desk: DeskInMemory) -> None:
    desk.unsent = 3
    nobody(desk, Line("signed_out"))


def no_longer_lent(desk: DeskInMemory) -> None:
    desk.typed_is_lost = True


def taken_along(desk: DeskInMemory) -> None:
    desk.on_hand, desk.lent_until, desk.taken_along = 87, NOW + timedelta(hours=5), True


def offline(desk: DeskInMemory) -> None:
    desk.line = Line("offline", NOW - timedelta(minutes=31), NOW + timedelta(seconds=12))
    desk.unsent = 3


def plug_out(desk: DeskInMemory) -> None:
    desk.line = Line("slow")
    desk.unsent = 1
    desk.offered = {"plug": Offered(tr("plug in"), tr("the plug is out"))}


def disk_full(desk: DeskInMemory) -> None:
    desk.refusing = str(DiskFull.of(JOURNAL))


def damaged(desk: DeskInMemory) -> None:
    desk.refusing = str(JournalDamaged.of(JOURNAL))


def rejected(desk: DeskInMemory) -> None:
    rejections = Rejections(())
    desk.rejected, desk.said = 2, rejections.add([Reason("", "unknown-voter")] * 2)
    desk.tell_rejected = rejections.tell  # type: ignore[method-assign]


def after_closing(desk: DeskInMemory) -> None:
    desk.now = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)


def promised(desk: DeskInMemory) -> None:
    desk.promised_at = NOW.astimezone(NEW_YORK) - timedelta(minutes=12)


def wide_names(desk: DeskInMemory) -> None:
    desk.to_call = [HOUSEHOLDS[2]]


def several_campaigns(desk: DeskInMemory) -> None:
    desk.elsewhere = elsewhere(Server(msgspec.structs.replace(TURNOUT, phone_banks=()), SCHOOLS))


def phone_banks(desk: DeskInMemory) -> None:
    desk.elsewhere = elsewhere(Server(TURNOUT, SCHOOLS))


# -- the script's steps ----------------------------------------------------------------------------------------------

DISCLOSURE = Step("paid", {"en": "This call is paid for by {organisation} and recorded."}, disclosure=True)
SEVERAL = Question(
    "issues",
    {"en": "What would you like to hear more about?"},
    tuple(Answer(word.lower(), {"en": word}) for word in ("Schools", "Roads and buses", "Housing", "Taxes")),
    "several",
    required=True,
)
SCALE = Question(
    "support",
    {"en": "From 1 to 5, how likely is it?"},
    (Answer("1", {"en": "Not likely"}), *(Answer(str(n), {}) for n in (2, 3, 4)), Answer("5", {"en": "Certain"})),
    "scale",
)
SEATS = Question("seats", {"en": "How many of you are there?"}, kind="number", least=1, most=6, required=True)
DAY = Question("vote_on", {"en": "What day would be good for you?"}, kind="date")
GIFT = Question(
    "gift",
    {"en": "Would you pledge something for our telephones?"},
    kind="pledge",
    least=5,
    most=500,
    employer=True,
    rules={"en": "Only citizens and permanent residents may give, from their own money, at most 500 dollars."},
)
TEXT = Question("ride", {"en": "What time suits you, and where shall the driver ring?"}, kind="text")
THANKS = Step("end", {"en": "Thank you, {first_name}, and have a good day!"}, ends=True, disposition="talked")
LONG = Step("long", {"en": "\n".join(f"Line {number} of a long word to the voter." for number in range(1, 61))})


def script(*steps: Step | Question) -> Before:
    """These steps, read to somebody who speaks the script's first language."""
    read = tuple(Step(each.id, question=each) if isinstance(each, Question) else each for each in steps)

    def before(desk: DeskInMemory) -> None:
        desk.to_call = [HOUSEHOLDS[1]]
        desk.campaign = with_changes(steps=(*read, THANKS))

    return before


def with_changes(**changes: object) -> Campaign:
    return msgspec.structs.replace(CAMPAIGN, **changes)


def may_be_left_alone(desk: DeskInMemory) -> None:
    desk.campaign = with_changes(dispositions=(*CAMPAIGN.dispositions, QUIET))


# -- the campaign tells, the supervisor answers, messages go out -------------------------------------------------------

MOVED = Told("17", NOW, "The polling place at Mill School has moved to the library.")
LATER = Told("18", NOW, " ".join(["The office opens later than usual on the day of the election."] * 7))
ASKED = HelpQuestion(id="q1", seq=1, at=NOW, campaign_id="riverside", text="May students vote here?")
ANSWER = Told("19", NOW, "Yes, where they live.", "q1")
PLACE = FollowUp("place", "text", {"en": "Polling place"}, {"en": "You vote at {polling_place}."})
EVENT = FollowUp("event", "mail", {"en": "Event"}, {"en": "Come at six."}, {"en": "Saturday"})


def told(*notices: Told) -> Before:
    return lambda desk: setattr(desk, "told", notices)


def asked(desk: DeskInMemory) -> None:
    desk.asked, desk.told = (ASKED, msgspec.structs.replace(ASKED, id="q2", text="How late can I call?")), (ANSWER,)


def messages(desk: DeskInMemory) -> None:
    desk.campaign = with_changes(follow_ups=(PLACE, EVENT))


# -- the shift -------------------------------------------------------------------------------------------------------


def outcome(seq: int, minutes: int, result: str, **answers: str) -> Outcome:
    """What came of a call that was over so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    return Outcome(
        id=f"e{seq}",
        seq=seq,
        at=at,
        campaign_id="riverside",
        voter_id=HOUSEHOLDS[0].voters[0].voter_id if seq == 1 else f"v{seq}",
        disposition=result,
        number_ending="01",
        answers=answers,
        talked=bool(answers),
        shown_at=at - timedelta(minutes=5),
    )


CALLS = (outcome(1, 40, "talked", plan="sure"), outcome(2, 20, "not_home"), outcome(3, 2, "not_home"))


def after_three_calls(desk: DeskInMemory) -> None:
    desk.shift.add(CALLS)
    desk.pacing = Pacing(desk.shift, Today(CALLS), DeskClock(desk))
    tickets = {voter.voter_id: "t" for voter in HOUSEHOLDS[0].voters}
    lease = Lease(HOUSEHOLDS[0], NOW + timedelta(hours=2), tickets)
    desk.made = (
        MadeCall("e2", CALLS[1].at, CALLS[1], "sent"),
        MadeCall("e1", CALLS[0].at, CALLS[0], "unsent", lease),
    )


class Seen(Server):
    """Callers who want to be seen."""

    async def board(self, campaign_id: str) -> Board:
        return Board((OnBoard("Ana", 41, 9), OnBoard("Dana", 3, 1)))


def with_board(desk: DeskInMemory) -> None:
    after_three_calls(desk)
    desk.campaign, desk.elsewhere = with_changes(board=True), elsewhere(Seen(TURNOUT))


class SteadyClock(Clock):
    """A second goes by whenever somebody asks."""

    def __init__(self) -> None:
        super().__init__()
        self._tick = 0.0

    def tick(self) -> float:
        self._tick += 1
        return self._tick


def to_practise(desk: DeskInMemory) -> None:
    desk.elsewhere = elsewhere(Server(TURNOUT))
    desk.elsewhere.clock = SteadyClock()


# -- what dials ------------------------------------------------------------------------------------------------------

EVERYTHING: frozenset[Cap] = frozenset({"state", "hangup", "mute", "dtmf"})
SHOWN = PhoneView(engine="fake", caps=EVERYTHING, pace="preview", stage=Stage.SHOWN, can_dial=True)
TALKING = PhoneView(
    engine="fake", caps=EVERYTHING, pace="preview", stage=Stage.TALKING, state="talking", talked_for=42, answers=1
)


class StillLine(PhoneLine):
    """A line that stands as it is, whatever is pressed."""

    def __init__(self, desk: DeskInMemory, shown: PhoneView) -> None:
        super().__init__(DeskClock(desk))
        self._standing = shown

    @property
    def view(self) -> PhoneView:
        return self._standing

    def press(self, digits: str) -> None:
        """They go out."""


def line(shown: PhoneView, **changes: object) -> Before:
    return lambda desk: setattr(desk, "phone", StillLine(desk, msgspec.structs.replace(shown, **changes)))


def busy(desk: DeskInMemory) -> None:
    over = {"stage": Stage.OVER, "state": "ended", "redials": True, "offered": "busy", "said": tr(ENDED["busy"])}
    line(SHOWN, **over)(desk)


def line_failed(desk: DeskInMemory) -> None:
    line(SHOWN, said=tr(PLACED_NOBODY["trunk_error"]), alarm=True)(desk)


def read_by_a_phone(desk: DeskInMemory) -> None:
    over = {"stage": Stage.OVER, "state": "handed_off", "redials": True, "said": tr("Your phone has the number")}
    line(SHOWN, engine="qr", caps=frozenset(), **over)(desk)


STATES: Mapping[str, State] = {
    # the call
    "voter": State(),
    "question": State(("n", "space", "2", "backspace")),
    "confirming": State(("!",)),
    "offline": State(("n",), offline),
    "plug_out": State(("n",), plug_out),
    "taken_along": State(("n",), taken_along),
    "same_call": State(("r",)),
    "promised": State((), promised),
    "after_closing": State((), after_closing),
    "wide_names": State((), wide_names),
    "details": State(("tab",)),
    "taken_back": State(("n", "u")),
    "skipped": State(("s",)),
    "skip_asked": State(("i", "x", "enter", "s")),
    "leaving": State(("q",)),
    "copied": State(("y",)),
    "disk_full": State(("n",), disk_full),
    "damaged": State(("n",), damaged),
    "rejected": State((), rejected),
    # what dials
    "to_dial": State((), line(SHOWN)),
    "ringing": State((), line(SHOWN, stage=Stage.PLACED, state="ringing", can_dial=False)),
    "talking": State((), line(TALKING)),
    "muted": State(("space",), line(TALKING, muted=True)),
    "busy_offered": State((), busy),
    "counting": State((), line(SHOWN, pace="power", stage=Stage.COUNTING, seconds_left=2.4)),
    "paused": State((), line(SHOWN, pace="power", pauses=True)),
    "line_failed": State((), line_failed),
    "keypad": State(("#", "1", "2"), line(TALKING)),
    "call_to_end": State(("q",), line(TALKING)),
    "undo_in_call": State(("u",), line(TALKING)),
    "number_code": State((), read_by_a_phone),
    "large_number": State((":",)),
    # the script's steps
    "disclosure": State(("t",), script(DISCLOSURE)),
    "several": State(("2", "4"), script(SEVERAL)),
    "answer_wanted": State(("space",), script(SEVERAL)),
    "scale": State(("4", "backspace"), script(SCALE)),
    "number": State((), script(SEATS)),
    "number_refused": State(("9", "enter"), script(SEATS)),
    "date": State(("enter",), script(DAY)),
    "pledge": State(("2", "5", "enter", "N", "enter"), script(GIFT)),
    "text": State(("enter", "S", "i", "x"), script(TEXT)),
    "letter": State(("r",), script(TEXT)),
    "long_step": State(("space",), script(LONG)),
    "last_step": State(("space",), script(DISCLOSURE)),
    "other_language": State(("v", "space")),
    # nobody to call
    "connecting": State((), connecting),
    "no_connection_yet": State((), no_connection_yet),
    "waiting": State((), closed_for_the_day),
    "out_of_voters": State((), out_of_voters),
    "list_is_done": State((), list_is_done),
    "others_have_them": State((), others_have_them),
    "signed_out": State((), signed_out),
    # questions
    "note": State(("i", *"hello")),
    "call_back": State(("c",)),
    "call_back_to_me": State(("c", "4")),
    "call_back_in_words": State(("c", "3", *"10pm", "enter")),
    "left_alone": State(("h",), may_be_left_alone),
    "wrong_record": State(("e",)),
    "right_record": State(("e", "2")),
    "remark": State(("g",)),
    "sign_in": State(("f5",), signed_out),
    "export": State(("f8",), offline),
    "export_rejected": State(("f8",), rejected),
    "take_along": State(("f6",)),
    "give_back": State(("q", "q"), taken_along),
    "leave_without": State(("q",), no_longer_lent),
    # to look up and to read
    "help": State(("?",)),
    "help_end": State(("?", *["space"] * 9)),
    "answers": State(("/", "i", "d")),
    "all_answers": State(("/", "down", "tab")),
    "no_answer": State(("/", *"zebra")),
    "notice": State((), told(MOVED, LATER)),
    "long_notice": State((), told(LATER)),
    "notices": State(("*",), told(msgspec.structs.replace(MOVED, seen=True), LATER)),
    "ask": State(("a", *"May")),
    "ask_with_voter": State(("a", *"May", "enter")),
    "asked": State(("a",), asked),
    "follow_up": State(("space", "1", "f"), messages),
    "follow_up_how": State(("space", "1", "f", "1"), messages),
    "follow_up_code": State(("space", "1", "f", "1", "2"), messages),
    # the shift
    "campaigns": State(("j", "down"), several_campaigns),
    "phone_banks": State(("j",), phone_banks),
    "numbers": State(("=",), with_board),
    "no_numbers": State(("=",)),
    "review": State(("o",), after_three_calls),
    "correction": State(("o", "2"), after_three_calls),
    "right_result": State(("o", "2", "1"), after_three_calls),
    "break": State(("p",)),
    "practice": State(("%",), to_practise),
    "practice_judged": State(("%", "n", "n"), to_practise),
    "practice_end": State(("%", *["n"] * 10), to_practise),
    "blank": State(("z",)),
}
