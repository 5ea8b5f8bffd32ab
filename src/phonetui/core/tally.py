"""Counting: attempts, contacts and talks."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from phonetui.core.campaign import Campaign
from phonetui.core.event import Outcome


class Tally(Struct, frozen=True, omit_defaults=True):
    """What came of a set of outcomes within one round.

    `attempts` counts dialings. `contacted` and `talked_to` hold voters' ids, so that each voter counts once a round.
    `results` counts outcomes by disposition.
    """

    attempts: int = 0
    contacted: frozenset[str] = frozenset()
    talked_to: frozenset[str] = frozenset()
    results: dict[str, int] = {}

    @property
    def contacts(self) -> int:
        """Voters of whom at least one attempt reached a person."""
        return len(self.contacted)

    @property
    def talks(self) -> int:
        """Voters with whom the script was begun."""
        return len(self.talked_to)

    @property
    def outcomes(self) -> int:
        """All of them: somebody else in the same call has an outcome of their own."""
        return sum(self.results.values())

    @property
    def contact_rate(self) -> float:
        """Contacts for each attempt; 0 before the first. A household reached in one dialing can bring it above 1."""
        return self.contacts / self.attempts if self.attempts else 0.0


def is_talk(campaign: Campaign, outcome: Outcome) -> bool:
    """Whether somebody was reached and the script was begun."""
    disposition = campaign.disposition(outcome.disposition)
    return disposition is not None and disposition.contact and (disposition.talk or outcome.talked)


def add(campaign: Campaign, so_far: Tally, outcome: Outcome) -> Tally:
    """The tally with one more outcome. A disposition that the campaign no longer has counts as an attempt alone."""
    disposition = campaign.disposition(outcome.disposition)
    contact = disposition is not None and disposition.contact
    talk = is_talk(campaign, outcome)
    voter = frozenset([outcome.voter_id])
    return Tally(
        attempts=so_far.attempts + (not outcome.same_call),
        contacted=so_far.contacted | voter if contact else so_far.contacted,
        talked_to=so_far.talked_to | voter if talk else so_far.talked_to,
        results={**so_far.results, outcome.disposition: so_far.results.get(outcome.disposition, 0) + 1},
    )


def tally(campaign: Campaign, outcomes: Iterable[Outcome]) -> Tally:
    """What these outcomes of one round amount to; `core.event.current` says which outcomes stand."""
    counted = Tally()
    for outcome in outcomes:
        counted = add(campaign, counted, outcome)
    return counted
