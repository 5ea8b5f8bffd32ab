"""The rules that a script as a whole must keep: ids differ, and bounds, conditions and branches name what is there.

A finding is the key in the file and what is wrong there. Steps are counted as in the file, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phonetui.core.answers import all_parts
from phonetui.core.campaign import TYPED, Campaign, Condition, Question, Step
from phonetui.core.marked_yaml import did_you_mean
from phonetui.core.script_ways import Finding, Ways, led_to_from, ways_on

#: Answers are chosen by one digit, and 0 chooses none.
MOST_ANSWERS = 9


def problems(campaign: Campaign) -> Iterator[Finding]:
    """Everything that is wrong with a script whose single values are right; its steps begin with the disclosure."""
    steps = campaign.steps
    if len(steps) < 2:
        yield "script", "the script has no steps; add one, such as `- {id: hello, say: Hello!, ends: true}`"
        return
    wrong = [*_ids(steps), *_asked_twice(steps), *_conditions(steps)]
    yield from wrong
    yield from _questions(steps)
    for number, step in enumerate(steps[1:], start=1):
        if step.ends and step.goto:
            yield f"script.{number}.goto", "this step ends the script, so `goto` leads nowhere; drop one of the two"
        yield from _gotos(steps, number)
        yield from _dead_ends(steps, number)
        yield from _result(campaign, number)
    if not wrong:
        yield from Ways(campaign).problems()


def repeated(ids: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each id that came before, and its number, counted from 1; ids that could not be read are empty."""
    seen: set[str] = set()
    for number, name in enumerate(ids, start=1):
        if name and name in seen:
            yield number, name
        seen.add(name)


def _ids(steps: tuple[Step, ...]) -> Iterator[Finding]:
    for number, name in repeated(step.id for step in steps):
        reason = "that is the disclosure's own id" if name == steps[0].id else "another step has this id"
        yield f"script.{number - 1}.id", f"`{name}` is taken: {reason}; choose another"


def _asked_twice(steps: tuple[Step, ...]) -> Iterator[Finding]:
    asked_at: dict[str, str] = {}
    for number, step in enumerate(steps):
        parts = list(filter(None, all_parts(step.question))) if step.question else []
        for part in filter(asked_at.__contains__, parts):
            yield (
                f"script.{number}.question.id",
                f"the question `{part}` is asked at step `{asked_at[part]}` already; choose another id",
            )
        asked_at |= dict.fromkeys(parts, step.id)


def _questions(steps: tuple[Step, ...]) -> Iterator[Finding]:
    for number, step in enumerate(steps):
        if step.question:
            yield from _bounds(f"script.{number}.question", step.question)
            if step.question.kind not in TYPED:
                yield from _answers(f"script.{number}.question.answers", step.question)


def _bounds(key: str, question: Question) -> Iterator[Finding]:
    least, most = question.least, question.most
    if least is not None and most is not None and most < least:
        yield f"{key}.most", f"the most, {most}, is less than the least, {least}; change one of them"
    elif question.kind == "pledge" and most == 0:
        yield f"{key}.most", "nobody can pledge anything up to 0; write more"


def _answers(key: str, question: Question) -> Iterator[Finding]:
    if not question.answers:
        yield key, "there are no answers; add some, such as `[Yes, No]`"
    if len(question.answers) > MOST_ANSWERS:
        yield (
            key,
            f"there are {len(question.answers)} answers; digits choose among {MOST_ANSWERS} at most, so drop some",
        )
    for number, answer in enumerate(question.answers, start=1):
        if answer.goto and question.kind == "several":
            yield (
                f"{key}.{number}.goto",
                "several answers can be chosen, so none leads elsewhere; give the steps that follow a `when`",
            )
    labels = [next(iter(answer.label.values()), "") for answer in question.answers]
    twice = dict(repeated(answer.id for answer in question.answers)) | dict(repeated(labels))
    for number, name in twice.items():
        yield f"{key}.{number}", f"the answer `{name}` is here twice; drop one, or give it other words and another id"


def _gotos(steps: tuple[Step, ...], number: int) -> Iterator[Finding]:
    """The branches of a step that go to no step."""
    step, ids = steps[number], [other.id for other in steps[1:]]
    answers = step.question.answers if step.question else ()
    branches = {f"script.{number}.question.answers.{place}.goto": a.goto for place, a in enumerate(answers, start=1)}
    for key, goto in {f"script.{number}.goto": step.goto, **branches}.items():
        if goto and goto not in ids:
            yield key, f"there is no step `{goto}`{did_you_mean(goto, ids)}"


def _dead_ends(steps: tuple[Step, ...], number: int) -> Iterator[Finding]:
    """The ways on from a step that lead nowhere, though the step does not end the script."""
    for way in ways_on(steps, number):
        if way.leads_nowhere and way.answer_id:
            yield way.key, "this answer leads nowhere; give it `goto`, or its step `ends: true`"
        elif way.leads_nowhere:
            yield way.key, "this step leads nowhere; give it `goto`, or `ends: true` if the script ends here"


def _result(campaign: Campaign, number: int) -> Iterator[Finding]:
    """The result that a step names."""
    step, known = campaign.steps[number], [disposition.id for disposition in campaign.dispositions]
    if step.disposition and step.disposition not in known:
        yield (
            f"script.{number}.disposition",
            f"there is no result `{step.disposition}`{did_you_mean(step.disposition, known)}",
        )
    elif step.disposition and step.question and step.question.kind in TYPED:
        yield f"script.{number}.disposition", "Enter is for the typed answer here; name the result at another step"


def _conditions(steps: tuple[Step, ...]) -> Iterator[Finding]:
    """What conditions name that is not there, and limits that are upside down."""
    asked = {step.question.id: step.question for step in steps if step.question}
    leads_to = {step.question.id: led_to_from(steps, at) for at, step in enumerate(steps) if step.question}
    for number, step in enumerate(steps):
        for name, condition in (("when", step.when), ("unless", step.unless)):
            if condition is not None:
                yield from _limits(f"script.{number}.{name}", condition)
            for question_id, ids in condition.answers.items() if condition else ():
                key = f"script.{number}.{name}.answers.{question_id}"
                if question_id not in asked:
                    yield key, f"there is no question `{question_id}`{did_you_mean(question_id, asked)}"
                elif step.id not in leads_to[question_id] or step.question is asked[question_id]:
                    yield key, f"the question `{question_id}` is not asked before this step; name one that is"
                else:
                    yield from _answers_named(key, asked[question_id], ids)


def _limits(key: str, condition: Condition) -> Iterator[Finding]:
    youngest, oldest = condition.youngest, condition.oldest
    if youngest is not None and oldest is not None and oldest < youngest:
        yield f"{key}.oldest", f"the oldest, {oldest}, are younger than the youngest, {youngest}; change one of them"
    if condition.starts and condition.ends and condition.ends < condition.starts:
        yield f"{key}.ends", f"it ends on {condition.ends}, before it starts on {condition.starts}; change one of them"


def _answers_named(key: str, question: Question, ids: Iterable[str]) -> Iterator[Finding]:
    if question.kind in TYPED:
        yield key, f"the answer to `{question.id}` is typed, so none can be named; drop it"
        return
    known = [answer.id for answer in question.answers]
    for answer_id in ids:
        if answer_id not in known:
            yield key, f"`{question.id}` has no answer `{answer_id}`{did_you_mean(answer_id, known)}"
