"""Plays a story on the real application in a window that is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta

from textual.pilot import Pilot

from phonetui.client.settings import ThemeName
from phonetui.core.refusal import Refused
from phonetui.tui.app import PhonetuiApp
from phonetui.tui.call_screen import CallScreen
from tests.tui.desk_in_memory import DeskInMemory
from tests.tui.sample import NEW_YORK

#: Seconds after which what was to happen has not.
PATIENCE = 120.0


class Stage:
    """The application, its desk, and somebody at the keyboard."""

    def __init__(self, app: PhonetuiApp, desk: DeskInMemory, pilot: Pilot[Refused]) -> None:
        self.app = app
        self.desk = desk
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """One key after the other, each once the one before has had its effect."""
        for key in keys:
            await self.pilot.press(key)

    async def types(self, text: str) -> None:
        """Characters into a line."""
        await self.press(*("space" if character == " " else character for character in text))

    async def sees(self, text: str) -> None:
        """Wait until `text` stands somewhere on the screen."""
        await self.until(lambda: any(text in line for line in self.lines), f"“{text}”")

    async def until(self, happened: Callable[[], bool], what: str = "what was awaited") -> None:
        """Wait until `happened`."""
        now = asyncio.get_running_loop().time
        until = now() + PATIENCE
        while not happened():
            if now() > until:
                raise AssertionError("\n".join([f"{what} did not come; on the screen is", *self.lines]))
            await self.pilot.pause()

    async def comes_to_rest(self) -> list[str]:
        """Wait until whatever goes on beside the keys has come to its end; what stands on the screen then."""
        before: list[str] = []
        while before != self.lines or not before:
            before = self.lines
            for screen in self.app.screen_stack:
                if isinstance(screen, CallScreen) and screen.is_mounted:
                    screen.draw()  # what the desk did by itself is drawn a moment later
            await self.pilot.pause()
        return before

    async def resize(self, size: tuple[int, int]) -> None:
        """The window becomes so many columns wide and rows high, and the screen with it, however busy the machine."""
        await self.pilot.resize_terminal(*size)
        await self.until(lambda: self.app.screen.size == size, "the screen's new size")

    async def click(self, text: str, row: int | None = None) -> None:
        """Click the first place where `text` stands."""
        at = next(y for y, line in enumerate(self.lines) if text in line and row in (None, y))
        await self.pilot.click(offset=(self.lines[at].index(text), at))

    @property
    def is_at_the_desk(self) -> bool:
        """Whether the call screen is there, or something over it."""
        return any(isinstance(screen, CallScreen) for screen in self.app.screen_stack) and bool(self.app.screen.size)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, row by row, trailing blanks apart."""
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def saved(self) -> str:
        """The line that says what the last key did."""
        return self.lines[-2].strip()

    @property
    def status(self) -> str:
        """The last line."""
        return self.lines[-1].strip()

    @property
    def voter(self) -> str:
        """The first line of the voter pane at 80 columns."""
        return self.lines[1][:23].strip()

    @property
    def script(self) -> list[str]:
        """The lines of the script pane at 80 columns that are not empty."""
        return [line for line in (row[26:61].strip() for row in self.lines[1:22]) if line]


Story = Callable[[Stage], Awaitable[None]]


def play(
    story: Story,
    desk: DeskInMemory | None = None,
    *,
    size: tuple[int, int] = (80, 24),
    theme: ThemeName = "dark",
    own_keys: Mapping[str, Sequence[str]] | None = None,
    blank_after: timedelta = timedelta(),
    beep: bool = True,
    flash: bool = True,
) -> PhonetuiApp:
    """Open the application over `desk`, let the story happen, leave; the application as it was at the end."""
    desk = desk or DeskInMemory()

    async def open_desk() -> DeskInMemory:
        return desk

    def app() -> PhonetuiApp:
        return PhonetuiApp(
            open_desk,
            theme=theme,
            own_keys=own_keys,
            zone=NEW_YORK,
            blank_after=blank_after,
            beep=beep,
            flash=flash,
        )

    return asyncio.run(_play(story, desk, size, app))


async def _play(
    story: Story, desk: DeskInMemory, size: tuple[int, int], make_app: Callable[[], PhonetuiApp]
) -> PhonetuiApp:
    app = make_app()
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, desk, pilot)
        await stage.until(lambda: stage.is_at_the_desk, "the call screen")
        await pilot.pause()
        await story(stage)
    return app
