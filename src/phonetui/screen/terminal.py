"""The terminal itself, and Textual's private parts: nothing else in the package touches them."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.events import Key
from textual.geometry import Offset
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import MountError, Widget
from textual.worker import WorkerFailed

from phonetui.core.refusal import Refused
from phonetui.screen import clipboard
from phonetui.screen.steady import steadied
from phonetui.screen.styles import style_of

if TYPE_CHECKING:
    from textual.worker import WorkType

    from phonetui.screen.pane import Pane, Piece

#: Seconds in which the thread that writes gets hold of the interpreter; by itself it would wait until nothing else
#: is left to do, or for Python's 5 ms.
HAND_OVER = 0.0001

#: Keep the window's title and name the window; never anybody in it.
_NAME_WINDOW = "\x1b[22;0t\x1b]0;phonetui\x07"
_GIVE_NAME_BACK = "\x1b[23;0t"

_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"

#: The exit code of a program that a signal has ended is this and the signal's number.
ENDED_BY = 128
INTERRUPTED = ENDED_BY + signal.SIGINT


class Pieces(CompositorUpdate):
    """What changed on some panes of a screen, as the terminal is to show it."""

    #: What comes before and after text, by theme and style; it takes as long to make as all the rest.
    _sequences: ClassVar[dict[tuple[str, str], tuple[str, str]]] = {}

    def __init__(self, screen: Screen[None], changed: Mapping[Pane, Sequence[Piece]]) -> None:
        self._screen = screen
        self._changed = changed

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Never asked for: Textual writes its updates by `render_segments`."""
        return ()

    def render_segments(self, console: Console) -> str:
        """The sequences that move the cursor to each piece and write it in its styles."""
        written: list[str] = []
        for pane, pieces in self._changed.items():
            left, top = pane.content_region.offset
            for piece in pieces:
                written.append(f"\x1b[{top + piece.y + 1};{left + piece.x + 1}H")
                for role, spans in groupby(piece.spans, attrgetter("role")):
                    before, after = self._style(role, console)
                    written += before, *(span.text for span in spans), after
        return "".join(written)

    def _style(self, role: str, console: Console) -> tuple[str, str]:
        """What comes before and after text of this style in this terminal, where there may be no colour."""
        name = self._screen.app.theme, role
        if name not in self._sequences:
            strip = Strip([Segment("\0", style_of(self._screen, role))])
            for each in self._screen.get_line_filters():
                strip = strip.apply_filter(each, self._screen.background_colors[1])
            before, _, after = strip.render(console).partition("\0")
            self._sequences[name] = before, after
        return self._sequences[name]


def paint(screen: Screen[None], changed: Mapping[Pane, Sequence[Piece]]) -> None:
    """Paint what changed at once.

    Textual would send three messages a pane through its queues and compose the whole screen, which takes longer than
    everything else that a key sets off. It does so here too while the screen is covered or about to be laid out.
    """
    changed = {pane: pieces for pane, pieces in changed.items() if pieces}
    waits = screen._layout_required or screen._repaint_required or screen._dirty_widgets or screen.app._batch_count
    at_once = screen.is_current and not waits
    for pane, pieces in changed.items():
        repaint = pane._styles_cache.set_dirty if at_once else pane.refresh
        repaint(*(piece.region for piece in pieces))
    if changed and at_once:
        screen.app._display(screen, Pieces(screen, changed))
        time.sleep(HAND_OVER)


@runtime_checkable
class Watched(Protocol):
    """A screen, or what the keys are for, that knows what matters most in it."""

    def place_that_matters(self) -> Offset | None:
        """Where a braille display or a magnifier is to look."""


def _place_that_matters(screen: Screen[Any]) -> Offset:
    """Where the terminal's cursor belongs: in what the keys are for, else where the screen says."""
    for each in (screen.focused, screen):
        if isinstance(each, Watched) and (place := each.place_that_matters()):
            return place
    return screen.app.cursor_position  # where Textual's own lines to type have put it


def waits(screen: Screen[None]) -> bool:
    """Whether there is something that the screen has been sent and has not read."""
    return screen.message_queue_size > 0 or screen._pending_message is not None


def is_ending(screen: Screen[None]) -> bool:
    """Whether the application has been told to end: what is typed from then on is not meant for it."""
    return screen.app._exit


def hand_on(key: Key, widget: Widget) -> None:
    """Give a key that was sent elsewhere to the widget that it was meant for: it was pressed when it was pressed."""
    again = Key(key.key, key.character)
    again.time = key.time
    widget._forward_event(again)


def hand_over(screen: Screen[None], widget: Widget, early: list[Key]) -> None:
    """Keys are for `widget` now, the early ones first: so not before all that the screen was sent has been read."""
    if waits(screen):
        screen.call_later(hand_over, screen, widget, early)
        return
    screen.set_focus(widget)
    for key in early:
        hand_on(key, widget)
    early.clear()


def not_begun(work: Callable[[], Coroutine[None, None, None]]) -> WorkType[None]:
    """`work` for a worker, which begins it: the application may end before, and Python warn of what nobody awaited.

    Textual wants an asynchronous function, not one that answers with something to await.
    """

    async def begin() -> None:
        await work()

    return begin


class _Nowhere:
    """In the place of the thread that writes to a terminal which is gone."""

    def write(self, text: str) -> None:
        """Nobody reads it."""

    def stop(self) -> None:
        """There is nothing to wait for."""


def _turn_to_nowhere() -> None:
    """What is still to be written to a terminal that is gone is written to nobody; at the end it would be an error."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__):
        if stream is not None and stat.S_ISCHR(os.fstat(stream.fileno()).st_mode):
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


class TerminalApp(App[Refused]):
    """An application that leaves the terminal as it was, however it ends.

    `crash` is the error that ended it; Textual would print it with every local variable, voters included.
    """

    crash: BaseException | None = None

    def __init__(self) -> None:
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)  # no colour at all rather than greys
        self._disable_notifications = True  # what there is to say has its line; without them the first frame is sooner
        self._disable_tooltips = True
        self._has_window = False

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Paint; Textual leaves the cursor behind where it is told."""
        self.cursor_position = _place_that_matters(screen)
        super()._display(screen, renderable)

    def on_load(self) -> None:
        """From here on, before the terminal is touched, being told to end is an orderly end."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._task_failed)
        if sys.platform != "win32":
            loop.add_signal_handler(signal.SIGTERM, self._end, signal.SIGTERM)
            loop.add_signal_handler(signal.SIGINT, self._end, signal.SIGINT)
            loop.add_signal_handler(signal.SIGHUP, self._hang_up)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own for this platform, with every column kept in its place and the cursor shown."""
        usual = super().get_driver_class()

        def write(driver: Driver, data: str) -> None:
            usual.write(driver, steadied(_SHOW_CURSOR if data == _HIDE_CURSOR else data))

        def process_message(driver: Driver, message: Message) -> None:
            is_enter = isinstance(message, Key) and message.key == "ctrl+j"  # on the right of the keyboard, in tmux
            usual.process_message(driver, Key("enter", "\r") if is_enter else message)

        return type("SteadyDriver", (usual,), {"write": write, "process_message": process_message})

    def copy_to_clipboard(self, text: str) -> None:
        """Ask the terminal for it as this one wants to be asked."""
        self._clipboard = text
        self._write(clipboard.sequence(text, os.environ))

    def on_mount(self) -> None:
        """Take the window over."""
        self._write(_NAME_WINDOW)
        self._has_window = True

    def on_unmount(self) -> None:
        """Give the window back."""
        if self._has_window:
            self._write(_GIVE_NAME_BACK)

    def _handle_exception(self, error: Exception) -> None:
        failed = error.error if isinstance(error, WorkerFailed) else error
        if self._exit and isinstance(failed, MountError | NoMatches):  # a line to type, on a screen put away
            return
        self.crash = self.crash or failed
        self._return_code = 1
        if self._exception is None:  # Textual's own test pilot looks for it here
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def _task_failed(self, loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """A task has failed that nobody waited for; Python would print its error into the screen."""
        error = context.get("exception")
        if isinstance(error, Exception) and self.is_running:
            self._handle_exception(error)

    def panic(self, *renderables: object) -> None:
        """The keyboard cannot be read any more. Textual would print a traceback."""
        if self._is_cut_off:
            self._hang_up()
        else:
            self._handle_exception(RuntimeError("the keyboard's thread failed"))

    def _set_pointer_shape(self, shape: str) -> None:
        """The mouse pointer is the terminal's own; Textual would speak of it when the screen has been left."""

    @property
    def _is_cut_off(self) -> bool:
        """Whether the window was taken over and has been closed since."""
        driver: Any = self._driver
        return self._has_window and not self.is_headless and not os.isatty(driver.fileno)

    def _end(self, told_by: signal.Signals) -> None:
        self.exit(return_code=ENDED_BY + told_by)

    def _hang_up(self) -> None:
        """Leave. Where the window is closed nothing can be written any more, and waiting for it would never end."""
        if self._is_cut_off:
            driver: Any = self._driver
            driver._writer_thread = _Nowhere()
            driver.exit_event.set()
            _turn_to_nowhere()
        self._end(signal.SIGHUP)

    def _write(self, sequence: str) -> None:
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)
            self._driver.flush()
