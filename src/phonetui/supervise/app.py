"""The supervisors' screen: wires the evening to its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING

from textual.message import Message

from phonetui.core.refusal import Refused
from phonetui.screen.opening_screen import OpeningScreen
from phonetui.screen.sizes import HIGH, SIDE_BY_SIDE, SMALLEST, WIDE
from phonetui.screen.terminal import TerminalApp, not_begun
from phonetui.screen.themes import THEMES

if TYPE_CHECKING:
    from phonetui.client.settings import ThemeName
    from phonetui.client.supervisors_desk import SupervisorsDesk
    from phonetui.supervise.page import Page


class EveningChanged(Message):
    """There is another evening, or the line is another."""

    def can_replace(self, message: Message) -> bool:
        """Of several that wait to be drawn, one is enough."""
        return isinstance(message, EveningChanged)


class SuperviseApp(TerminalApp):
    """Opens the evening once the first frame is painted, and shows it."""

    CSS_PATH = ["../screen/screen.tcss", "supervise.tcss"]  # noqa: RUF012 - Textual declares them as attributes
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (SMALLEST[0], "-stacked"),
        (SIDE_BY_SIDE, "-columns"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (SMALLEST[1], "-short"), (HIGH, "-high")]  # noqa: RUF012
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, open_desk: Callable[[], Awaitable[SupervisorsDesk]], *, theme: ThemeName = "dark") -> None:
        super().__init__()
        self.animation_level = "none"
        self.desk: SupervisorsDesk | None = None
        self._open_desk = open_desk
        self._shown: tuple[bool, str] | None = None
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = "plain" if self.no_color else theme

    def get_default_screen(self) -> OpeningScreen:
        """There from the first frame on."""
        return OpeningScreen()

    def on_ready(self) -> None:
        """The first frame is painted; everything else comes after."""
        self.run_worker(not_begun(self._open))

    async def _open(self) -> None:
        try:
            pages = await asyncio.to_thread(import_module, "phonetui.supervise.front_page")
            self.desk = await self._open_desk()
        except Refused as refused:
            self.exit(refused)
            return
        self.desk.listen(self._tell)
        await self.push_screen(pages.FrontPage(self.desk))
        self.desk.start()

    def _tell(self) -> None:
        self.post_message(EveningChanged())

    def on_evening_changed(self) -> None:
        """News wait for the second's end, so that nothing is painted more often; the first, and the line's, do not."""
        if self.desk is None:
            return
        if self.desk.ended:
            self.exit(Refused(self.desk.ended))
        shown = self.desk.evening is not None, self.desk.line.state
        if shown != self._shown:
            self._shown = shown
            self.draw()

    def draw(self) -> None:
        """Show what changed."""
        from phonetui.supervise.page import Page

        page: Page
        for page in (each for each in self.screen_stack if isinstance(each, Page)):
            page.draw()

    async def put_away(self) -> None:
        """Stop asking."""
        if self.desk is not None:
            await self.desk.close()


async def show(app: SuperviseApp, *, headless: bool = False) -> int:
    """Run the application until the supervisor leaves; the exit code. Raises what ended it otherwise."""
    refused = await app.run_async(headless=headless)
    await app.put_away()
    if app.crash is not None:
        raise app.crash
    if refused is not None:
        raise refused
    return app.return_code or 0


def supervise(open_desk: Callable[[], Awaitable[SupervisorsDesk]], *, theme: ThemeName = "dark") -> int:
    """Show the evening until the supervisor leaves; the exit code, which is not 0 where a signal ended it.

    Raises `Refused` where it cannot be shown, and whatever crashed it.
    """
    return asyncio.run(show(SuperviseApp(open_desk, theme=theme)))
