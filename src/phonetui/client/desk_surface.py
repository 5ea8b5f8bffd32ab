"""What every front end holds of the desk, whatever is behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from phonetui.client.view import View
from phonetui.core.call_actions import Action
from phonetui.core.word import Word

if TYPE_CHECKING:
    from phonetui.client.elsewhere import Elsewhere
    from phonetui.client.first_shift import FirstShift
    from phonetui.client.pacing import Pacing
    from phonetui.client.phone_line import PhoneLine
    from phonetui.client.today import MadeCall
    from phonetui.core.correction import Correction


class Desk(Protocol):
    """The surface that a front end sees."""

    @property
    def view(self) -> View:
        """The picture as it is now; cheap."""

    @property
    def elsewhere(self) -> Elsewhere | None:
        """Other campaigns and accounts to call for; None where there are none to choose."""

    @property
    def pacing(self) -> Pacing:
        """The shift's numbers and breaks."""

    @property
    def phone(self) -> PhoneLine:
        """What dials, and its call."""

    @property
    def first_shift(self) -> FirstShift:
        """Whether the caller is new here."""

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` on the event loop after every change of the view."""

    async def start(self) -> None:
        """Show the voter from the journal, then connect."""

    async def act(self, action: Action) -> None:
        """Carry out a key; returns once it is saved. Raises `Refused` where it cannot be saved: nothing has moved."""

    async def write_down(self, word: Word) -> None:
        """Write a word to the campaign down. Raises `Refused` where it cannot be saved, or is about no voter."""

    def calls_today(self) -> tuple[MadeCall, ...]:
        """The calls of the day as they read now, with the shifts before this one, the newest first."""

    async def correct(self, made: MadeCall, to: Correction) -> None:
        """Write down what a call of today ought to read. Raises `Refused` for what makes no sense or is not saved."""

    async def see(self, notice_ids: Collection[str]) -> None:
        """The caller has seen these notices and answers. Raises `Refused` where that cannot be saved."""

    async def export(self, file: Path) -> None:
        """Write what the campaign does not have to a new file; it stays here too. Raises `Refused`."""

    def try_now(self) -> None:
        """Exchange now rather than when the next try is due."""

    async def sign_in(self, password: str) -> None:
        """Sign in again where the campaign server has ended the log-in; the shift goes on. Raises `Refused`."""

    def tell_rejected(self) -> str:
        """What the campaign did not take, and who can do what; the caller knows of it from then on.

        Empty where there is nothing that the caller does not know of.
        """

    def do_extra(self, action_id: str) -> None:
        """Carry out an action that this desk alone offers."""

    def take_along(self, households: int) -> None:
        """Ask for so many households in all, to call them without a line until the day's hours end; 0 asks no more."""

    async def give_back(self) -> None:
        """Hand back uncalled who is on hand, save the household on the screen; to be followed by `close`.

        Raises `Refused` where that cannot be saved: all stay on hand.
        """

    async def close(self) -> None:
        """End the shift: what is unsent and who is still to be called stay on the laptop, nobody else does."""
