"""What a front end can do for the questions and commands that all of them have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Protocol

from phonetui.client.desk_surface import Desk
from phonetui.client.left_lines import LeftLines
from phonetui.client.view import View
from phonetui.core.call_actions import Action
from phonetui.core.follow_up import Message
from phonetui.core.keymap import Keymap
from phonetui.core.refusal import Refused

#: Something to ask or to do that is not begun yet: the front end may be left before it is.
Work = Callable[[], Coroutine[None, None, None]]


class FrontEnd(Protocol):
    """Shows a desk to a caller, and asks the caller something: one question after the other."""

    @property
    def desk(self) -> Desk:
        """What keys are carried out at."""

    @property
    def view(self) -> View:
        """What the caller was shown last."""

    @property
    def keys(self) -> Keymap:
        """Which key does what."""

    @property
    def left_lines(self) -> LeftLines:
        """What was typed into lines that were closed."""

    def notice(self, text: str) -> None:
        """Say this until the next key; before a question, beside it until it is answered."""

    def refuse(self, refused: Refused) -> None:
        """Say why something was not done."""

    def notice_trying(self) -> None:
        """Say that the server is tried now, until the try has come to something."""

    async def act(self, action: Action) -> bool:
        """Hand the action to the desk; False where it cannot be saved, which is told."""

    async def saved(self, saving: Awaitable[None]) -> bool:
        """Wait until something is saved; False where it cannot be, which is told."""

    def begin(self, asking: Work) -> None:
        """Ask the caller something; from now on what is typed is for the question."""

    def beside(self, work: Work) -> None:
        """Do something that takes long while the calls go on."""

    async def choose(self, about: str, choices: Sequence[tuple[str, str]]) -> str | None:
        """Ask for one of the choices, each a key and what it means; None where the caller closes the question."""

    async def pick(self, title: str, entries: Sequence[Sequence[str]]) -> int | None:
        """Show a list and ask for one of its entries, each a title and lines about it; its place, from 0, or None."""

    async def type_line(
        self,
        about: str,
        text: str = "",
        *,
        secret: bool = False,
        as_typed: Callable[[str], Awaitable[None]] | None = None,
    ) -> str | None:
        """Ask for a line, of which `text` stands there to be changed; None where the caller closes the question.

        What is `secret` is not shown. `as_typed` is handed what stands there after a letter, where letters can be seen,
        and before the line is closed.
        """

    def show_text(self, title: str, paragraphs: Sequence[Sequence[str]]) -> None:
        """Put this before the caller to be read, each paragraph in its lines, without taking a key from the call."""

    async def show_code(self, link: str, to_send: Message) -> bool:
        """Show a phone's camera the link, or the caller the message where no code can be drawn; whether it was sent."""

    def copy(self, to_send: Message) -> None:
        """Give the message out to be pasted, and say to whom it is to go."""

    def end_shift(self) -> None:
        """Leave the desk."""
