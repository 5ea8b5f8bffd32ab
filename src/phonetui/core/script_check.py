"""The rules that a script as a whole must keep: every branch leads somewhere, every step is reached, every script ends.

A finding is the key in the file and what is wrong there. Steps are counted as in the file, from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from phonetui.core.campaign import Question, Step
from phonetui.core.marked_yaml import did_you_mean

#: Answers are chosen by one digit, and 0 chooses none.
MOST_ANSWERS = 9

Finding = tuple[str, str]

#: A way on: the key that says so in the file, and the step it leads to; None where it leads nowhere, "" at an end.
_Way = tuple[str, str | None]


def problems(steps: tuple[Step, ...]) -> Iterator[Finding]:
    """Everything that is wrong with a script whose single values are right; `steps` begins with the disclosure."""
    if len(steps) < 2:
        yield "script", "the script has no steps; add one, such as `- {id: hello, say: Hello!, ends: true}`"
        return
    same_ids = list(_ids(steps))
    yield from same_ids
    yield from _questions(steps)
    for number, step in enumerate(steps[1:], start=1):
        if step.ends and step.goto:
            yield f"script.{number}.goto", "this step ends the script, so `goto` leads nowhere; drop one of the two"
        yield from _gotos(steps, number)
        yield from _dead_ends(steps, number)
    if not same_ids:
        yield from _unreachable(steps)
        yield from _endless(steps)


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


def _questions(steps: tuple[Step, ...]) -> Iterator[Finding]:
    asked = [step.question.id if step.question else "" for step in steps[1:]]
    for number, name in repeated(asked):
        yield (
            f"script.{number}.question.id",
            f"the question `{name}` is asked at step `{steps[asked.index(name) + 1].id}` already; choose another id",
        )
    for number, step in enumerate(steps[1:], start=1):
        if step.question:
            yield from _answers(f"script.{number}.question.answers", step.question)


def _answers(key: str, question: Question) -> Iterator[Finding]:
    if not question.answers:
        yield key, "there are no answers; add some, such as `[Yes, No]`"
    if len(question.answers) > MOST_ANSWERS:
        yield (
            key,
            f"there are {len(question.answers)} answers; digits choose among {MOST_ANSWERS} at most, so drop some",
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
    for key, target in _ways(steps, number):
        if target is None and key == f"script.{number}":
            yield key, "this step leads nowhere; give it `goto`, or `ends: true` if the script ends here"
        elif target is None:
            yield key, "this answer leads nowhere; give it `goto`, or its step `ends: true`"


def _ways(steps: tuple[Step, ...], number: int) -> Iterator[_Way]:
    """Each way on from a step. A misspelt one leads to the step that was meant, so that it is reported once."""
    step, key = steps[number], f"script.{number}"
    following = "" if step.ends else _meant(steps, step.goto) if step.goto else _id_after(steps, number)
    if step.question is None or not step.question.answers:
        yield key, following
        return
    for place, answer in enumerate(step.question.answers, start=1):
        yield f"{key}.question.answers.{place}", _meant(steps, answer.goto) if answer.goto else following
    if step.goto:
        yield f"{key}.goto", following


def _id_after(steps: tuple[Step, ...], number: int) -> str | None:
    return steps[number + 1].id if number + 1 < len(steps) else None


def _meant(steps: tuple[Step, ...], goto: str) -> str:
    return (get_close_matches(goto, [step.id for step in steps], n=1) or [""])[0]


def _graph(steps: tuple[Step, ...]) -> dict[str, set[str]]:
    """The steps to which each step leads; an end, and a way that leads nowhere, is the empty id."""
    return {step.id: {target or "" for _, target in _ways(steps, number)} for number, step in enumerate(steps)}


def _unreachable(steps: tuple[Step, ...]) -> Iterator[Finding]:
    leads_to = _graph(steps)
    reached, ahead = set[str](), [steps[0].id]
    while ahead:
        step_id = ahead.pop()
        if step_id not in reached:
            reached.add(step_id)
            ahead += leads_to.get(step_id, ())
    for number, step in enumerate(steps):
        if step.id and step.id not in reached:
            yield f"script.{number}", f"nothing leads to the step `{step.id}`; send an answer there, or drop it"


def _endless(steps: tuple[Step, ...]) -> Iterator[Finding]:
    """Names the first of the steps from which the script cannot end."""
    leads_to = _graph(steps)
    ending = {""}
    while more := {step_id for step_id, targets in leads_to.items() if targets & ending} - ending:
        ending |= more
    for number, step in enumerate(steps[1:], start=1):
        if step.id not in ending:
            yield f"script.{number}", f"from the step `{step.id}` on, the script goes round and never ends"
            return
