"""The day's attempts, and what they amount to, over however many shifts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from phonetui.core import event as events
from phonetui.core.campaign import Campaign
from phonetui.core.eligibility import known_zone
from phonetui.core.tally import Tally, tally


class Today:
    """Counts when it is asked, and again when an attempt or a day is new. A day is one of the campaign's zone."""

    def __init__(self, attempts: Iterable[events.Attempt]) -> None:
        self._attempts = list(attempts)
        self._counted_for: Campaign | None = None
        self._counted: tuple[date, int] | None = None
        self._tally = Tally()

    def add(self, attempts: Iterable[events.Attempt]) -> None:
        """These have been made since."""
        self._attempts += attempts

    def tally(self, campaign: Campaign | None, now: datetime) -> Tally:
        """What stands of the day of `now`, by the laptop's clock, as are the attempts' own times."""
        if campaign is None:
            return Tally()
        zone = known_zone(campaign.zone)
        counted = now.astimezone(zone).date(), len(self._attempts)
        if campaign is not self._counted_for or counted != self._counted:
            standing = events.current(self._attempts).values()
            self._tally = tally(campaign, (one for one in standing if one.at.astimezone(zone).date() == counted[0]))
            self._counted_for, self._counted = campaign, counted
        return self._tally
