"""Events without what they say of a voter: what counts stays, and what tells of a person goes."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, bindparam, select

from phonetui.core.campaign import Campaign, QuestionKind
from phonetui.core.event import AnyEvent, Dial, HelpQuestion, Outcome, Remark, Report, decode, decode_outcome, encode
from phonetui.server.arrivals import read_head
from phonetui.server.tables import voters

#: The kinds of questions whose answers say nothing of who gave them.
TELLS_OF_NOBODY: tuple[QuestionKind, ...] = ("one", "several", "scale", "event", "number", "pledge")


#: In `voters.ended`; the row stays, so that its id is nobody else's.
ERASED = "erased"

_ERASED_AMONG = select(voters.c.voter_id).where(
    voters.c.campaign_id == bindparam("campaign"),
    voters.c.voter_id.in_(bindparam("voters", expanding=True)),
    voters.c.ended == ERASED,
)


def erased_among(connection: Connection, campaign_id: str, voter_ids: Collection[int]) -> set[int]:
    """Those of the voters who were erased: an event of theirs that comes now is stored without content."""
    if not voter_ids:
        return set()
    return set(connection.scalars(_ERASED_AMONG, {"campaign": campaign_id, "voters": sorted(voter_ids)}))


def without_content(campaign: Campaign, body: bytes) -> bytes:
    """The event's bytes, counted as before: no note, no number, no answer in words, no ticket."""
    try:
        event = decode(body)
    except msgspec.ValidationError:  # of a kind that this server does not know yet
        return msgspec.json.encode(msgspec.structs.replace(read_head(body), ticket=""))
    return encode(_counted(campaign, msgspec.structs.replace(event, ticket="")))


def outcome_without_content(campaign: Campaign, body: bytes) -> bytes:
    """The same of an attempt's outcome, which is stored without its kind."""
    return msgspec.json.encode(_counted(campaign, msgspec.structs.replace(decode_outcome(body), ticket="")))


def _counted(campaign: Campaign, event: AnyEvent) -> AnyEvent:
    if isinstance(event, Outcome):
        questions = [step.question for step in campaign.steps if step.question is not None]
        harmless = {question.id for question in questions if question.kind in TELLS_OF_NOBODY}
        answers = {key: answer for key, answer in event.answers.items() if key in harmless}
        return msgspec.structs.replace(event, note="", number_ending="", answers=answers, call_at=None, to_me=False)
    if isinstance(event, Dial):
        return msgspec.structs.replace(event, number_ending="")
    if isinstance(event, Report | Remark | HelpQuestion):
        return msgspec.structs.replace(event, text="")
    return event
