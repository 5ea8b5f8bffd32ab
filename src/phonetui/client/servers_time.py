"""The server's time as this laptop knows it, from one start to the next."""

from __future__ import annotations

from datetime import datetime, timedelta

from phonetui.client.clock import Clock
from phonetui.client.journal import Journal
from phonetui.client.outbox import Outbox
from phonetui.client.turn import Moment

#: A wall clock that is off by more since the last look was set.
CLOCK_SET = timedelta(seconds=2)


class ServersTime:
    """`offset` is how far the server's clock is ahead of the laptop's, as the journal has it."""

    def __init__(self, outbox: Outbox, journal: Journal, clock: Clock, offset: timedelta) -> None:
        self._outbox = outbox
        self._journal = journal
        self._clock = clock
        self.offset = offset

    def now(self) -> datetime:
        """As last known."""
        return self._outbox.server_now(self._clock.tick())

    def moment(self) -> Moment:
        """Now, by all clocks."""
        tick = self._clock.tick()
        return Moment(self._clock.now(), tick, self._outbox.server_now(tick))

    async def keep(self) -> None:
        """The wall clock that was set while phonetui runs must not mislead the next start about the server's time."""
        offset = self.now() - self._clock.now()
        if abs(offset - self.offset) > CLOCK_SET:
            await self._journal.set_offset(offset)
            self.offset = offset
