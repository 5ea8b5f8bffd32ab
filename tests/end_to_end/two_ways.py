"""Two ways of doing what a story says: at the full screen by keyboard, and line by line over a pipe."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import zip_longest

from phonetui.core.call_flow import HELD_DOWN, TOO_SOON
from tests.end_to_end.own_campaign import Organiser
from tests.keyrings import BACKEND, VARIABLE, WORKING, turn
from tests.terminal import PATIENCE, Terminal

NAME, EMAIL, PASSWORD = "Ana Ruiz", "ana@example.org", "correct horse battery"
#: Seconds that a person looks at a voter before a key counts, at other things, and at most where nothing changes.
A_LOOK, A_GLANCE, A_WHILE = TOO_SOON + 0.05, 0.05, 1.0
#: Seconds after which the same key again is not one that is held down.
AGAIN = HELD_DOWN + 0.1
#: Rows at the top of the screen, in which a voter's name is, above whoever shares the number.
HEAD = 5
TOO_FAST = "That came too fast to be meant; press the key again."
PROMPT = b"> "


class Laptop:
    """A volunteer's computer, whose keyring works, by the clock of the organiser's folder."""

    def __init__(self, organiser: Organiser) -> None:
        self._organiser = organiser
        keyring = organiser.folder / "keyring"
        turn(keyring, WORKING)
        self.environment = {
            **organiser.environment,
            "PHONETUI_HOME": str(organiser.folder / "home"),
            "PYTHON_KEYRING_BACKEND": BACKEND,
            VARIABLE: str(keyring),
        }

    def command(self, *words: str) -> list[str]:
        """What starts `phonetui WORDS…` here."""
        return self._organiser.command(*words)


class AtTheScreen:
    """Keys pressed one after the other in a terminal of 80 by 24."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop
        self._terminal: Terminal | None = None
        self._before = ""
        self.pressed = 0

    @property
    def terminal(self) -> Terminal:
        """Where phonetui runs."""
        assert self._terminal is not None, "phonetui is not running"
        return self._terminal

    def joins(self, link: str) -> None:
        """Types `phonetui`, and answers its questions."""
        self.starts()
        self._answers("or want one line at a time?", "1")
        self._answers("What do you have?", "1")
        self._answers("Paste the invitation's link:", link)
        self._answers("Your name:", NAME)
        self._answers("Your e-mail:", EMAIL)
        self._answers("What voters are to call you", "")
        self._answers("Choose a password", PASSWORD)
        self._answers("The same again:", PASSWORD)

    def starts(self) -> None:
        """Types `phonetui`."""
        self._terminal = Terminal(self._laptop.command(), self._laptop.environment)

    def is_at(self, voter: str) -> None:
        """The voter's name is at the head of the screen, below a promise; the caller looks at it."""
        self._sees(voter, lambda: any(_is_name(line.partition("│")[0], voter) for line in self.terminal.lines[:HEAD]))
        self.terminal.looks(A_LOOK)

    def does(self, keys: Sequence[str], lines: Sequence[str]) -> None:
        """Presses the keys, each a key, or a text that is typed once there is a line for it."""
        for key in keys:
            if len(key) > 1:
                self._sees("a line to type", self._has_a_line)
            elif key == self._before:
                self.terminal.looks(AGAIN)
            self._press(key)
            self.pressed += len(key)

    def counts(self, keys: Sequence[str]) -> int:
        """So many times a key is pressed for these."""
        return len("".join(keys))

    def is_sent(self) -> None:
        """It says so at the foot."""
        self._sees("all sent", lambda: "· all sent ·" in self.terminal.lines[-1])

    def has_on_hand(self, voters: int) -> None:
        """Likewise."""
        self._sees(f"{voters} on hand", lambda: f"· {voters} on hand" in self.terminal.lines[-1])

    def is_offline(self) -> None:
        """Likewise."""
        self._sees("offline", lambda: "○ offline" in self.terminal.lines[-1])

    def is_told(self, told: str, said: str) -> None:
        """It stands on the screen."""
        self._sees(told, lambda: told in self._read())

    def leaves(self, told: str) -> None:
        """Presses `q`, again where that is asked for, and reads what stands in the shell then."""
        self.terminal.press("q")
        self.terminal.sees(lambda screen: "again to leave" in screen or told in screen)
        if told not in self.terminal.text:
            self.terminal.press("q")
        assert self.terminal.ends() == 0
        assert told in self.terminal.output.decode(), self.terminal.output.decode()[-2000:]
        self.ends()

    def ends(self) -> None:
        """The window is closed."""
        if self._terminal is not None:
            self._terminal.__exit__(None, None, None)
            self._terminal = None

    def _press(self, key: str) -> None:
        """And looks until it shows, no longer than a person would."""
        before, until = len(self.terminal.output), time.monotonic() + A_WHILE
        self.terminal.press(key)
        self.terminal.looks(A_GLANCE)
        while len(self.terminal.output) == before and time.monotonic() < until:
            self.terminal.looks(A_GLANCE)
        self._before = key

    def _sees(self, what: str, holds: Callable[[], bool]) -> None:
        """Looks until it holds. A busy computer may read two keys at once, and then says to press the second again."""
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"“{what}” did not come; on the screen is\n{self.terminal.text}"
            if TOO_FAST in self.terminal.text:
                self._press(self._before)
                self.terminal.looks(AGAIN)
            self.terminal.looks(A_GLANCE)

    def _has_a_line(self) -> bool:
        """In the place of the status line, whose last word is help, or over the answers at hand."""
        return not self.terminal.lines[-1].endswith("help") or "Answers" in self.terminal.text

    def _read(self) -> str:
        """What stands on the screen, row by row, and once more column by column."""
        columns = zip_longest(*(line.split("│") for line in self.terminal.lines), fillvalue="")
        rows = [*self.terminal.lines, *(row for column in columns for row in column)]
        return " ".join(" ".join(rows).split())

    def _answers(self, question: str, typed: str) -> None:
        self.terminal.sees(question)
        self.terminal.press(f"{typed}\r")


def _is_name(shown: str, name: str) -> bool:
    """Whether it is the name, which is cut where it is too long for the screen."""
    start, cut, _ = shown.strip().partition("…")
    return name.startswith(start) and bool(start) if cut else start == name


class OverAPipe:
    """Lines typed one after the other, each once the one before has been answered."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop
        self._running: subprocess.Popen[bytes] | None = None
        self._said = b""
        self._heard = 0
        self.pressed = 0

    def joins(self, link: str) -> None:
        """Types `phonetui join`, answers its questions, and starts."""
        self._start("join", "--password-stdin")
        for line in (link, NAME, EMAIL, "", PASSWORD):
            self._type(line)
        self._end("is logged in to")
        self.starts()

    def starts(self) -> None:
        """Types `phonetui --plain`."""
        self._start("--plain")
        self._wait_for_prompt()

    def is_at(self, voter: str) -> None:
        """Asks who is called, until it is this voter."""
        self._heard = len(self._said)
        self._says_to("who", voter)

    def does(self, keys: Sequence[str], lines: Sequence[str]) -> None:
        """Types the lines."""
        for line in lines:
            self._type(line)
            self.pressed += 1
            self._wait_for_prompt()

    def counts(self, keys: Sequence[str]) -> int:
        """So many lines are typed for these."""
        return len(keys)

    def is_sent(self) -> None:
        """It is said so when that is asked."""
        self._heard = len(self._said)
        self._says_to("status", "All is sent.")

    def has_on_hand(self, voters: int) -> None:
        """Likewise."""
        self._heard = len(self._said)
        self._says_to("status", f"{voters} voters are on hand.")

    def is_offline(self) -> None:
        """Likewise."""
        self._heard = len(self._said)
        self._says_to("status", "Offline")

    def is_told(self, told: str, said: str) -> None:
        """It has been said since the voter came; what is new is said after a line, so an empty one is typed."""
        if said not in self._last_said:
            self._says_to("", said)

    @property
    def _last_said(self) -> str:
        return " ".join(self._said[self._heard :].decode().split())

    def _says_to(self, line: str, told: str) -> None:
        """Types the line until this is said."""
        until = time.monotonic() + PATIENCE
        while told not in self._last_said:
            said = self._said[self._heard :].decode()
            assert time.monotonic() < until, f"“{told}” was not said; what was is\n{said[:3000]}"
            self._type(line)
            self._wait_for_prompt()
            select.select([], [], [], A_GLANCE)

    def leaves(self, told: str) -> None:
        """Types `q`, and hears what is said then."""
        self._type("q")
        self._end(told)

    def ends(self) -> None:
        """The pipe is closed."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            for end in (self._running.stdin, self._running.stdout):
                if end:
                    with suppress(OSError):
                        end.close()
            self._running = None

    def _start(self, *words: str) -> None:
        self._running = subprocess.Popen(
            self._laptop.command(*words),
            env=self._laptop.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )
        self._said, self._heard = b"", 0

    def _type(self, line: str) -> None:
        assert self._running and self._running.stdin
        self._running.stdin.write(f"{line}\n".encode())

    def _wait_for_prompt(self) -> None:
        """Until a line is asked for after the one that was typed last, which stands behind its own prompt."""
        before = len(self._said)
        while not (len(self._said) > before and self._said.endswith(b"\n" + PROMPT)):
            assert self._read(), f"phonetui has ended; it said\n{self._said.decode()[-3000:]}"

    def _read(self) -> bool:
        assert self._running and self._running.stdout
        ready, _, _ = select.select([self._running.stdout], [], [], PATIENCE)
        assert ready, f"phonetui says no more than\n{self._said.decode()[-3000:]}"
        read = os.read(self._running.stdout.fileno(), 65536)
        self._said += read
        return bool(read)

    def _end(self, told: str) -> None:
        assert self._running
        while self._read():
            pass
        assert self._running.wait(PATIENCE) == 0, self._said.decode()
        assert told in self._said.decode(), self._said.decode()[-3000:]
        self.ends()


Way = AtTheScreen | OverAPipe
