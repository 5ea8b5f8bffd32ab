"""A person's own fields in another system that say how the last call went, for systems that keep no list of calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from phonetui.core.campaign import Campaign, Question
from phonetui.core.conditions import chosen
from phonetui.core.event import Attempt, Outcome, current
from phonetui.core.marked_yaml import Entry
from phonetui.core.push import Outgoing
from phonetui.server.connectors.connector import Setup

#: The keys under `fields`, each with an example of what such a field may be called there.
FIELDS = {"result": "Phone result", "called": "Phone called", "caller": "Phone caller", "note": "Phone note"}
#: Before any outcome was told.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class LastCall(Struct, frozen=True, kw_only=True):
    """What the fields are called there; an empty name where there is none. `questions` are by the question's id."""

    result: str = ""
    called: str = ""
    caller: str = ""
    note: str = ""
    questions: Mapping[str, str] = {}

    @property
    def names(self) -> list[str]:
        """All of them, in the order of the connection's file."""
        single = (self.result, self.called, self.caller, self.note)
        return list(dict.fromkeys(filter(None, (*single, *self.questions.values()))))


def read_last_call(found: Mapping[str, Entry]) -> LastCall:
    """What a connection's file says under `fields` and `questions`."""
    fields = found["fields"].mapping(FIELDS) if "fields" in found else {}
    questions = found["questions"].any_mapping("Voting plan") if "questions" in found else {}
    return LastCall(
        **{key: entry.text("the name of a field") for key, entry in fields.items()},
        questions={key: entry.text("the name of a field") for key, entry in questions.items()},
    )


def written(names: LastCall, one: Outgoing, outcome: Outcome, result: str, setup: Setup) -> dict[str, str]:
    """What an outcome writes, by the field's name; a field that it has nothing to say in is not among them."""
    values = {
        names.result: result,
        names.called: f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        names.caller: one.caller,
        names.note: outcome.note,
    }
    for question_id, field in names.questions.items():
        values[field] = answer(setup, question_id, outcome)
    return {field: value for field, value in values.items() if field and value}


def answer(setup: Setup, question_id: str, outcome: Outcome) -> str:
    """The answer in the words of the connection's file, else in the campaign's; empty where none was given."""
    given = outcome.answers.get(question_id, "")
    theirs = setup.answers.get(question_id, {})
    labels = _labels(setup.campaign, question_id)
    if given and labels and all(one in labels for one in chosen(given)):
        return "; ".join(theirs.get(one, labels[one]) for one in labels if one in chosen(given))
    return theirs.get(given, given)


def question_ids(campaign: Campaign) -> list[str]:
    """The ids of what the script asks, in its order."""
    return [question.id for question in _questions(campaign)]


def told_of_others(setup: Setup, one: Outgoing) -> list[Outcome]:
    """What stands of other attempts to reach the voter, as far as the system was told."""
    return [
        outcome
        for attempt_id, outcome in current(_told(setup, one)).items()
        if attempt_id != one.attempt_id and outcome.id not in (one.event_id, one.corrects)
    ]


def is_overtaken(setup: Setup, names: LastCall, now_there: Mapping[str, str], one: Outgoing) -> bool:
    """Whether the fields tell of a later call already: by the time that is there, else by what the system was told."""
    if not names.called:
        told = {event.id: event for event in _told(setup, one)}
        others = current(told.values()).keys() - {one.attempt_id}
        return any(told[attempt_id].at > one.at for attempt_id in others if attempt_id in told)
    try:
        last = datetime.fromisoformat(now_there.get(names.called, ""))
    except ValueError:
        return False
    return last.tzinfo is not None and last > one.at


def taken_back(former: Mapping[str, str], now: Mapping[str, str], now_there: Mapping[str, str]) -> list[str]:
    """The fields to empty: they still say what the former outcome wrote, and the present one says nothing there."""
    return [name for name, value in former.items() if name not in now and now_there.get(name) == value]


def unasked(setup: Setup, names: LastCall) -> list[str]:
    """Sentences on fields for questions that the script does not ask."""
    asked = question_ids(setup.campaign)
    return [
        f"The script does not ask `{name}`, which `questions` names in the connection's file."
        for name in names.questions
        if name not in asked and not any(name.startswith(f"{question}_") for question in asked)
    ]


def left_out(setup: Setup, names: LastCall) -> list[str]:
    """Sentences on what of an outcome has no field."""
    said = [
        f"Answers to `{name}` are not told; name a field for them under `questions`."
        for name in question_ids(setup.campaign)
        if name not in names.questions
    ]
    if not names.note:
        said.append("Notes are not told; name a field for them under `fields`, at `note`.")
    if names.names:
        said.append("Fields hold the last call alone: what they said of an earlier one is overwritten.")
    return said


def _told(setup: Setup, one: Outgoing) -> Sequence[Attempt]:
    return setup.told(one.voter_id, EARLIEST) if setup.told else ()


def _questions(campaign: Campaign) -> list[Question]:
    return [step.question for step in campaign.steps if step.question]


def _labels(campaign: Campaign, question_id: str) -> dict[str, str]:
    """The answers that can be chosen, each in the campaign's first language."""
    question = next((one for one in _questions(campaign) if one.id == question_id), None)
    first = campaign.languages[0] if campaign.languages else "en"
    return {one.id: campaign.words(one.label, first) or one.id for one in question.answers} if question else {}
