"""What stands in the middle: the script, all about the voter, something to read, or why nobody is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from phonetui.core.actions import CallerAction
from phonetui.core.translation import tr
from phonetui.screen.line import BLANK, Line
from phonetui.screen.script_pane import ScriptPane
from phonetui.screen.sizes import SIDE_BY_SIDE
from phonetui.tui.presentation import reading, words
from phonetui.tui.presentation import voter as voters
from phonetui.tui.presentation.hints import hint
from phonetui.tui.presentation.large import large_lines
from phonetui.tui.presentation.script import place_line, script_lines

if TYPE_CHECKING:
    from phonetui.tui.call_screen import CallScreen

#: A line of the script is no longer than the eye follows, in cells.
LONGEST_LINE = 66
#: Lines about the voter where a code stands in their place.
BESIDE_CODE = 4


class MiddlePane(ScriptPane):
    """Whatever stands in the script's place, the script is where it was once that is closed."""

    def __init__(self, call_screen: CallScreen) -> None:
        super().__init__(self._lines, self._foot, "script")
        self._on = call_screen
        self._details_of = self._large_of = ""
        self._read: reading.Text | None = None

    def on_mount(self) -> None:
        """At the page that belongs there: whoever scrolls at once stays there."""
        self.turn()

    @property
    def shows_details(self) -> bool:
        """Whether everything about this voter stands in place of the script."""
        return bool(self._details_of) and self._details_of == self._on.view.call.voter_id

    def show_details(self) -> None:
        """Everything about this voter in place of the script."""
        self.show_script()
        self._details_of = self._on.view.call.voter_id

    @property
    def shows_large(self) -> bool:
        """Whether this voter's number stands in place of the script in large digits."""
        return bool(self._large_of) and self._large_of == self._on.view.call.voter_id

    def show_large(self) -> None:
        """The number in place of the script, in large digits."""
        self.show_script()
        self._large_of = self._on.view.call.voter_id

    def show_text(self, title: str, paragraphs: Sequence[Sequence[str]]) -> None:
        """Something to read in place of the script, until it is closed."""
        self.show_script()
        self._read = reading.Text(title, tuple(map(tuple, paragraphs)))

    @property
    def shows_text(self) -> bool:
        """Whether something to read stands in place of the script."""
        return self._read is not None

    def takes(self, does: CallerAction) -> bool:
        """Whether the action turns pages of what there is to read, voter or not."""
        return (self.shows_text or (self._on.view.call.voter is None and self.is_long)) and does.id in (
            "forward",
            "back",
        )

    def show_script(self) -> None:
        """The script again."""
        self._details_of, self._large_of, self._read = "", "", None

    def turn(self) -> None:
        """To the page that belongs there now; to be drawn after."""
        call, waiting = self._on.view.call, self._on.view.waiting
        about = self._read.title if self._read else waiting.title if waiting else ""
        self.turn_to(
            (call.voter_id, self.shows_details, self.shows_large, about, call.draft.place.steps), call.voter_id
        )

    def _lines(self, width: int, height: int) -> list[Line]:
        view, keys = self._on.view, self._on.keys
        if self._read is not None:
            return reading.text_page(self._read, min(width, LONGEST_LINE))
        if view.call.voter is None:
            work = words.todays_work(view, width) if self._on.size.width >= SIDE_BY_SIDE else []
            return [*words.waiting_lines(view, width), BLANK, *work]
        if self.shows_details:
            return voters.whole_voter_lines(view, keys, width)
        if self.shows_large and view.call.household is not None:
            return large_lines(view.call.household.number, width, height, self._block)
        above = self._beside_the_code(width)
        return [*above, *script_lines(view, keys, min(width, LONGEST_LINE), height - len(above))]

    @property
    def _block(self) -> str:
        return "█" if self._on.app.console.encoding.startswith("utf") else "#"

    def _beside_the_code(self, width: int) -> list[Line]:
        """Who is called, where a code has the voter's place for itself."""
        if not (self._on.is_stacked and self._on.shows_code):
            return []
        return [*voters.short_voter_lines(self._on.view, self._on.keys, width, BESIDE_CODE, code=True), BLANK]

    def _foot(self, more: bool) -> Line:
        if self._read is not None:
            return reading.foot(self._on.keys, more=more)
        if self.shows_details:
            return words.details_line(self._on.keys, more=more)
        if self.shows_large:
            return hint(self._on.keys, "large", tr("script"))
        if self._on.view.call.voter is None:
            return hint(self._on.keys, "forward", tr("more")) if more else BLANK
        return place_line(self._on.view, self._on.keys, more=more)
