"""Plays a story on the real application in a window that is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from textual.pilot import Pilot
from textual.widgets import Input

from phonetui.client.settings import ThemeName
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.client.supervisors_server import SupervisorsServer
from phonetui.core.refusal import Refused
from phonetui.supervise.app import SuperviseApp
from phonetui.supervise.charts import Chart
from phonetui.supervise.front_page import FrontPage
from tests.supervise.server_in_memory import CAMPAIGN, NOW, URL, ServerInMemory

#: Seconds after which what was to happen has not; the evening is asked for once in each.
PATIENCE = 120.0


class StillClock:
    """Time stands."""

    def now(self) -> datetime:
        return NOW

    def tick(self) -> float:
        return 100.0

    def new_id(self) -> str:
        return "id"


class Stage:
    """The application, its server, and a supervisor at the keyboard."""

    def __init__(self, app: SuperviseApp, server: ServerInMemory, pilot: Pilot[Refused]) -> None:
        self.app = app
        self.server = server
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            await self.pilot.press(key)

    async def types(self, text: str) -> None:
        """Characters into a line, in place of what stands there, and Enter."""
        await self.until(lambda: isinstance(self.app.focused, Input), "a line to type")
        await self.press("ctrl+u", *("space" if character == " " else character for character in text), "enter")

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
            self.app.draw()  # as it does each second
            await self.pilot.pause(0.01)

    async def resize(self, size: tuple[int, int]) -> None:
        """The window becomes so many columns wide and rows high."""
        await self.pilot.resize_terminal(*size)
        await self.until(lambda: self.app.screen.size == size, "the screen's new size")

    async def comes_to_rest(self) -> list[str]:
        """What stands on the screen once nothing more changes, charts included."""
        before: list[str] = []
        while before != self.lines or not before or not self._has_plots:
            before = self.lines
            self.app.draw()
            await self.pilot.pause()
        return before

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, row by row, trailing blanks apart."""
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines)

    @property
    def _has_plots(self) -> bool:
        pages = (each for each in self.app.screen_stack if isinstance(each, FrontPage))
        charts = [chart for page in pages for chart in page.query(Chart)]
        return all(chart.is_drawn for chart in charts)


Story = Callable[[Stage], Awaitable[None]]


def play(
    story: Story, server: ServerInMemory | None = None, *, size: tuple[int, int] = (80, 24), theme: ThemeName = "dark"
) -> SuperviseApp:
    """Open the application, let the story happen, leave; the application as it was at the end."""
    return asyncio.run(_play(story, server or ServerInMemory(), size, theme))


async def _play(story: Story, server: ServerInMemory, size: tuple[int, int], theme: ThemeName) -> SuperviseApp:
    async def open_desk() -> SupervisorsDesk:
        return SupervisorsDesk(SupervisorsServer(URL, "token", CAMPAIGN, server), StillClock(), lambda: 30.0)

    app = SuperviseApp(open_desk, theme=theme)
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, server, pilot)
        await stage.until(lambda: any(isinstance(each, FrontPage) for each in app.screen_stack), "the first page")
        await story(stage)
    await app.put_away()
    return app
