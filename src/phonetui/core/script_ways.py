"""The ways through a script: every branch leads somewhere, some voter reaches every step, it ends for every voter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from phonetui.core.campaign import Campaign, Condition, Question, Step
from phonetui.core.possible import ANSWER, Known, Possible

#: A key in the file, and what is wrong there. Steps are counted as in the file, from 1.
Finding = tuple[str, str]


class Way(NamedTuple):
    """A way on from a step: the key that says so in the file, the steps ahead, and the answer that leads there.

    With no steps ahead it `ends` the script, or leads nowhere.
    """

    key: str
    ahead: Sequence[Step]
    ends: bool
    answer_id: str = ""

    @property
    def leads_nowhere(self) -> bool:
        """Whether nothing comes after it, though it does not end the script."""
        return not self.ahead and not self.ends


class Ways:
    """All the ways through one campaign's script, which begins with the disclosure; its steps' ids differ."""

    def __init__(self, campaign: Campaign) -> None:
        self._steps = campaign.steps
        self._possible = Possible(campaign)
        self._ways = {step.id: list(ways_on(campaign.steps, at)) for at, step in enumerate(campaign.steps)}

    def problems(self) -> Iterator[Finding]:
        """What is wrong with the ways of a script whose steps have ids that differ."""
        never = list(self._never())
        yield from never
        if never:
            return
        yield from self._unreached()
        if not any(way.leads_nowhere for ways in self._ways.values() for way in ways):  # those are named already
            yield from list(self._ends_for_nobody_else()) or self._endless()

    def _never(self) -> Iterator[Finding]:
        """The conditions that cannot hold, and those that contradict each other."""
        for number, step in enumerate(self._steps):
            impossible = [name for name, one in _conditions(step) if not self._possible.can_hold(one)]
            for name in impossible:
                yield f"script.{number}.{name}", "this can never hold, for no voter and on no day of the campaign"
            if not impossible and not any(True for _ in self._possible.meant(step, {})):
                yield f"script.{number}.unless", "whoever `when` is for, `unless` leaves out; change one of the two"

    def _unreached(self) -> Iterator[Finding]:
        by_anyone = self._reached({})
        for number, step in enumerate(self._steps):
            reached = step.id in by_anyone
            if reached and _conditions(step):
                reached = any(step.id in self._reached(given) for given in self._listeners(step))
            if step.id and not reached:
                reason = f"nothing leads to the step `{step.id}`; send an answer there, or drop it"
                if step.id in led_to_from(self._steps, 0):
                    reason = f"no voter comes to the step `{step.id}`: all whom it is for are led past it"
                yield f"script.{number}", reason

    def _listeners(self, step: Step) -> Iterator[Known]:
        """What is known of those whom the step is for, whatever they answered."""
        for known in self._possible.meant(step, {}):
            yield {field: limit for field, limit in known.items() if not field.startswith(ANSWER)}

    def _reached(self, given: Known) -> set[str]:
        """The steps that such voters can come to."""
        reached, ahead = set[str](), [self._steps[0]]
        while ahead:
            step = ahead.pop()
            if step.id not in reached:
                reached.add(step.id)
                for way in self._ways[step.id]:
                    ahead += filter(None, self._targets(step, way, given))
        return reached

    def _targets(self, step: Step, way: Way, given: Known) -> list[Step | None]:
        """The steps to which the way may lead; None where for some voter it leads nowhere, though it does not end."""
        if way.ends:
            return []
        found: list[Step | None] = []
        for known in self._possible.meant(step, given):
            here: Known | None = known
            if way.answer_id and step.question:
                here = self._possible.answered(step.question, way.answer_id, known)
            found += self._possible.led_to(way.ahead, here) if here is not None else ()
        return found

    def _ends_for_nobody_else(self) -> Iterator[Finding]:
        """The last step, where it is for some voters only and others have nothing after it."""
        for step in self._steps:
            for way in self._ways[step.id]:
                if way.ahead and None in self._targets(step, way, {}):
                    yield (
                        f"script.{len(self._steps) - 1}",
                        "for voters whom this step is not for the script does not end; add a last step for everyone",
                    )
                    return

    def _endless(self) -> Iterator[Finding]:
        """Names the first of the steps from which the script need not end."""
        leads_to = {step.id: [self._targets(step, way, {}) for way in self._ways[step.id]] for step in self._steps}
        ending = {step_id for step_id, ways in self._ways.items() if any(way.ends or not way.ahead for way in ways)}
        while (
            more := {
                step_id
                for step_id, ways in leads_to.items()
                if any(targets and all(one is not None and one.id in ending for one in targets) for targets in ways)
            }
            - ending
        ):
            ending |= more
        for number, step in enumerate(self._steps[1:], start=1):
            if step.id not in ending:
                whom = " for some voters" if any(_conditions(one) for one in self._steps) else ""
                yield f"script.{number}", f"from the step `{step.id}` on, the script goes round{whom} and never ends"
                return


def ways_on(steps: Sequence[Step], number: int) -> Iterator[Way]:
    """Each way on from a step. A misspelt one leads to the step that was meant, so that it is reported once."""
    step, key = steps[number], f"script.{number}"
    following = steps[number + 1 :] if not step.ends else ()
    if step.goto and not step.ends:
        following = _from(steps, step.goto)
    ends = step.ends or bool(step.goto and not following)
    choices = step.question.answers if step.question and _branches(step.question) else ()
    for place, answer in enumerate(choices, start=1):
        target = _from(steps, answer.goto) if answer.goto else following
        lost = bool(answer.goto) and not target
        yield Way(f"{key}.question.answers.{place}", target, lost or (ends and not answer.goto), answer.id)
    if not choices or (step.goto and step.question and not step.question.required):
        yield Way(f"{key}.goto" if choices else key, following, ends)


def led_to_from(steps: Sequence[Step], number: int) -> set[str]:
    """The steps that may come after that one, whatever the conditions."""
    numbers = {step.id: at for at, step in enumerate(steps)}
    reached, ahead = set[str](), [number]
    while ahead:
        for way in ways_on(steps, ahead.pop()):
            further = {step.id for step in _as_far_as_a_sure_one(way.ahead)} - reached
            reached |= further
            ahead += map(numbers.__getitem__, further)
    return reached


def _branches(question: Question) -> bool:
    """Whether one answer is chosen, which may lead elsewhere than another."""
    return question.kind in ("one", "scale", "event")


def _from(steps: Sequence[Step], goto: str) -> Sequence[Step]:
    """The steps from that on which `goto` names, or which it is nearest to; none where it is like no id."""
    ids = [step.id for step in steps]
    near = get_close_matches(goto, ids, n=1)
    return steps[ids.index(near[0]) :] if near else ()


def _as_far_as_a_sure_one(ahead: Sequence[Step]) -> Iterator[Step]:
    """The steps that may come next: those that may be passed over, and the first that may not."""
    for step in ahead:
        yield step
        if not _conditions(step):
            return


def _conditions(step: Step) -> list[tuple[str, Condition]]:
    return [(name, one) for name, one in (("when", step.when), ("unless", step.unless)) if one]
