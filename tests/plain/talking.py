"""Plays a story in plain mode over a desk in memory: lines go in, what is said comes out."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence

from phonetui.plain.front import PlainFront
from phonetui.plain.keyboard import Keyboard
from phonetui.plain.voice import Voice
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import NEW_YORK

#: Seconds after which what was waited for will not come.
PATIENCE = 120


class VoiceInMemory(Voice):
    """Speaks into a text as if that were so many columns wide; 0 is a pipe."""

    def __init__(self, columns: int) -> None:
        self.out = io.StringIO()
        super().__init__(self.out)
        self._columns = columns
        self.beeps = 0
        self.asked: list[int] = []

    def ask(self) -> None:
        self.asked.append(len(self.said))
        super().ask()

    @property
    def columns(self) -> int:
        return self._columns

    @property
    def said(self) -> str:
        return self.out.getvalue()

    def beep(self) -> None:
        self.beeps += 1


def keyboard(*lines: str) -> Keyboard:
    """These lines, by a pipe, and then no more."""
    return Keyboard(io.BytesIO("".join(f"{line}\n" for line in lines).encode()), "utf-8", terminal=False)


def talk(
    *lines: str,
    desk: DeskInMemory | None = None,
    columns: int = 0,
    short: bool = False,
    own_keys: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """All that is said while these lines are typed."""
    return _piped(lines, VoiceInMemory(columns), desk or DeskInMemory(), short, own_keys or {}).said


def _piped(
    lines: Sequence[str], voice: VoiceInMemory, desk: DeskInMemory, short: bool, own_keys: Mapping[str, Sequence[str]]
) -> VoiceInMemory:
    async def shift() -> None:
        front = PlainFront(desk, keyboard(*lines), voice, own_keys, zone=NEW_YORK, short=short)
        await desk.start()
        await asyncio.wait_for(front.run(), PATIENCE)

    asyncio.run(shift())
    return voice


def said_last(*lines: str, desk: DeskInMemory | None = None, short: bool = True) -> list[str]:
    """What is said to the last of the lines."""
    voice = _piped(lines, VoiceInMemory(0), desk or DeskInMemory(), short, {})
    return voice.said[voice.asked[len(lines) - 1] : voice.asked[len(lines)]].splitlines()[1:]


class Typist:
    """Somebody at a terminal, who types a line when the one before has been answered."""

    def __init__(self, desk: DeskInMemory, front: PlainFront, write: int, voice: VoiceInMemory) -> None:
        self.desk = desk
        self.front = front
        self.voice = voice
        self._write = write
        self.running: asyncio.Task[None] | None = None

    async def types(self, line: str) -> str:
        """What is said to it, up to the next prompt."""
        return (await self.types_and_hears(line, "> ")).removesuffix("> ")

    async def types_and_hears(self, line: str, words: str) -> str:
        """What is said to it, up to these words."""
        before = len(self.voice.said)
        os.write(self._write, f"{line}\n".encode())
        await self.until(lambda: self.voice.said[before:].endswith(words))
        return self.voice.said[before:]

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait until it has."""
        async with asyncio.timeout(PATIENCE):
            while not happened() and not (self.running and self.running.done()):  # noqa: ASYNC110 - a story waits for whatever it likes
                await asyncio.sleep(0.005)
        if self.running and self.running.done():
            await self.running  # which raises what ended it


def sit_down(story: Callable[[Typist], Awaitable[None]], desk: DeskInMemory | None = None) -> str:
    """Lets the story happen at a terminal, then ends the input; all that was said."""
    desk, voice = desk or DeskInMemory(), VoiceInMemory(0)

    async def shift() -> None:
        read, write = os.pipe()
        with os.fdopen(read, "rb", buffering=0) as source:
            front = PlainFront(desk, Keyboard(source, "utf-8", terminal=True), voice, {}, zone=NEW_YORK, short=True)
            await desk.start()
            running = asyncio.create_task(front.run())
            typist = Typist(desk, front, write, voice)
            typist.running = running
            await typist.until(lambda: voice.said.endswith("> "))
            await story(typist)
            os.close(write)
            await asyncio.wait_for(running, PATIENCE)

    asyncio.run(shift())
    return voice.said
