"""Events without what they say of a voter: what counts stays, and what tells of a person goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Connection, bindparam, select

from phonetui.core.answers import LARGEST
from phonetui.core.campaign import Campaign, Question
from phonetui.core.conditions import BETWEEN
from phonetui.core.event import AnyEvent, HelpQuestion, Outcome, Remark, Report, decode, decode_outcome, encode
from phonetui.server.arrivals import read_head
from phonetui.server.tables import voters

#: In place of an answer that may tell who gave it: that the question was answered stays counted.
ANSWERED = "–"
_QUESTION_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")

#: In `voters.ended`; the row stays, so that its id is nobody else's.
ERASED = "erased"

_ERASED_AMONG = select(voters.c.voter_id).where(
    voters.c.campaign_id == bindparam("campaign"),
    voters.c.voter_id.in_(bindparam("voters", expanding=True)),
    voters.c.ended == ERASED,
)


def erased_among(connection: Connection, campaign_id: str, voter_ids: Collection[int]) -> set[int]:
    """Those of the voters who were erased: an event of theirs that comes now is stored without content.

    Whoever asks has locked the households of the events, as erasing does: nobody else is erased meanwhile.
    """
    if not voter_ids:
        return set()
    return set(connection.scalars(_ERASED_AMONG, {"campaign": campaign_id, "voters": sorted(voter_ids)}))


def without_content(campaign: Campaign, body: bytes) -> bytes:
    """The event's bytes, counted as before: no note, no answer in words, no ticket, of a number two digits."""
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
        answers = _without_words(campaign, event.answers)
        return msgspec.structs.replace(event, note="", answers=answers, call_at=None, to_me=False)
    if isinstance(event, Report | Remark | HelpQuestion):
        return msgspec.structs.replace(event, text="")
    return event


def _without_words(campaign: Campaign, answers: Mapping[str, str]) -> dict[str, str]:
    """Answers that were chosen, and numbers; of all others, that they were given."""
    asked = {step.question.id: step.question for step in campaign.steps if step.question is not None}
    return {
        key if _QUESTION_ID.fullmatch(key) else f"{ANSWERED}{place}": _harmless(asked.get(key), answer)
        for place, (key, answer) in enumerate(answers.items())
    }


def _harmless(question: Question | None, answer: str) -> str:
    """What is left of an answer to a question of the script as it is now; it may have asked for words before."""
    if question is None:
        return answer and ANSWERED
    if question.kind in ("number", "pledge"):
        is_number = answer.isascii() and answer.isdigit() and len(answer) <= len(str(LARGEST))
        return answer if is_number and int(answer) <= LARGEST else answer and ANSWERED
    offered = {one.id for one in question.answers}
    return BETWEEN.join(one if one in offered else ANSWERED for one in filter(None, answer.split(BETWEEN)))
