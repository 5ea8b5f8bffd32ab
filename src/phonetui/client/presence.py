"""What each request says of the caller to those who run the evening."""

from __future__ import annotations

from msgspec import Struct

from phonetui.client.clock import Clock
from phonetui.client.desk_surface import Desk


class Presence(Struct, frozen=True):
    """The household on the caller's screen, by its id, for so many seconds; and whether there is a break."""

    shown: str = ""
    shown_for: int = 0
    on_break: bool = False


#: No desk is open.
NOWHERE = Presence()


def presence(desk: Desk, clock: Clock) -> Presence:
    """Who is on the desk's screen now."""
    call, on_break = desk.view.call, desk.pacing.resting_since is not None
    if call.household is None:
        return Presence(on_break=on_break)
    return Presence(call.household.household_id, max(0, round(clock.tick() - call.shown_tick)), on_break)
