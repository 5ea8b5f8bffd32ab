"""An outcome as a row that other programs read. `guide/files.md` describes it, and promises that it stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from phonetui.core.answers import all_parts
from phonetui.core.campaign import Campaign, Question
from phonetui.core.conditions import BETWEEN
from phonetui.core.eligibility import known_zone
from phonetui.core.event import Outcome
from phonetui.core.push import Outgoing
from phonetui.core.voter import Voter
from phonetui.server.connectors.connector import Setup

#: Counts up when a column gets another name or another meaning; a new column alone does not change it.
SCHEMA = 1
#: What the column of an answer begins with, before the question's id.
ANSWER = "answer_"

Value = str | int | bool | datetime | None
Row = dict[str, Value]


class ResultRow(Struct, frozen=True, kw_only=True):
    """The columns of every campaign, in their order; those of its answers come behind them.

    `disposition` and the answers are the campaign's ids, or what the connection's file calls them. `local_date`,
    `local_time` and `call_back` are on the voter's clock. `other_answers` are to questions that the script no longer
    asks.
    """

    schema: int
    campaign: str
    attempt_id: str
    event_id: str
    at_utc: datetime
    local_date: str
    local_time: str
    caller: str
    voter_file_id: str
    first_name: str
    last_name: str
    number: str
    disposition: str
    label: str
    contact: bool
    talk: bool
    same_call: bool
    other_answers: str
    note: str
    call_back: str


#: The type of each column, by its name.
TYPES: Mapping[str, type] = {
    field.name: {"schema": int, "at_utc": datetime}.get(field.name, bool if field.type is bool else str)
    for field in msgspec.structs.fields(ResultRow)
}


def columns(campaign: Campaign) -> tuple[str, ...]:
    """The names of all columns."""
    return (*TYPES, *(f"{ANSWER}{part}" for part in questions(campaign)))


def questions(campaign: Campaign) -> dict[str, Question]:
    """The script's questions by the ids under which answers are kept."""
    return {part: step.question for step in campaign.steps if step.question for part in all_parts(step.question)}


def rows(setup: Setup, outcomes: Iterable[Outgoing]) -> list[Row]:
    """A row for each outcome that stands, in the order in which the attempts were made."""
    standing = ((one, one.outcome) for one in outcomes if one.outcome)
    return [_row(setup, one, outcome) for one, outcome in sorted(standing, key=lambda pair: pair[0].attempt_id)]


def result_of(setup: Setup, one: Outgoing) -> str:
    """What the disposition is called there: its id, unless the connection's file says otherwise."""
    disposition_id = one.outcome.disposition if one.outcome else ""
    return setup.dispositions.get(disposition_id, disposition_id)


def label_of(setup: Setup, one: Outgoing) -> str:
    """The disposition in the campaign's own words; its id where the campaign no longer has it."""
    if one.disposition:
        return setup.campaign.words(one.disposition.label)
    return one.outcome.disposition if one.outcome else ""


def answers_of(setup: Setup, outcome: Outcome) -> dict[str, str]:
    """The answers by question, each as the connection's file calls it; several with `; ` between them."""
    asked = questions(setup.campaign)
    return {key: _called(setup, asked.get(key), key, answer) for key, answer in outcome.answers.items()}


def zone_of(campaign: Campaign, voter: Voter) -> ZoneInfo:
    """The zone of the voter's clock, as the screen shows it."""
    return (known_zone(voter.zones[0]) if voter.zones else None) or ZoneInfo(campaign.zone)


def as_text(value: Value) -> str:
    """A value as a file of text has it: yes and no, times in UTC."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return "" if value is None else str(value)


def _row(setup: Setup, one: Outgoing, outcome: Outcome) -> Row:
    zone = zone_of(setup.campaign, one.voter)
    local = one.at.astimezone(zone)
    asked = questions(setup.campaign)
    answers = answers_of(setup, outcome)
    fixed = ResultRow(
        schema=SCHEMA,
        campaign=setup.campaign.campaign_id,
        attempt_id=one.attempt_id,
        event_id=one.event_id,
        at_utc=one.at.astimezone(UTC),
        local_date=f"{local:%Y-%m-%d}",
        local_time=f"{local:%H:%M}",
        caller=one.caller,
        voter_file_id=one.file_id,
        first_name=one.voter.first_name,
        last_name=one.voter.last_name,
        number=one.number,
        disposition=result_of(setup, one),
        label=label_of(setup, one),
        contact=one.contact,
        talk=one.talk,
        same_call=outcome.same_call,
        other_answers="; ".join(f"{key}={answer}" for key, answer in sorted(answers.items()) if key not in asked),
        note=outcome.note,
        call_back=outcome.call_at.astimezone(zone).isoformat(timespec="minutes") if outcome.call_at else "",
    )
    row: Row = msgspec.structs.asdict(fixed)
    return row | {f"{ANSWER}{part}": answers.get(part) for part in asked}


def _called(setup: Setup, question: Question | None, key: str, answer: str) -> str:
    theirs = setup.answers.get(key, {})
    if question is None or question.kind != "several":
        return theirs.get(answer, answer)
    return f"{BETWEEN} ".join(theirs.get(each, each) for each in answer.split(BETWEEN))
