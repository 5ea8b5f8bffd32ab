"""The story of a volunteer's whole shift: what happens, which keys do it on the screen, which lines in plain mode.

Every step is told once. A key is named as on the keyboard, and whatever is longer is typed and ended by Enter; in plain
mode each is a line of its own, unless the step has other lines for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec import Struct

from phonetui.demo.server import CAMPAIGN
from tests.end_to_end.own_campaign import Line, Organiser
from tests.end_to_end.two_ways import Way

#: The keys that have names: what the terminal sends, and the word for it in plain mode.
NAMED = {"space": (" ", "on"), "enter": ("\r", "enter"), "escape": ("\x1b", "esc")}
#: Keys that the screen wants beyond what the script itself asks for.
FOR_NOT_HOME, BESIDE_A_TALK = 1, 2


class World(Struct):
    """What there is beside the volunteer: the organiser, who types commands, and the line."""

    organiser: Organiser
    line: Line


class Step(Struct, frozen=True, kw_only=True):
    """The volunteer does something. `voter` is on the screen before it, `told` is what comes of it.

    Plain mode has other words for that where there is `said`.
    Of the keys so many, `answers`, are the script's own: digits, or a key that opens a line and what is typed in it.
    """

    what: str
    voter: str = ""
    keys: Sequence[str] = ()
    lines: Sequence[str] | None = None
    told: str = ""
    said: str = ""
    answers: Sequence[str] = ()
    at_most: int | None = None

    def happens(self, way: Way, world: World) -> None:
        """In one way or the other; no more keys than `at_most` beside the answers."""
        if self.voter:
            way.is_at(self.voter)
        before = way.pressed
        lines = self.keys if self.lines is None else self.lines
        way.does([_pressed(key) for key in self.keys], [_typed(line) for line in lines])
        if self.told:
            way.is_told(self.told, self.said or self.told)
        if self.at_most is not None:
            pressed = way.pressed - before
            assert pressed <= self.at_most + way.counts([_pressed(key) for key in self.answers]), self.what


class Meanwhile(Struct, frozen=True):
    """Something happens that the volunteer does not do."""

    what: str
    do: Callable[[Way, World], None]

    def happens(self, way: Way, world: World) -> None:
        """It does."""
        self.do(way, world)


def _pressed(key: str) -> str:
    return NAMED[key][0] if key in NAMED else key if len(key) == 1 else f"{key}\r"


def _typed(line: str) -> str:
    return NAMED[line][1] if line in NAMED else line


# -- what calls come to ------------------------------------------------------------------------------------------------


def result(voter: str, *keys: str, told: str, lines: Sequence[str] | None = None, what: str = "") -> Step:
    """A call, and what came of it."""
    return Step(what=what or f"{voter}: {told}", voter=voter, keys=keys, lines=lines, told=told)


def not_home(voter: str, whom: str, line: str = "n") -> Step:
    """Nobody answers: one key."""
    told = f"Not home saved for {whom}"
    return Step(what=f"{voter}: {told}", voter=voter, keys="n", lines=(line,), told=told, at_most=FOR_NOT_HOME)


def talk(voter: str, whom: str, *answers: str, lines: Sequence[str] | None = None) -> Step:
    """The disclosure is read, then the script with its answers to the end, where Enter saves what the step names."""
    return Step(
        what=f"a talk with {voter}",
        voter=voter,
        keys=("space", *answers, "enter"),
        lines=lines,
        told=f"Talked saved for {whom}",
        answers=answers,
        at_most=BESIDE_A_TALK,
    )


def practised(voter: str, *keys: str) -> Step:
    """An invented voter gets the right result."""
    return Step(what=f"practice: {voter}", voter=voter, keys=keys, told="Right: ")


def is_dialed(voter: str) -> Step:
    """Something dials the voter, who answers."""
    return Step(
        what=f"{voter} is dialed", voter=voter, keys=("enter",), lines=("",), told="● Talking", said="Answered."
    )


def told(what: str) -> Step:
    """Something comes by itself, and the volunteer sees it."""
    return Step(what=f"“{what}” is told", told=what)


def everything_is_sent() -> Meanwhile:
    """The campaign has all results, and has lent others in return."""
    return Meanwhile("everything is sent", lambda way, world: way.is_sent())


# -- what others do ----------------------------------------------------------------------------------------------------

QUESTION, ANSWER = "Do we drive to the early polling place too?", "Yes, on both Saturdays."
NOTICE = "Polls close at 7 pm everywhere."


def _answer(way: Way, world: World) -> None:
    asked = world.organiser.types("questions", CAMPAIGN)
    assert QUESTION in asked, asked
    world.organiser.types("answer", CAMPAIGN, asked.partition(" ")[0], ANSWER)


def _give_notice(way: Way, world: World) -> None:
    world.organiser.types("notice", CAMPAIGN, NOTICE)


def time_goes_by(**time: int) -> Meanwhile:
    """Nobody waits for it in this test."""
    return Meanwhile("time goes by", lambda way, world: world.organiser.moves_on(timedelta(**time)))


def _leave_and_start(way: Way, world: World) -> None:
    way.leaves("All of it is sent. Thank you!")
    way.starts()


# -- the story ---------------------------------------------------------------------------------------------------------

PRACTICE: tuple[Step | Meanwhile, ...] = (
    told("Practise once first"),
    Step(what="practice begins", keys="%"),
    practised("Nora Okafor", "n"),
    is_dialed("Grace Bell"),
    practised("Grace Bell", "space", "1", "1", "1", "1", "enter"),
    practised("Ray Novak", "n"),
    result("Tom Weaver", "n", told="Not “Not home” but “Refused”", what="practice: a mistake"),
    practised("Iris Chen", "c", "1"),
    practised("Walt Brandt", "w"),
    practised("Mia Lund", "c", "2"),
    practised("Carlos Ibarra", "space", "1", "1", "1", "1", "enter"),
    practised("Joan Pratt", "space", "1", "2", "2", "2", "enter", "Saturday", "enter"),
    Step(what="practice: the last", voter="Earl Stone", keys="!!", told="Practice: 9 of 10 right."),
    told("The campaign knows that you have practised."),
    Step(what="practice ends", keys="q"),
)
MORNING: tuple[Step | Meanwhile, ...] = (
    not_home("Donna Whitaker", "Donna"),
    everything_is_sent(),
    result("Sanjay Chaudhary", "x", told="Disconnected saved for Sanjay", lines=["disconnected"]),
    everything_is_sent(),
    talk("Soo-Jin De La Cruz", "Soo-Jin", "1", "1", "1", "1"),
    Step(
        what="the polling place goes out to Soo-Jin",
        keys=("f", "1", "3"),
        told="Copied; send it to (812) 555-0166.",
        said="Written down that it was sent",
    ),
    result("Felipe Acosta", "m", told="Moved saved for Felipe"),
    result("José De La Cruz", "r", told="Refused saved for José"),
    result("Priya Chaudhary", "b", told="Busy saved for Priya", lines=["busy"]),
    Step(what="José had moved, rather", keys=("o", "2", "1", "6", "4"), told="Corrected: Moved for José"),
    talk("Marcus Washington", "Marcus", "1", "2", "4", "2", "enter", "Saturday"),
    result("Liban J Warsame", "y", "w", told="Wrong number saved for Liban"),
    talk("Donna Ashworth", "Donna", "1", "5", "1"),
    result("Thomas Alan Ashworth", "r", told="Refused saved for Thomas"),
    result("Paul Ashworth", "d", "d", told="Deceased saved for Paul"),
    talk("Emily Ashworth", "Emily", "1", "5", "3", "enter", "25", "retired", "none"),
)

PROMISES: tuple[Step | Meanwhile, ...] = (
    result("Emily Jane Pruitt", "i", "ask again in spring", "r", told="Refused saved for Emily"),
    result("Lakshmi Chaudhary", "c", "1", told="Call back saved for Lakshmi", what="tonight"),
    result("Isaac K Nash", "space", "2", "space", "enter", "2", told="Call back saved for Isaac", what="tomorrow"),
    result("María Grace Soto", "v", "c", "3", "Sat morning", told="Call back saved for María", what="in words"),
    Step(what="a break", voter="Rodel Macaraeg", keys="p", told="On a break since"),
    time_goes_by(minutes=10),
    Step(what="the break ends", keys=["space"], lines=[""], told="Welcome back, after 10 min"),
    Step(what="the shift's numbers", keys="=", told="This shift 12 9 75%", said="This shift: 12 calls, 9 people"),
    Step(what="back to the call", keys=["escape"], lines=[]),
    result("Rodel Macaraeg", "space", "1", "2", "enter", told="Language saved for Rodel"),
    result("Nadia Grace Peña", "h", "1", told="Hold off saved for Nadia"),
    talk("Tuấn Trần", "Tuấn", "1", "1", "3", "3", "1", "3", "space"),
    result("Mai K Trần", "l", told="Language saved for Mai"),
    result("Denise Ann St. John", "c", "4", "3", "in 20 minutes", told="Call back saved for Denise", what="to me"),
    result("Marisol Dela Cruz", "n", told="Not home saved for Marisol", what="a slip of the finger"),
    Step(what="it is taken back", keys="u", told="Taken back"),
    result("Marisol Dela Cruz", "!", "!", told="Do not call saved for Marisol"),
    result("Wesley Nash", "s", told="Skipped; somebody will call later"),
    everything_is_sent(),
    Meanwhile("phonetui is left, and started again", _leave_and_start),
)
HELP: tuple[Step | Meanwhile, ...] = (
    talk(
        "Joseph Begay",
        "Joseph",
        *("1", "1", "4", "2", "3", "enter", "enter", "after six at the side door"),
        lines=("on", "1", "1", "4", "2", "3", "enter", "after six at the side door", "enter"),
    ),
    Step(what="a question", voter="Samira T Khoury", keys=("space", "1", "a", QUESTION, "2"), told="Asked; the answer"),
    Meanwhile("the organiser answers", _answer),
    told(ANSWER),
    Step(what="the answer has been read", keys="*", lines=[]),
    Step(
        what="an answer at hand",
        keys=("/", "registered"),
        lines=("/", "registered", "1"),
        told="You are on the list we have.",
    ),
    Step(what="back to the script", keys=["escape"], lines=[]),
    result("Samira T Khoury", "t", told="Talked saved for Samira"),
    Step(what="a wrong record", voter="Khalid Khoury", keys=("e", "1", "Halid"), told="Written down for the campaign"),
    everything_is_sent(),
    time_goes_by(minutes=20),
    Step(what="a word about the script", keys=("g", "who answers?"), told="Written down for the campaign"),
    Step(what="try now", keys=".", told="The campaign server was asked just now."),
    Meanwhile("Denise is lent again", lambda way, world: way.has_on_hand(16)),
    result("Khalid Khoury", "n", told="Not home saved for Khalid"),
    Step(what="the call back is due", voter="Denise Ann St. John", told="You promised to call at"),
    talk("Denise Ann St. John", "Denise", "1", "2", "5", "4", "enter", "tomorrow"),
)
WITHOUT_A_LINE: tuple[Step | Meanwhile, ...] = (
    Meanwhile("the line goes away", lambda way, world: world.line.goes_away()),
    Meanwhile("phonetui says so", lambda way, world: way.is_offline()),
    not_home("Khalid Alan Al-Masri Sr.", "everyone at this number"),
    result("Donna Hartley", "c", "3", "in 20 minutes", told="Call back saved for Donna"),
    result("Heather Hartley", "r", told="Refused saved for Heather"),
    talk("Susan Ann Hartley", "Susan", "1", "1", "3", "enter", "Nov 1"),
    not_home("Marisol Macaraeg", "Marisol"),
    time_goes_by(minutes=20),
    not_home("Leilani Kealoha", "Leilani"),
    Step(what="the call back is due", voter="Donna Hartley", told="You promised to call at"),
    talk("Donna Hartley", "Donna", "1", "1", "1", "1"),
    Meanwhile("the line comes back", lambda way, world: world.line.comes_back()),
    Step(what="now", keys="."),
    everything_is_sent(),
    Meanwhile("a notice", _give_notice),
    told(NOTICE),
    Step(what="the notice has been read", keys="*", lines=[]),
)
EVENING: tuple[Step | Meanwhile, ...] = (
    not_home("Stanisław Alan Kowalski", "Stanisław"),
    result("Zoë Landry", "r", told="Refused saved for Zoë"),
    result("Étienne Landry", "w", told="Wrong number saved for Étienne"),
    talk("Sanjay Chaudhary", "Sanjay", "1", "5"),
    not_home("Wesley Nash", "Wesley"),
    everything_is_sent(),
    Meanwhile("the shift is over", lambda way, world: way.leaves("All of it is sent. Thank you!")),
)

STORY = (*PRACTICE, *MORNING, *PROMISES, *HELP, *WITHOUT_A_LINE, *EVENING)
