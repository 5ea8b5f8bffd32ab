"""For whom a step of the script is meant: its `when` and `unless`, judged for one voter on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from phonetui.core.campaign import Campaign, Condition, Step
from phonetui.core.eligibility import known_zone
from phonetui.core.languages import language_code
from phonetui.core.voter import Voter

#: Between the ids of several answers to one question.
BETWEEN = ";"


class Listener(Struct, frozen=True):
    """Whom the script is read to, and the date where they live."""

    voter: Voter
    today: date


def date_there(campaign: Campaign, voter: Voter, at: datetime) -> date:
    """The date at `at` where the voter lives; of several zones the first counts, as for the time on the screen."""
    zone = next(filter(None, map(known_zone, voter.zones)), None) or ZoneInfo(campaign.zone)
    return at.astimezone(zone).date()


def meant(step: Step, listener: Listener, answers: Mapping[str, str]) -> bool:
    """Whether the step is for this voter, after these answers; otherwise it is passed over."""
    if step.when is not None and not holds(step.when, listener, answers):
        return False
    return step.unless is None or not holds(step.unless, listener, answers)


def holds(condition: Condition, listener: Listener, answers: Mapping[str, str]) -> bool:
    """Whether all that the condition names is so; what is not known of the voter is not so."""
    voter, today = listener.voter, listener.today
    return (
        all(chosen(answers.get(question, "")) & {*ids} for question, ids in condition.answers.items())
        and (not condition.languages or same_language(voter.language, condition.languages))
        and (not condition.parties or _shared([voter.party], condition.parties))
        and (not condition.tags or _shared(voter.tags, condition.tags))
        and (not condition.voted_in or _shared(voter.elections, condition.voted_in))
        and _within(voter.age, condition.youngest, condition.oldest)
        and (condition.starts is None or today >= condition.starts)
        and (condition.ends is None or today <= condition.ends)
    )


def chosen(answer: str) -> set[str]:
    """The ids of the answers that were chosen; none where there is no answer."""
    return set(filter(None, answer.split(BETWEEN)))


def same_language(written: str, codes: Iterable[str]) -> bool:
    """Whether a voter's language, as a voter file writes it, is one of those."""
    wanted = language_code(written) or written.casefold()
    return any(wanted == (language_code(code) or code.casefold()) for code in codes)


def _shared(of_voter: Iterable[str], wanted: Iterable[str]) -> bool:
    return not {name.casefold() for name in of_voter}.isdisjoint(name.casefold() for name in wanted)


def _within(age: int | None, youngest: int | None, oldest: int | None) -> bool:
    """Whether the age is between the two; of who has no age known nothing is so."""
    if youngest is None and oldest is None:
        return True
    return age is not None and (youngest is None or age >= youngest) and (oldest is None or age <= oldest)
