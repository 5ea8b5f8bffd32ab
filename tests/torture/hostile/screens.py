"""The application in a terminal, its campaign hostile in every text: a caller looks at all that can be seen."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from phonetui.tui.blanking import WAKING
from tests.terminal import Terminal
from tests.torture.hostile.app import EVENING
from tests.torture.hostile.coming_out import written
from tests.torture.hostile.dealing import MARKS, Evening, mark

REPOSITORY = Path(__file__).parents[3]
#: Seconds that a person looks where nothing shows that a key was taken, and before a result.
A_LOOK, A_LONG_LOOK = 0.1, 0.3
#: Pages of one text, more than the longest has.
MOST_PAGES = 100
#: Where the lines between the columns stand, by the columns and rows of a window.
RULES = {(80, 24): (24, 61), (120, 40): (24, 97)}
#: The rows below the columns: what is said, and the status.
BELOW = 2
#: What begins and ends a frame, where the terminal says that it knows of them when it is asked.
FRAME, END_OF_FRAME = b"\x1b[?2026h", b"\x1b[?2026l"
FRAMES_ASKED, FRAMES = b"\x1b[?2026$p", "\x1b[?2026;2$y"
PAGE_DOWN = "\x1b[6~"
#: Said of a key that was read together with the one before.
TOO_FAST = "That came too fast"


def wrong_screens(evening: Evening, size: tuple[int, int], words: Sequence[str] = ()) -> Iterator[str]:
    """What is wrong with all that the application writes in the evening; `words` are the application's."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, EVENING).write_bytes(msgspec.json.encode(evening))
        command = [sys.executable, "-m", "tests.torture.hostile.app", folder, *words]
        environment = {"PYTHONPATH": str(REPOSITORY), "LANG": "C.UTF-8", "HOME": folder, "PATH": "/usr/bin:/bin"}
        with Terminal(command, environment, size) as terminal:
            shift = Shift(terminal, RULES[size])
            wrong = shift.goes_on(evening)
            shown = shift.reads(terminal.output)
    wrong += shift.wrong
    yield from wrong or _missing(evening, shown)


def _missing(evening: Evening, shown: str) -> Iterator[str]:
    """The real names that came out changed, and the strings that did not come out."""
    yield from (f"{name} is not shown as it is written" for name in evening.names if name not in shown)
    for seed, place in evening.places.items():
        if mark(seed) not in shown:
            yield f"string {seed}, in {place}, was on no screen"


#: What a key opens, by words of ours that stand there; what is typed there; and the keys that leave it.
VISITS = (
    ("/", "Answers", "o", "\x1b"),
    ("?", "Every key", " ", "\x1b"),
    ("\x10", "\N{RIGHT-POINTING MAGNIFYING GLASS}", "n", "\x1b"),
    ("!", "press ! again", "", "\x1b"),
    ("c", "1 tonight", "", "\x1b"),
    ("i", "Enter saves", "x", "\r"),
    ("e", "Wrong is the", "1", "\x1b"),
    (" ", "", "", "\x7f"),
    ("z", "any key to come back", "", "x"),
)


class Shift:
    """A caller at the terminal, who looks at every page of everything; `wrong` is what came out and must not."""

    def __init__(self, terminal: Terminal, rules: Sequence[int]) -> None:
        self._terminal = terminal
        self._rules = rules
        self._middle, self._beside = range(rules[0] + 1, rules[1]), range(rules[1])
        self._read = 0
        self._shown: list[str] = []
        self.wrong: list[str] = []

    def goes_on(self, evening: Evening) -> list[str]:
        """All voters; why it did not come to its end, or not to a good one."""
        try:
            self._calls(evening)
            if self.wrong:
                return []
            self._terminal.looks(A_LOOK)
            self._terminal.press("qq")
            code = self._terminal.ends()
        except AssertionError as error:
            return [str(error)]
        return [f"it ended with code {code}"] if code else []

    def _calls(self, evening: Evening) -> None:
        """Every page about every voter, and at every other one a screen more; the first thing that is wrong ends it."""
        campaign = evening.reply.campaign
        assert campaign is not None
        self._terminal.sees(lambda _: FRAMES_ASKED in self._terminal.output)
        self._terminal.press(FRAMES)
        for number in range(1, evening.voters + 1):
            if not self._sees_voter(number):
                return
            if number == 1:
                self._reads_notice()
                self._reads_script()
                self._reads_answers([reply.question["en"] for reply in campaign.replies])
            self._reads_details()
            if number % 2:
                self._visit(VISITS[(len(evening.names) + number // 2) % len(VISITS)])
            self._terminal.sees(self._in_place)
            self._leaves(number)

    def reads(self, output: bytes) -> str:
        """What has been written as text, with that which came since the last time; `output` ends before a sequence."""
        text, wrong = written(output[self._read :])
        self._read = max(self._read, len(output))
        self._shown.append(text)
        self.wrong += wrong
        return "".join(self._shown)

    def _sees_voter(self, number: int) -> bool:
        """Waits for the voter; False as soon as something wrong has come out."""

        def holds(text: str) -> bool:
            self.reads(self._terminal.output.rpartition(b"\x1b")[0])
            return bool(self.wrong) or f"555-{number:04}" in text

        self._terminal.sees(holds)
        return not self.wrong

    def _reads_notice(self) -> None:
        """It stays where it is until the caller has seen it, and one that is too long for that is read by itself."""
        self._terminal.sees("The campaign tells")
        self._terminal.press("*")
        self._terminal.sees(lambda text: "The campaign tells" not in text and self._is_whole())
        if "Esc closes" in self._terminal.text:
            self._sees("Esc closes")
            self._turns_all(" ", "Space more", self._middle)
            self._terminal.press("\x1b")
            self._terminal.sees(lambda text: "Esc closes" not in text)

    def _reads_script(self) -> None:
        self._sees("Space")
        for _ in range(MOST_PAGES):
            if "choose a result" in self._foot:
                return
            self._turns(" ", self._middle)

    def _reads_answers(self, questions: Sequence[str]) -> None:
        """Each of the voter's questions, found by its mark, with its answer."""
        marks = [found[0] for question in questions if (found := MARKS.search(question))]
        for sought in marks:
            self._terminal.press("/")
            self._terminal.sees(lambda text: "type a word" in text and self._is_whole())
            self._terminal.press(sought)
            self._lacks(*(each for each in marks if each != sought))
            self._turns_all(PAGE_DOWN, "PgDn more", self._beside)
            self._terminal.press("\x1b")
            self._lacks("Answers")

    def _lacks(self, *words: str) -> None:
        """Waits until none of the words are there any more."""
        self._terminal.sees(lambda text: self._is_whole() and not any(each in text for each in words))

    def _reads_details(self) -> None:
        self._terminal.press("\t")
        self._sees("Tab script")
        self._terminal.sees(self._in_place)
        self._turns_all(" ", "Space more", self._middle)
        self._terminal.press("\t")
        self._terminal.sees(lambda text: "Tab script" not in text)

    def _turns(self, key: str, columns: range) -> None:
        """Presses a key that turns to something else in these columns."""
        before = self._page(columns)
        self._terminal.press(key)
        self._terminal.sees(lambda _: self._is_whole() and self._page(columns) != before)
        if columns == self._middle:
            self._terminal.sees(self._in_place)

    def _sees(self, words: str) -> None:
        """Waits for words of ours under what is read, and for all that is drawn with them."""
        self._terminal.sees(lambda _: words in self._foot and self._is_whole())

    @property
    def _foot(self) -> str:
        """The last row of the columns. What is said may take rows from them for a moment: then it is not there yet."""
        return self._terminal.lines[-1 - BELOW]

    def _is_whole(self) -> bool:
        """Whether what was last begun to be drawn is all there."""
        output = self._terminal.output
        return output.rfind(END_OF_FRAME) > output.rfind(FRAME)

    def _page(self, columns: range) -> list[list[str]]:
        """The letters there, without marks: of those each painting puts more on a letter, in the terminal of a test."""
        return [[cell[:1] for cell in self._terminal.column(x)[1:-BELOW]] for x in columns]

    def _turns_all(self, key: str, more: str, columns: range) -> None:
        """The same as long as the screen says that there is more."""
        for _ in range(MOST_PAGES):
            if more not in self._foot:
                return
            self._turns(key, columns)

    def _visit(self, visit: tuple[str, str, str, str]) -> None:
        terminal = self._terminal
        opens, words, types, leaves = visit
        if opens == "!":
            terminal.looks(A_LONG_LOOK)  # a result's key too soon after a voter's coming is not meant
        terminal.press(opens)
        terminal.sees(words)
        terminal.press(types)
        terminal.looks(A_LOOK)
        terminal.press(leaves)
        terminal.sees(lambda text: not (words and words in text) and text.endswith("? help"))
        terminal.looks(WAKING if opens == "z" else A_LOOK)  # a note, too, is saved before the next key counts

    def _leaves(self, number: int) -> None:
        if number % 4:
            asked = "1 skip all the same"
            self._terminal.press("s")
            self._terminal.sees(lambda text: asked in text or TOO_FAST in text or f"555-{number:04}" not in text)
            if TOO_FAST in self._terminal.text:  # this typist waits for nothing but the screen
                self._terminal.looks(A_LOOK)
                self._leaves(number)
            elif asked in self._terminal.text:
                self._terminal.press("1")
        else:
            self._terminal.looks(A_LONG_LOOK)
            self._terminal.press("nbwx"[number // 4 % 4])

    def _in_place(self, _: str) -> bool:
        """Whether the lines between the columns stand in their cells in every row but those above and below."""
        return all(set(self._terminal.column(x)[1:-BELOW]) == {"│"} for x in self._rules)
