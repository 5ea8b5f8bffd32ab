"""A letter where words are to be typed: the key of a result, unless more letters follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.timer import Timer

from phonetui.client.typed_answer import type_answer
from phonetui.core.campaign import Disposition
from phonetui.core.keymap import Bound
from phonetui.core.keys import pressed
from phonetui.core.translation import tr

if TYPE_CHECKING:
    from phonetui.core.script_page import Page
    from phonetui.tui.call_screen import CallScreen

#: Seconds after such a letter in which another makes both the beginning of the answer; a result that nobody meant is
#: worse than one that is saved a moment later.
TYPING_ON = 2.5


class BegunAnswer:
    """Holds a key that would end the call at a step whose answer is typed, until it is clear what it was meant for.

    A result stays one press: it is saved when nothing has followed for a moment, or some other key has. Escape and
    Backspace take the letter back; Enter, or any letter, types on.
    """

    def __init__(self, call_screen: CallScreen) -> None:
        self._on = call_screen
        self._held = ""
        self._step = ("", "")
        self._timer: Timer | None = None

    async def takes(self, event: events.Key) -> bool:
        """Whether the key is held now, or belongs to one that was; any other is to be carried out."""
        key = pressed(event.key, event.character)
        held, page = self._let_go()
        if held and page is not None:
            if key in ("escape", "backspace"):
                self._on.notice(tr("Taken back; nothing was saved."))
                return True
            if key == "enter" or self._types_on(held, key):
                letters = held + {"enter": "", "space": " "}.get(key, key)
                self._on.begin(lambda: type_answer(self._on, page, letters))
                return True
            await self._on.press(held)
            return False
        return self._hold(key)

    def _hold(self, key: str) -> bool:
        does, page = self._on.keys.find(key), self._page
        if page is None or does is None or len(key) > 1 or not key.isalpha() or not _ends_the_call(does):
            return False
        if self._on.tour.goes_on:
            return False
        self._held, self._step = key, self._place
        self._timer = self._on.set_timer(TYPING_ON, self._carry_out)
        told = tr("{key}: {result}, unless you type on; Esc takes it back.", key=key, result=self._label(does))
        self._on.notice(told)
        return True

    def _label(self, does: Bound) -> str:
        campaign = self._on.view.campaign
        return campaign.words(does.label) if campaign and isinstance(does, Disposition) else str(does.label)

    def _types_on(self, held: str, key: str) -> bool:
        """Digits answer what a result asks, such as when to call back."""
        does = self._on.keys.find(held)
        asks = isinstance(does, Disposition) and (does.call_back or does.quiet)
        return key == "space" or (len(key) == 1 and not (asks and key.isdecimal()))

    async def _carry_out(self) -> None:
        held, page = self._let_go()
        if page is not None:
            await self._on.press(held)

    def _let_go(self) -> tuple[str, Page | None]:
        """The key that was held, and the page if that is on the screen still; nothing is held any more."""
        held, self._held = self._held, ""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        return held, self._page if held and self._place == self._step else None

    @property
    def _page(self) -> Page | None:
        """The page on the screen, where something on it is still to be typed; none while the tour has the keys."""
        page = None if self._on.tour.goes_on else self._on.view.page
        return page if page and any(not blank.answer for blank in page.blanks) else None

    @property
    def _place(self) -> tuple[str, str]:
        call = self._on.view.call
        return call.voter_id, call.draft.place.step_id


def _ends_the_call(does: Bound) -> bool:
    """Whether the voter leaves the screen by it; a result that wants its key twice is never one by accident."""
    return not does.confirm if isinstance(does, Disposition) else does.id in ("skip", "undo")
