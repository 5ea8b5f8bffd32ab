"""What every page of the supervisors' screen has in common: its frame, its questions, and how a deed is carried out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import TypeVar

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget

from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.keys import pressed
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.screen.line import Line
from phonetui.screen.pane import Pane
from phonetui.screen.prompts import ChoicePrompt, TextPrompt
from phonetui.screen.sizes import SMALLEST
from phonetui.screen.styles import STYLES
from phonetui.screen.terminal import INTERRUPTED, hand_over, is_ending, not_begun
from phonetui.supervise.actions import PageName
from phonetui.supervise.lines import said_lines, status_line, title_line, too_small_lines

#: Said while a deed goes on.
ASKING = later("Asking the server…")

Work = Callable[[], Coroutine[None, None, None]]
Sent = TypeVar("Sent")


class Page(Screen[None]):
    """A title, a body, what was done last, and the connection with the keys; a question takes the last row's place.

    One deed at a time: keys that come while one goes on are for its next question, or for the page after it.
    """

    COMPONENT_CLASSES = STYLES

    def __init__(self, desk: SupervisorsDesk) -> None:
        super().__init__()
        self.desk = desk
        self._said, self._alarm = "", False
        self._prompt: ChoicePrompt | TextPrompt | None = None
        self._working = False
        self._early: list[events.Key] = []
        self._status = Pane(self._status_lines, "status", classes="row")

    # -- what a page is made of --------------------------------------------------------------------------------------

    @property
    def name_of_page(self) -> PageName | None:
        """Which of the three it is; None for one that lies over them."""
        return None

    @property
    def heading(self) -> str:
        """What it is called."""
        return ""

    @property
    def has_keys_page(self) -> bool:
        """Whether a key tells all of its keys; on the three pages that is one of the actions."""
        return False

    def body(self) -> Iterable[Widget]:
        """The widgets between title and foot."""
        return ()

    def hints(self) -> Sequence[tuple[str, str]]:
        """The keys in view, with what they do; the last one stays longest."""
        return ()

    def press(self, key: str) -> None:
        """Carry out what the key stands for."""

    # -- the frame ---------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Title, body, foot."""
        yield Pane(lambda width, height: self._title_lines(width), "title", classes="row")
        yield from self.body()
        yield Pane(lambda width, height: self._said_lines(width), "said")
        yield self._status
        yield Pane(lambda width, height: too_small_lines(width, *self.size, SMALLEST), "too-small")

    def on_mount(self) -> None:
        """Minutes pass: what changes by that is painted once a second."""
        self.set_interval(1, self.draw)

    def draw(self) -> None:
        """Show what changed."""
        for pane in self.query(Pane):
            if pane.display and not isinstance(pane, ChoicePrompt):
                pane.redraw()

    def place_that_matters(self) -> Offset | None:
        """Where a braille display looks: what was said, else the body's chosen line."""
        said = self.query_one("#said", Pane)
        if self._said and said.size:
            return said.content_region.offset
        return next((place for pane in self.query(Pane) if (place := pane.place_of("accent", sign="▸"))), None)

    def say(self, text: str, *, alarm: bool = False) -> None:
        """Say this until the next key."""
        self._said, self._alarm = text, alarm
        if self.is_mounted:
            self.draw()

    def _title_lines(self, width: int) -> list[Line]:
        return [title_line(self.desk, self.name_of_page, self.heading, width)]

    def _said_lines(self, width: int) -> list[Line]:
        return said_lines(self.desk, self._said, alarm=self._alarm, across=width)

    def _status_lines(self, width: int, height: int) -> list[Line]:
        *hints, last = self.hints()
        more = [("?", tr("keys"))] if self.has_keys_page else []
        return [status_line(self.desk, [*hints, *more, last], width)]

    # -- keys --------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """One key, one deed."""
        if self._prompt is not None and self.focused is not None and not self._prompt.answer.done():
            return  # what the line to type leaves over
        event.stop()
        if is_ending(self):
            return
        if event.key == "ctrl+c":
            self.app.exit(return_code=INTERRUPTED)
        elif self._working:
            self._early.append(event)
        else:
            self._said = ""
            self.press(pressed(event.key, event.character))
            if self.is_mounted:
                self.draw()

    def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking what stands for a key is pressing it."""
        if not self._working:
            self._said = ""
            self.press(event.key)

    # -- deeds and questions -----------------------------------------------------------------------------------------

    def begin(self, work: Work) -> None:
        """Do something that asks the supervisor, or the server; a refusal is said."""
        self._working = True
        self.run_worker(not_begun(lambda: self._carry_out(work())))

    async def _carry_out(self, work: Awaitable[None]) -> None:
        try:
            await work
            self._said = "" if self._said == tr(ASKING) else self._said
        except Refused as refused:
            self.say(str(refused), alarm=True)
        finally:
            self.call_next(self._catch_up)

    def _catch_up(self) -> None:
        """Keys that came meanwhile, before any that comes now."""
        self._working = False
        self.draw()
        early, self._early = self._early, []
        over = self.app.screen
        for event in early:
            (over if isinstance(over, Page) else self).on_key(event)

    def open(self, over: Page) -> None:
        """Lay a page over this one; keys that come meanwhile are for that."""
        self.begin(lambda: self.lay(over))

    async def lay(self, over: Page) -> None:
        """The same as the end of a deed."""
        await self.app.push_screen(over)

    async def choose(self, about: str, choices: Sequence[tuple[str, str]], *, over: str = "") -> str | None:
        """Ask for one of the choices; the key of it, or None when the question was closed.

        The question is in one row; `over` it stands what is to be known first.
        """
        return await self._ask(ChoicePrompt(about, choices), over)

    async def type_line(self, about: str, text: str = "", *, over: str = "") -> str | None:
        """Ask for a line, of which `text` stands there; None when it was closed. `over` it stands what it is about."""
        return await self._ask(TextPrompt(about, text), over)

    async def send_line(self, about: str, send: Callable[[str], Awaitable[Sent]], *, over: str = "") -> Sent | None:
        """Ask for a line and send it; what is refused stands there again, with why. None where it was closed."""
        text = ""
        while text := await self.type_line(about, text, over=over) or "":
            try:
                return await send(text)
            except Refused as refused:
                over = f"! {refused}"
        return None

    async def confirm(self, about: str, key: str, label: str, *, over: str = "") -> bool:
        """Ask whether it is meant."""
        return await self.choose(about, [(key, label)], over=over) == key

    async def _ask(self, prompt: ChoicePrompt | TextPrompt, over: str = "") -> str | None:
        self.say(over)
        self._status.display = False
        self._prompt = prompt
        await self.mount(prompt, after=self._status)
        self.call_later(hand_over, self, prompt.takes_keys, self._early)
        try:
            return await prompt.answer
        finally:
            self._prompt = None
            self.set_focus(None)
            await prompt.remove()
            self._status.display = True
            self.say(tr(ASKING))
