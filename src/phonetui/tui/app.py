"""The full-screen front end: wires the desk to the call screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta, tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.command import CommandPalette
from textual.geometry import Size

from phonetui.core.refusal import Refused
from phonetui.screen.opening_screen import OpeningScreen
from phonetui.screen.sizes import HIGH, SIDE_BY_SIDE, SMALLEST, WIDE
from phonetui.screen.terminal import TerminalApp, not_begun
from phonetui.screen.themes import THEMES
from phonetui.tui.messages import Announced, DeskChanged, DeskOpened

if TYPE_CHECKING:
    from textual.command import Provider

    from phonetui.client.desk_surface import Desk
    from phonetui.client.settings import ThemeName
    from phonetui.tui.blanking import Blanking
    from phonetui.tui.call_screen import CallScreen


def _desk_commands() -> type[Provider]:
    from phonetui.tui.palette import DeskCommands

    return DeskCommands


class PhonetuiApp(TerminalApp):
    """Opens the desk once the first frame is painted, and shows it."""

    CSS_PATH = ["../screen/screen.tcss", "phonetui.tcss"]  # noqa: RUF012 - as are those below
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it as an attribute
        (0, "-narrow"),
        (SMALLEST[0], "-stacked"),
        (SIDE_BY_SIDE, "-columns"),
        (WIDE, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (SMALLEST[1], "-short"), (HIGH, "-high")]  # noqa: RUF012
    ALLOW_SELECT = False
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_desk_commands}

    def __init__(
        self,
        open_desk: Callable[[], Awaitable[Desk]],
        *,
        theme: ThemeName = "dark",
        own_keys: Mapping[str, Sequence[str]] | None = None,
        zone: tzinfo | None = None,
        blank_after: timedelta = timedelta(),
        beep: bool = True,
        flash: bool = True,
    ) -> None:
        """`own_keys` gives actions, by id, the user's keys in place of the usual ones; `zone` is the caller's.

        The screen goes blank `blank_after` the last key, never for zero; `beep` and `flash` are for a voter who comes
        after a wait, and for a call that is answered.
        """
        super().__init__()
        self.animation_level = "none"
        self.desk: Desk | None = None
        self._open_desk = open_desk
        self._opening: asyncio.Future[Desk] | None = None
        self._own_keys = own_keys or {}
        self._zone = zone
        self._blank_after = blank_after
        self._beep, self._flash = beep, flash
        self._blanking: Blanking | None = None
        self._call_screen: CallScreen | None = None
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = "plain" if self.no_color else theme

    def get_default_screen(self) -> OpeningScreen:
        """There from the first frame on."""
        return OpeningScreen()

    def action_command_palette(self) -> None:
        """Textual's palette in the caller's language."""
        from phonetui.core.translation import tr  # the first frame comes before any word

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(
                CommandPalette(placeholder=tr("Search for an action or a result…"), id="--command-palette")
            )

    def on_ready(self) -> None:
        """The first frame is painted; everything else comes after."""
        self.run_worker(not_begun(self._open))

    async def _open(self) -> None:
        try:
            await asyncio.to_thread(import_module, "phonetui.tui.call_screen")
            self._opening = asyncio.ensure_future(self._open_desk())
            self.desk = await asyncio.shield(self._opening)
            self.desk.listen(self._tell)
            await self.desk.start()
        except Refused as refused:
            self.exit(refused)
        else:
            self.post_message(DeskOpened(self.desk))

    async def put_away(self) -> None:
        """Close the desk. One that is still being opened is waited for, so that nothing of it is left behind."""
        if self._opening is not None:
            try:
                desk = await self._opening
            except Refused:  # there is none
                return
            await desk.close()

    def _tell(self) -> None:
        if self._call_screen is not None and self._call_screen.saving:
            self._call_screen.draw()  # what a key did is shown before anything else is begun
        else:
            self.post_message(DeskChanged())

    async def on_desk_opened(self, message: DeskOpened) -> None:
        """Show it, unless the user's keys cannot be."""
        from phonetui.tui.blanking import Blanking
        from phonetui.tui.call_screen import CallScreen
        from phonetui.tui.commands import rest

        width, height = self.size
        fitting = (_fitting(width, self.HORIZONTAL_BREAKPOINTS), _fitting(height, self.VERTICAL_BREAKPOINTS))
        try:
            screen = CallScreen(message.desk, self._own_keys, self._zone, classes=" ".join(fitting))
        except Refused as refused:
            self.exit(refused)
        else:
            self._call_screen = screen
            await self.push_screen(screen)
            self._blanking = Blanking(self, self._blank_after, lambda: screen.in_call)
            if message.desk.pacing.resting_since is not None:
                await rest(screen)

    async def on_event(self, event: events.Event) -> None:
        """What belongs to waking a blank screen is nobody else's, nor is what stops a countdown."""
        if self._blanking is not None and self._blanking.takes(event):
            return
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and self._stop_countdown():
            return
        if isinstance(event, events.Resize) and _is_too_small(event.size):
            self._stop_countdown()  # nobody is rung out of sight
        await super().on_event(event)

    def _stop_countdown(self) -> bool:
        if self._call_screen is None:
            return False
        from phonetui.tui.call_screen import CallScreen

        return any(screen.desk.phone.stop_countdown() for screen in self.screen_stack if isinstance(screen, CallScreen))

    def on_announced(self, message: Announced) -> None:
        """Tell whoever has looked away."""
        if self._beep:
            self.bell()
        if self._flash:
            message.screen.heading.flash(message.told)

    def on_desk_changed(self) -> None:
        """Show what changed."""
        if self._call_screen is not None and self._call_screen.is_mounted:
            self._call_screen.draw_soon()


def _is_too_small(size: Size) -> bool:
    return size.width < SMALLEST[0] or size.height < SMALLEST[1]


def _fitting(cells: int, breakpoints: list[tuple[int, str]]) -> str:
    """The class that Textual will set for this size: set from the start, it need not lay out the first frame twice."""
    return next(name for least, name in reversed(breakpoints) if cells >= least)


async def show(app: PhonetuiApp, *, headless: bool = False) -> int:
    """Run the application until the caller leaves, then put the desk away. Raises what ended it otherwise.

    Answers with the exit code, which is not 0 where a signal ended it.
    """
    refused = await app.run_async(headless=headless)
    await app.put_away()
    if app.crash is not None:
        raise app.crash
    if refused is not None:
        raise refused
    return app.return_code or 0


def call(
    open_desk: Callable[[], Awaitable[Desk]],
    *,
    theme: ThemeName = "dark",
    own_keys: Mapping[str, Sequence[str]] | None = None,
    blank_after: timedelta = timedelta(),
    beep: bool = True,
    flash: bool = True,
) -> int:
    """Show the desk until the caller leaves; the exit code, which is not 0 where a signal ended it.

    Raises `Refused` where it cannot be opened, and whatever crashed it.
    """
    app = PhonetuiApp(open_desk, theme=theme, own_keys=own_keys, blank_after=blank_after, beep=beep, flash=flash)
    return asyncio.run(show(app))
