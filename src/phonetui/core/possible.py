"""What can be so of one voter at once: whether conditions can hold together, as a check of the script must know.

What is known so far is a limit for each field: the voter's language, party, age, tags and elections, the date, and the
answer to each question. The fields are independent of each other: all can be so when each can.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from phonetui.core.campaign import Campaign, Condition, Question, Step
from phonetui.core.languages import language_code

#: Nobody is known to be older.
OLDEST = 130
#: Where steps can be passed over in more ways, what was known is given up: then all is possible.
_MOST_WAYS = 200
#: No answer, as a value.
_NONE = ""

Value = str | int


class Limit(Struct, frozen=True):
    """What is known of a field: it has one value `among` these (any, where that is None) and `without` those.

    Of tags and the like a voter has several: at least one of each of `needs`, and none of `without`.
    """

    among: frozenset[Value] | None = None
    without: frozenset[Value] = frozenset()
    needs: tuple[frozenset[Value], ...] = ()

    @property
    def possible(self) -> bool:
        """Whether it can be so of anybody."""
        if self.among is not None and not self.among - self.without:
            return False
        return all(need - self.without for need in self.needs)


class Fact(Struct, frozen=True):
    """That a field has one of these values; one that can have `several` has at least one of them."""

    field: str
    values: frozenset[Value]
    several: bool = False


#: Limits by field. Fields of answers are named by their question, with a mark in front.
Known = Mapping[str, Limit]
ANSWER = "answer "


class Possible:
    """What the conditions of a campaign's script can come to."""

    def __init__(self, campaign: Campaign) -> None:
        self._questions = {step.question.id: step.question for step in campaign.steps if step.question}
        first, last = campaign.starts.toordinal(), campaign.ends.toordinal()
        conditions = [one for step in campaign.steps for one in (step.when, step.unless) if one]
        turning = {one.starts.toordinal() for one in conditions if one.starts}
        turning |= {one.ends.toordinal() + 1 for one in conditions if one.ends}
        self._days = frozenset({first, *(day for day in turning if first <= day <= last)})

    def meant(self, step: Step, known: Known) -> Iterator[Known]:
        """The ways in which the step can be for a voter of whom that is known."""
        so = self._all(step.when, known) if step.when else known
        if so is None:
            return
        if step.unless is None:
            yield so
        else:
            yield from self._not_all(step.unless, so)

    def passed_over(self, step: Step, known: Known) -> Iterator[Known]:
        """The ways in which a voter of whom that is known can be led past the step."""
        if step.when is not None:
            yield from self._not_all(step.when, known)
        if step.unless is not None and (so := self._all(step.unless, known)) is not None:
            yield so

    def can_hold(self, condition: Condition) -> bool:
        """Whether there can be a voter and a day for which it holds."""
        return self._all(condition, {}) is not None

    def answered(self, question: Question, answer_id: str, known: Known) -> Known | None:
        """What is known once that answer was given; None where it cannot have been."""
        return self._adding(known, Fact(ANSWER + question.id, frozenset([answer_id]), question.kind == "several"))

    def led_to(self, ahead: Sequence[Step], known: Known) -> Iterator[Step | None]:
        """The steps, of those ahead, that may be the next one; None where all of them may be passed over."""
        ways: list[Known] = [known]
        for step in ahead:
            if any(True for way in ways for _ in self.meant(step, way)):
                yield step
            ways = [passed for way in ways for passed in self.passed_over(step, way)]
            if not ways:
                return
            if len(ways) > _MOST_WAYS:
                ways = [{}]
        yield None

    def _all(self, condition: Condition, known: Known) -> Known | None:
        """What is known where the condition holds; None where it cannot."""
        held: Known | None = known
        for fact in self._facts(condition):
            held = self._adding(held, fact) if held is not None else None
        return held

    def _not_all(self, condition: Condition, known: Known) -> Iterator[Known]:
        """What is known where it does not hold: one of its facts is not so."""
        for fact in self._facts(condition):
            limit = self._limit(known, fact.field)
            limit = replace(limit, without=limit.without | fact.values)
            if limit.possible:
                yield {**known, fact.field: limit}

    def _adding(self, known: Known, fact: Fact) -> Known | None:
        limit = self._limit(known, fact.field)
        if fact.several:
            limit = replace(limit, needs=(*limit.needs, fact.values))
        else:
            limit = replace(limit, among=fact.values if limit.among is None else limit.among & fact.values)
        return {**known, fact.field: limit} if limit.possible else None

    def _limit(self, known: Known, field: str) -> Limit:
        """What is known of the field; at first that the date is one of the campaign, and an answer one of those."""
        if field in known:
            return known[field]
        if field == "date":
            return Limit(among=self._days)
        question = self._questions.get(field.removeprefix(ANSWER)) if field.startswith(ANSWER) else None
        if question is None or question.kind == "several":
            return Limit()
        return Limit(among=frozenset([_NONE, *(answer.id for answer in question.answers)]))

    def _facts(self, condition: Condition) -> Iterator[Fact]:
        for question_id, ids in condition.answers.items():
            question = self._questions.get(question_id)
            yield Fact(ANSWER + question_id, frozenset(ids), question is not None and question.kind == "several")
        if condition.languages:
            yield Fact("language", frozenset(language_code(one) or one for one in condition.languages))
        if condition.parties:
            yield Fact("party", frozenset(one.casefold() for one in condition.parties))
        if condition.tags:
            yield Fact("tags", frozenset(one.casefold() for one in condition.tags), several=True)
        if condition.voted_in:
            yield Fact("elections", frozenset(one.casefold() for one in condition.voted_in), several=True)
        if condition.youngest is not None or condition.oldest is not None:
            youngest, oldest = condition.youngest or 0, OLDEST if condition.oldest is None else condition.oldest
            yield Fact("age", frozenset(range(youngest, min(oldest, OLDEST) + 1)))
        if condition.starts or condition.ends:
            yield Fact("date", frozenset(day for day in self._days if _within(day, condition)))


def _within(day: int, condition: Condition) -> bool:
    begun = condition.starts is None or day >= condition.starts.toordinal()
    return begun and (condition.ends is None or day <= condition.ends.toordinal())
