"""Lines that were closed before their end: what was typed stands there again for the same voter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonetui.client.front_end import FrontEnd


class LeftLines:
    """What was typed into lines that were closed, by what they are for; forgotten with the voter."""

    def __init__(self) -> None:
        self._voter_id = ""
        self._left: dict[str, str] = {}

    def of(self, voter_id: str) -> dict[str, str]:
        """Those of this voter; of one before nothing is left."""
        if voter_id != self._voter_id:
            self._voter_id, self._left = voter_id, {}
        return self._left


async def line_again(
    front: FrontEnd,
    about: str,
    text: str = "",
    *,
    kept_as: str = "",
    begun: bool = False,
    as_typed: Callable[[str], Awaitable[None]] | None = None,
) -> str | None:
    """As `type_line`, with what was left there when it was closed in place of `text`, unless that is `begun` anew.

    Lines for the same are `kept_as` the same, else by what they are called.
    """
    left, name = front.left_lines.of(front.view.call.voter_id), kept_as or about
    so_far = text if begun else left.get(name, text)

    async def follow(typed: str) -> None:
        nonlocal so_far
        so_far = typed
        if as_typed is not None:
            await as_typed(typed)

    answer = await front.type_line(about, so_far, as_typed=follow)
    if answer is None:
        left[name] = so_far
    else:
        left.pop(name, None)
    return answer
