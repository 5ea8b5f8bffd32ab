from __future__ import annotations

import asyncio
import csv
from datetime import timedelta
from io import StringIO

import msgspec
import pytest
from sqlalchemy import update

from phonetui.core.campaign import Answer, Question, Step
from phonetui.core.refusal import Refused
from phonetui.core.voter import Phone, Voter
from phonetui.server import tables
from phonetui.server.engine import Database, sync_engine
from phonetui.server.results import export

from .conftest import Clock
from .phone_bank import CHICAGO, TURNOUT, PhoneBank, number

VOTE = Question("vote", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))
CAMPAIGN = msgspec.structs.replace(TURNOUT, steps=(Step("hello", question=VOTE), Step("bye", ends=True)))


def exported(url: str) -> list[dict[str, str]]:
    """The rows of the exported file."""
    out = StringIO(newline="")
    with sync_engine(url).connect() as connection:
        count = export(connection, "turnout", out)
    rows = list(csv.DictReader(StringIO(out.getvalue(), newline="")))
    assert len(rows) == count
    return rows


def test_one_row_an_attempt_as_it_stands(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(CAMPAIGN)
        voters = [(await bank.household(nth, zones=CHICAGO))[0] for nth in (1, 2, 3)]
        dana = await bank.join("dana")
        await dana.borrows(25)
        called_at = clock()
        taken_back = dana.outcome(voters[0], "talked", at=called_at)
        wrong = dana.outcome(voters[1], "busy", at=called_at)
        right = dana.outcome(
            voters[1],
            "call_back",
            at=called_at,
            supersedes=wrong.id,
            answers={"vote": "yes", "yard_sign": "maybe"},
            note="Ask for\nAnn",
            call_at=clock() + timedelta(hours=2),
        )
        undo = dana.undo(taken_back)
        await dana.sends(taken_back, wrong, right, undo)

    asyncio.run(story())
    assert exported(url) == [
        {
            "attempt_id": "dana-laptop-2",
            "at_utc": "2026-10-06T16:00:00Z",
            "local_date": "2026-10-06",
            "local_time": "11:00",
            "caller": "dana",
            "voter_file_id": "2",
            "first_name": "Ann",
            "last_name": "Doe",
            "number": number(2),
            "disposition": "call_back",
            "label": "Call back",
            "contact": "yes",
            "talk": "no",
            "same_call": "no",
            "late": "no",
            "vote": "yes",
            "other_answers": "yard_sign=maybe",
            "note": "Ask for Ann",
            "call_back": "2026-10-06T13:00-05:00",
        }
    ]


def test_answers_of_every_kind_stand_plainly_in_a_column_each(database: Database, url: str, clock: Clock) -> None:
    given = {
        "issues": "roads;schools",
        "support": "4",
        "people": "3",
        "when": "2026-10-24",
        "ride": "At noon; ring twice",
        "gift": "25",
        "gift_occupation": "Nurse",
        "gift_employer": "St. Mary's",
    }
    questions = [
        Question("issues", {}, (Answer("roads", {}), Answer("schools", {})), kind="several"),
        Question("support", {}, (Answer("4", {}),), kind="scale"),
        Question("people", {}, kind="number"),
        Question("when", {}, kind="date"),
        Question("ride", {}, kind="text"),
        Question("gift", {}, kind="pledge", employer=True),
    ]
    steps = tuple(Step(question.id, question=question) for question in questions)

    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(msgspec.structs.replace(CAMPAIGN, steps=steps))
        [ann] = await bank.household(1)
        dana = await bank.join("dana")
        await dana.borrows()
        await dana.sends(dana.outcome(ann, "talked", answers=given))

    asyncio.run(story())
    [row] = exported(url)
    assert {column: row[column] for column in given} == {**given, "issues": "roads; schools"}
    assert row["other_answers"] == ""


@pytest.mark.parametrize(
    ("note", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2", "'-2"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("\t=1", "'=1"),
        ("\x1b]52;c;aGk=\x07=1", "]52;c;aGk==1"),
        ("+12125550123", "+12125550123"),
        ("+12125550123=1", "'+12125550123=1"),
        ("＝1＋1", "'＝1＋1"),
        ("fine = fine", "fine = fine"),
        ("Nguyễn Thị Hạnh, 👩‍👧", "Nguyễn Thị Hạnh, 👩‍👧"),
    ],
)
def test_no_cell_is_a_formula(database: Database, url: str, clock: Clock, note: str, cell: str) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(CAMPAIGN)
        [ann] = await bank.household(1)
        dana = await bank.join("dana")
        await dana.borrows()
        await dana.sends(dana.outcome(ann, "talked", note=note))

    asyncio.run(story())
    [row] = exported(url)
    assert (row["note"], row["number"]) == (cell, number(1))


def test_voters_known_by_name_alone_and_those_who_are_gone(database: Database, url: str, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add(CAMPAIGN)
        [ann], [ben] = await bank.household(1), await bank.household(2)
        dana = await bank.join("dana")
        await dana.borrows(25)
        await dana.sends(dana.outcome(ann, "talked"), dana.outcome(ben, "pigeon"))
        async with database.write() as connection:
            of = tables.voters.c.voter_id == int(ann)
            formula = msgspec.json.encode(Voter(ann, "=Ann", "Doe", phones=(Phone(number(1)),)))
            await connection.execute(update(tables.voters).where(of).values(file_key="np:abc", body=formula))
            await connection.execute(tables.voters.delete().where(tables.voters.c.voter_id == int(ben)))

    asyncio.run(story())
    first, second = exported(url)
    assert (first["voter_file_id"], first["first_name"]) == ("", "'=Ann")
    assert (second["voter_file_id"], second["first_name"], second["label"]) == ("", "", "")


def test_an_unknown_campaign_is_named(url: str) -> None:
    with pytest.raises(Refused) as refused:
        exported(url)
    assert str(refused.value) == "There is no campaign turnout; add one with `phonetui server campaign add`."
