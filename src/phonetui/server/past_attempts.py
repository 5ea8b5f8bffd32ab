"""Attempts that were made before, as the table has them, and as they count for who is called again."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import bindparam, select

from phonetui.core.campaign import Campaign
from phonetui.core.event import decode_outcome
from phonetui.core.recall import Attempted, disposition_of
from phonetui.server.tables import attempts


class Past(Struct, frozen=True):
    """An earlier attempt, and the visit that it was part of."""

    attempt_id: str
    voter_id: int
    household_id: int
    caller_id: str
    lent_at: datetime
    number: str
    disposition: str
    at: datetime
    same_call: bool
    body: bytes

    @property
    def visit(self) -> tuple[int, str, datetime]:
        """What one caller did with the household in one lease."""
        return self.household_id, self.caller_id, self.lent_at

    def counts(self, campaign: Campaign, number: str) -> Attempted:
        """The attempt as it counts for a household that is called at `number`."""
        disposition = disposition_of(campaign, self.disposition)
        asked_for_a_time = disposition.call_back or disposition.quiet
        outcome = decode_outcome(self.body) if asked_for_a_time else None
        return Attempted(
            self.attempt_id,
            str(self.voter_id),
            self.caller_id,
            self.lent_at,
            self.at,
            disposition,
            shared=self.number == number,
            call_at=outcome.call_at if outcome else None,
            to_me=outcome is not None and outcome.to_me,
            same_call=self.same_call,
        )


#: To be narrowed to the attempts that are asked for; each row is a `Past`.
OF_CAMPAIGN = select(*[attempts.c[name] for name in Past.__struct_fields__]).where(
    attempts.c.campaign_id == bindparam("campaign")
)
