"""An analyst reads the results with a program that speaks SQL, and nothing else of the database."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from phonetui.core.refusal import Refused
from phonetui.core.voter import Voter
from phonetui.server import results_view, tables
from phonetui.server.engine import Database, sync_engine

from .conftest import Clock
from .phone_bank import CHICAGO, SCHOOLS, PhoneBank, number
from .test_results import CAMPAIGN, exported

#: What looks like a NUL in JSON and is none, among other things that SQL, JSON and drivers have ideas about.
ODD = r'\u0000 50% :name "maybe" \\'
ROLE = f"phonetui_analyst_{os.getpid()}"


async def an_evening(database: Database, clock: Clock) -> None:
    """Three voters are called; one call is put right, one taken back. Another campaign has a call of its own."""
    bank = PhoneBank(database, clock)
    await bank.add(CAMPAIGN)
    await bank.add(SCHOOLS)
    voters = [(await bank.household(nth, zones=CHICAGO))[0] for nth in (1, 2, 3)]
    dana = await bank.join("dana")
    await dana.borrows(25)
    wrong = dana.outcome(voters[0], "busy", at=clock())
    right = dana.outcome(
        voters[0],
        "call_back",
        at=clock(),
        supersedes=wrong.id,
        answers={"vote": "yes", "yard_sign": f"\0\0{ODD}"},
        note="Ask for Ann",
        call_at=clock() + timedelta(hours=2),
    )
    taken_back = dana.outcome(voters[1], "talked", at=clock())
    await dana.sends(wrong, right, taken_back, dana.undo(taken_back), dana.outcome(voters[2], "refused", at=clock()))


def seen(url: str, campaign_id: str = "") -> list[dict[str, object]]:
    """The rows of the view, by attempt."""
    with sync_engine(url).begin() as connection:
        name = results_view.make(connection, campaign_id)
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY attempt_id")).mappings()]


def plainly(row: dict[str, object]) -> dict[str, object]:
    """A row of either database in one way: SQLite has no dates, no truth and no JSON of its own."""
    flags = {name: bool(row[name]) for name in ("contact", "talk", "same_call", "late")}
    times = {
        name: value if isinstance(value, datetime) or value is None else datetime.fromisoformat(str(value))
        for name, value in row.items()
        if name in ("at_utc", "call_back")
    }
    answers = row["answers"]
    return {**row, **flags, **times, "answers": json.loads(answers) if isinstance(answers, str) else answers}


def test_the_view_has_what_stands(database: Database, url: str, clock: Clock) -> None:
    asyncio.run(an_evening(database, clock))
    first, second = map(plainly, seen(url))
    nul = "" if url.startswith("postgresql") else "\0\0"
    local = {name: str(first.pop(name)) for name in ("local_date", "local_time") if name in first}
    assert local == ({"local_date": "2026-10-06", "local_time": "11:00"} if url.startswith("postgresql") else {})
    assert first == {
        "campaign": "turnout",
        "attempt_id": "dana-laptop-1",
        "at_utc": datetime(2026, 10, 6, 16, 0, tzinfo=UTC),
        "zone": CHICAGO,
        "caller": "dana",
        "voter_file_id": "1",
        "first_name": "Ann",
        "last_name": "Doe",
        "number": number(1),
        "disposition": "call_back",
        "label": "Call back",
        "contact": True,
        "talk": False,
        "same_call": False,
        "late": False,
        "answers": {"vote": "yes", "yard_sign": f"{nul}{ODD}"},
        "note": "Ask for Ann",
        "call_back": datetime(2026, 10, 6, 18, 0, tzinfo=UTC),
    }
    assert (second["disposition"], second["answers"], second["note"], second["call_back"]) == ("refused", {}, "", None)


def test_the_view_agrees_with_the_export(database: Database, url: str, clock: Clock) -> None:
    asyncio.run(an_evening(database, clock))
    rows, exports = seen(url, "turnout"), exported(url)
    alike = [
        "attempt_id",
        "caller",
        "voter_file_id",
        "first_name",
        "last_name",
        "number",
        "disposition",
        "label",
        "note",
    ]
    alike += ["local_date", "local_time"] if url.startswith("postgresql") else []
    assert [[str(row[name]) for name in alike] for row in rows] == [[row[name] for name in alike] for row in exports]
    for name in ("contact", "talk", "same_call", "late"):
        assert ["yes" if row[name] else "no" for row in rows] == [row[name] for row in exports]


def test_a_voter_who_is_gone_and_a_result_that_the_campaign_dropped_have_no_words(
    database: Database, url: str, clock: Clock
) -> None:
    asyncio.run(an_evening(database, clock))
    fewer = msgspec.structs.replace(CAMPAIGN, dispositions=CAMPAIGN.dispositions[:1])
    with sync_engine(url).begin() as connection:
        connection.execute(tables.voters.delete())
        connection.execute(tables.campaigns.update().values(body=msgspec.json.encode(fewer)))
    row = seen(url)[0]
    nobody = Voter("", "", "")
    assert (row["first_name"], row["last_name"], row["voter_file_id"]) == (nobody.first_name, nobody.last_name, "")
    assert (row["disposition"], row["label"], row["zone"]) == ("call_back", "", "America/New_York")


def test_a_campaigns_own_view_has_its_rows_alone_and_is_made_anew(database: Database, url: str, clock: Clock) -> None:
    asyncio.run(an_evening(database, clock))
    assert len(seen(url, "turnout")) == len(seen(url, "turnout")) == 2
    assert seen(url, "schools") == []
    with sync_engine(url).begin() as connection:
        assert results_view.drop(connection, "turnout") == "results_turnout"
        assert results_view.drop(connection, "schools") == "results_schools"
        assert results_view.drop(connection, "schools") == "results_schools"


def test_a_view_takes_no_name_that_is_taken(database: Database, url: str, clock: Clock) -> None:
    async def twins() -> None:
        bank = PhoneBank(database, clock)
        for name in ("get-out", "get_out"):
            await bank.add(msgspec.structs.replace(CAMPAIGN, campaign_id=name))

    asyncio.run(twins())
    with sync_engine(url).begin() as connection:
        with pytest.raises(Refused) as refused:
            results_view.make(connection, "get-out")
        assert str(refused.value) == (
            "The views of get-out and get_out would both be called results_get_out; use that of all campaigns."
        )
        with pytest.raises(Refused, match="There is no campaign parks"):
            results_view.make(connection, "parks")
    with sync_engine(url).connect() as connection:
        connection.execute(text("CREATE TABLE results (mine INTEGER)"))
        with pytest.raises(Refused) as refused:
            results_view.make(connection)
        assert str(refused.value) == (
            "The database has a table results that is not phonetui's; rename it, then try again."
        )
        connection.rollback()


@contextmanager
def analyst(engine: Engine) -> Iterator[None]:
    """A role of PostgreSQL's that may look into the schema, and at one view."""
    with engine.begin() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
        connection.execute(text(f"CREATE ROLE {ROLE}"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}"))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {ROLE}"))
            connection.execute(text(f"DROP ROLE {ROLE}"))


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_role_of_postgresql_reads_the_view_and_nothing_else(database: Database, url: str, clock: Clock) -> None:
    asyncio.run(an_evening(database, clock))
    engine = sync_engine(url)
    with engine.begin() as connection:
        results_view.make(connection, "turnout")
        results_view.make(connection)
    with analyst(engine):
        with engine.begin() as connection:
            connection.execute(text(f"GRANT SELECT ON results_turnout TO {ROLE}"))
        with engine.begin() as connection:
            results_view.make(connection, "turnout")
        with engine.connect() as connection:
            connection.execute(text(f"SET ROLE {ROLE}"))
            count = "SELECT count(*) FROM results_turnout WHERE answers ->> 'vote' = 'yes'"
            assert connection.scalar(text(count)) == 1
            for shut in ("results", "voters", "attempts", "accounts"):
                with pytest.raises(DBAPIError, match="permission denied"):
                    connection.execute(text(f"SELECT * FROM {shut}"))
                connection.rollback()
                connection.execute(text(f"SET ROLE {ROLE}"))
            with pytest.raises(DBAPIError):
                connection.execute(text("DELETE FROM results_turnout"))
            connection.rollback()
            connection.execute(text("RESET ROLE"))


@pytest.fixture(autouse=True)
def no_view_is_left(url: str) -> Iterator[None]:
    """The database is used by other tests."""
    yield
    with sync_engine(url).begin() as connection:
        for name in ("results", "results_turnout", "results_schools"):
            connection.execute(text(f"DROP VIEW IF EXISTS {name}"))
