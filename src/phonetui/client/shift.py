"""The shift's attempts, and what they amount to so far."""

from __future__ import annotations

from collections.abc import Iterable

from phonetui.core import event as events
from phonetui.core.campaign import Campaign
from phonetui.core.pace import made
from phonetui.core.tally import Tally, add, tally


class Shift:
    """Counts as attempts are made, so that a long shift makes no key slower.

    A correction of what an earlier shift has called is no call of this one.
    """

    def __init__(self, attempts: Iterable[events.Attempt]) -> None:
        self.attempts = list(attempts)
        self._counted_for: Campaign | None = None
        self._tally = Tally()

    def add(self, attempts: Iterable[events.Attempt]) -> None:
        """Counts these on. One that takes another back has all counted anew."""
        for attempt in attempts:
            self.attempts.append(attempt)
            if not isinstance(attempt, events.Outcome) or attempt.supersedes:
                self._counted_for = None
            elif self._counted_for is not None:
                self._tally = add(self._counted_for, self._tally, attempt)

    def tally(self, campaign: Campaign | None) -> Tally:
        """What stands, by this campaign's dispositions."""
        if campaign is None:
            return Tally()
        if campaign is not self._counted_for:
            self._tally = tally(campaign, (call.outcome for call in made(self.attempts)))
            self._counted_for = campaign
        return self._tally
