"""The call screen: voter, script and results side by side, drawn anew from the desk's view after every change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Offset
from textual.screen import Screen
from textual.timer import Timer

from phonetui.client.attention import Attention
from phonetui.client.commands import result
from phonetui.client.front_end import Work
from phonetui.client.leaving import interrupted, leave, leave_again
from phonetui.client.left_lines import LeftLines
from phonetui.client.phone_keys import offered_actions
from phonetui.client.view import Said
from phonetui.core.actions import BY_ID, CallerAction
from phonetui.core.call import Phase
from phonetui.core.call_actions import Action, Note
from phonetui.core.campaign import Disposition
from phonetui.core.follow_up import Message
from phonetui.core.keymap import keymap
from phonetui.core.keys import pressed
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.screen.line import Line as TextLine
from phonetui.screen.pane import Pane
from phonetui.screen.prompts import ChoicePrompt, TextPrompt
from phonetui.screen.sizes import HIGH, SIDE_BY_SIDE
from phonetui.screen.styles import STYLES
from phonetui.screen.terminal import INTERRUPTED, hand_over, is_ending, not_begun, paint
from phonetui.tui.answers_panel import AnswersPanel
from phonetui.tui.begun_answer import BegunAnswer
from phonetui.tui.commands import COMMANDS, moves_on
from phonetui.tui.key_times import KeyTimes
from phonetui.tui.messages import Announced
from phonetui.tui.middle_pane import MiddlePane
from phonetui.tui.news_pane import NewsPane
from phonetui.tui.pick_screen import PickScreen
from phonetui.tui.presentation.bars import status_line
from phonetui.tui.presentation.results import OFFERED, result_lines, stacked_result_lines
from phonetui.tui.saved_pane import SavedPane
from phonetui.tui.title_pane import TitlePane
from phonetui.tui.too_small_pane import TooSmallPane
from phonetui.tui.tour import Tour
from phonetui.tui.voter_pane import CODE, VoterPane

if TYPE_CHECKING:
    from phonetui.client.desk_surface import Desk

#: What the desk does by itself is drawn after so many seconds, together with whatever else it does meanwhile.
SOON = 0.05


class CallScreen(Screen[None]):
    """Draws the desk's view, and hands keys to it."""

    COMPONENT_CLASSES = STYLES

    def __init__(
        self, desk: Desk, own_keys: Mapping[str, Sequence[str]], zone: tzinfo | None, classes: str = ""
    ) -> None:
        super().__init__(classes=classes)
        self._zone = zone
        self.desk = desk
        self.view = desk.view
        self.keys = keymap(self.view.campaign, own_keys, offered_actions(self.view))
        self._own_keys = own_keys
        self.saving = False
        self._asked_to_leave = False
        self._before: CallerAction | Disposition | None = None
        self._asking = False
        self._prompt: ChoicePrompt | TextPrompt | None = None
        self._early: list[events.Key] = []
        self._key_times = KeyTimes()
        self._drawing_soon: Timer | None = None
        self.left_lines = LeftLines()
        self._attention = Attention()
        self._attention.is_wanted(self.view)
        self.script = MiddlePane(self)
        self.tour = Tour(self)
        self.heading = TitlePane(self)
        self._voter = VoterPane(self)
        self._results = Pane(self._result_lines, "results")
        self.news = NewsPane(self)
        self._answers = AnswersPanel(self)
        self._begun = BegunAnswer(self)
        self._saved = SavedPane(self)
        self._status = Pane(self._status_line, "status", classes="row")
        self._too_small = TooSmallPane(self)

    def compose(self) -> ComposeResult:
        """The panes, in the order in which they are read."""
        yield self.heading
        with Container(id="body"):
            with Container(id="reading"):
                yield self._answers
                yield self._voter
                yield Pane(lambda width, height: [], classes="rule")
                yield self.script
            yield Pane(lambda width, height: [], classes="rule second")
            yield self._results
        yield self.news
        yield self._saved
        yield self._status
        yield self._too_small

    def on_mount(self) -> None:
        """The voter's clock and the wait for the next try move without the desk."""
        self.set_interval(1, self.draw)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def draw_soon(self) -> None:
        """Show what happened without a key, or after one that has been shown: not in the way of the next."""
        if self._drawing_soon is None:
            self._drawing_soon = self.set_timer(SOON, self.draw)

    def draw(self) -> None:
        """Show the desk's view as it is now."""
        if self._drawing_soon is not None:
            self._drawing_soon.stop()
            self._drawing_soon = None
        before, self.view = self.view, self.desk.view
        if self.view.campaign is not before.campaign:
            self.keys = keymap(self.view.campaign, self._own_keys, offered_actions(self.view))
        if self._attention.is_wanted(self.view, by_key=self.saving):
            self.post_message(Announced(self, tr("Here is somebody to call.")))
        if self.view.phone.answers > before.phone.answers:
            self.post_message(Announced(self, tr("Somebody has answered.")))
        self._saved.look()
        self.set_class(self.shows_code, CODE)
        self.script.turn()
        self._answers.draw(before.call.voter_id)
        above, below = (self._voter, self.script, self._saved, self.heading), (self.news, self._results, self._status)
        for panes in ((self._too_small,),) if self._too_small.stands else (above, below):
            paint(self, {pane: pane.update() for pane in panes})  # what the eye waits for comes first

    def place_that_matters(self) -> Offset | None:
        """What was refused, else what comes by itself or is offered, else the question, else the number to dial."""
        refused, asked = self._saved.place_of("alarm"), self.script.place_of("accent")
        told = self._saved.content_region.offset if self.tour.goes_on else refused
        counts = self._voter.place_of("accent") if self.view.phone.seconds_left is not None else None
        offered = self._results.place_of("accent", keys=True, sign=OFFERED)
        called = self._voter.place_of("accent", keys=True)
        return told or counts or offered or asked or called or self.script.content_region.offset

    @property
    def in_call(self) -> bool:
        """Whether a call goes on, or the caller is being asked something about it."""
        return self._asking or self.view.in_call

    @property
    def is_stacked(self) -> bool:
        """Whether the window is too narrow for the panes to stand side by side."""
        return self.size.width < SIDE_BY_SIDE

    @property
    def code(self) -> list[TextLine]:
        """The number for a phone to read; nothing where there is none."""
        return self._voter.code

    @property
    def shows_code(self) -> bool:
        """Whether a phone is to read the number off the screen."""
        return self._voter.shows_code

    def _result_lines(self, width: int, height: int) -> list[TextLine]:
        if self.is_stacked and self.view.call.voter is None:  # the room is for why nobody is there
            return []
        if self.is_stacked:
            return stacked_result_lines(self.view, self.keys, width, low=self.size.height < HIGH)
        return result_lines(self.view, self.keys, width, height)

    def _status_line(self, width: int, height: int) -> list[TextLine]:
        return [status_line(self.view, self.keys, width, self._zone)]

    # -- keys --------------------------------------------------------------------------------------------------------

    async def on_key(self, event: events.Key) -> None:
        """One key, one action."""
        if self._prompt is not None and self.focused is not None and not self._prompt.answer.done():
            return  # what the line to type leaves over
        event.stop()
        if is_ending(self):
            return
        if not self._asking and await self._begun.takes(event):
            return
        if self._asking:  # typed before the question was there to take it, or while the answer to it is being saved
            self._early.append(event)
            return
        await self.press(pressed(event.key, event.character), too_fast=self._key_times.too_fast(event))

    async def on_pane_clicked(self, event: Pane.Clicked) -> None:
        """Clicking what stands for a key is pressing it."""
        if not self.desk.phone.stop_countdown():
            await self.press(event.key)

    def on_paste(self) -> None:
        """Pasted text is never a key."""
        self.notice(tr("Pasted text does nothing here; for a note press its key first."))

    async def press(self, key: str, *, too_fast: bool = False) -> None:
        """Carry out what `key` stands for; `too_fast` says that it came with others, faster than anyone types."""
        if self._asking or self._too_small.keeps(key):
            return
        if self._answers.press(key) or self.tour.press(key):
            return
        does = BY_ID["quit"] if key == "ctrl+c" else self.keys.find(key)
        self._saved.forget()
        self._asked_to_leave, self._before = self._before is does, does
        if key == "escape":
            await self._close()
        elif key == "ctrl+c":
            self._interrupt()
        elif too_fast and moves_on(does):
            self.notice(tr("That came too fast to be meant; press the key again."))
        elif isinstance(does, Disposition):
            await result(self, does)
        elif does is not None and does.where == "voter" and not (self.view.call.voter or self.script.takes(does)):
            self.notice(tr("There is no voter on the screen."))
        elif does is not None:
            await COMMANDS[does.id](self, key)

    async def _close(self) -> None:
        """Escape: back to the script, and out of a result that wants its key once more."""
        self.script.show_script()
        self._answers.close()
        self.draw()
        if self.view.call.phase is Phase.CONFIRMING:
            await self.act(Note(self.view.call.draft.note))

    # -- what keys do ------------------------------------------------------------------------------------------------

    async def act(self, action: Action) -> bool:
        """Hand the action to the desk; where it cannot be saved nothing moves, and the reason is shown."""
        return await self.saved(self.desk.act(action))

    async def saved(self, saving: Awaitable[None]) -> bool:
        """Wait until it is saved, which the desk tells; False, with the reason on the screen, where it cannot be."""
        self.saving = True
        try:
            await saving
        except Refused as refused:
            self.refuse(refused)
            return False
        finally:
            self.saving = False
        return True

    def leave(self) -> None:
        """End the shift; with a voter on the screen the key is wanted twice, unless leaving is asked about."""
        is_asked = self._asked_to_leave or self.view.typed_is_lost or self.view.phone.in_call
        if self.view.call.voter is not None and not is_asked:
            self.notice(leave_again(self.view, self.keys.shown("quit")))
        else:
            self.begin(lambda: leave(self))

    def end_shift(self) -> None:
        """Leave the desk."""
        self.app.exit()

    def _interrupt(self) -> None:
        """Ctrl-C is pressed to copy as well as to leave: it is always wanted twice."""
        if self._asked_to_leave:
            self.app.exit(return_code=INTERRUPTED)
        else:
            usual = tr("Press {key}, or Ctrl-C again, to leave; everything is saved.", key=self.keys.shown("quit"))
            self.notice(interrupted(self.view, usual))

    def show_text(self, title: str, paragraphs: Sequence[Sequence[str]]) -> None:
        """Something to read in place of the script; Escape closes it."""
        self.script.show_text(title, paragraphs)
        self.draw()

    async def show_code(self, link: str, to_send: Message) -> bool:
        """The link for a camera, or the message where no code can be drawn; whether the caller says that it is sent."""
        from phonetui.tui.code_screen import CodeScreen

        return await self.app.push_screen_wait(CodeScreen(link, to_send))

    def copy(self, to_send: Message) -> None:
        """Put the message on the clipboard, and say to whom it is to go."""
        self.app.copy_to_clipboard(to_send.text)
        self.notice(tr("Copied; send it to {whom}.", whom=to_send.shown_to))

    def look_up(self) -> None:
        """Answers at hand beside the script; keys are for their line."""
        self._answers.open()

    def notice(self, text: str) -> None:
        """Say this until the next key."""
        self._saved.said = Said(text)
        self.draw()

    def notice_trying(self) -> None:
        """Say that the server is tried now, until the try has come to something."""
        self._saved.keep_until_tried()
        self.notice(tr("Trying now…"))

    def refuse(self, refused: Refused) -> None:
        """Say why the key was not carried out."""
        self._saved.said = Said(str(refused), "alarm")
        self.draw()

    def begin(self, asking: Work) -> None:
        """Ask the caller something while the screen goes on; from now on keys are for the question."""
        self._asking = True
        self.beside(lambda: self._ask_all(asking))

    def beside(self, work: Work) -> None:
        """Do something that takes long while the calls go on."""
        self.run_worker(not_begun(work))

    async def _ask_all(self, asking: Work) -> None:
        await asking()
        self.script.show_script()  # what there was to read belonged to the question
        self.call_next(self._catch_up)

    async def _catch_up(self) -> None:
        """Keys that came while the answer was being saved, before any that comes now."""
        self._asking = False
        early, self._early = self._early, []
        for event in early:
            await self.on_key(event)

    async def choose(self, about: str, choices: Sequence[tuple[str, str]]) -> str | None:
        """Ask for one of the choices; the key of it, or None when the question was closed."""
        return await self._ask(ChoicePrompt(about, choices))

    async def pick(self, title: str, entries: Sequence[Sequence[str]]) -> int | None:
        """Show a list over the screen; the place of the entry that was picked, or None when it was closed."""
        return await self.app.push_screen_wait(PickScreen(title, entries, self._early))

    async def type_line(
        self,
        about: str,
        text: str = "",
        *,
        secret: bool = False,
        as_typed: Callable[[str], Awaitable[None]] | None = None,
    ) -> str | None:
        """Ask for a line, of which `text` stands there; what was typed, or None when it was closed."""
        prompt = TextPrompt(about, text, secret=secret)
        following = asyncio.create_task(prompt.hand_on_changes(as_typed)) if as_typed else None
        try:
            answer = await self._ask(prompt)
        finally:
            if following is not None:
                following.cancel()
        if answer is None and as_typed is not None:  # the letters since it was last handed any
            await as_typed(prompt.typed)
        return answer

    async def _ask(self, prompt: ChoicePrompt | TextPrompt) -> str | None:
        """Put a question in the place of the status line; the answer, or None when it was closed."""
        self._status.display = False
        self._prompt = prompt
        await self.mount(prompt, after=self._status)
        self.call_later(hand_over, self, prompt.takes_keys, self._early)
        try:
            return await prompt.answer
        finally:
            self._saved.said = self._prompt = None
            self._key_times.heard(prompt.answered_at)
            self.set_focus(None)
            await prompt.remove()
            self._status.display = True
            self.draw()
