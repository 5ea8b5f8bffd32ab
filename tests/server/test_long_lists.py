"""What an exchange costs does not grow with the list: nothing that it asks reads a whole campaign."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from phonetui.server.engine import create_tables, database_url, open_database, plain_engine

from .conftest import Clock
from .phone_bank import TURNOUT, PhoneBank, number

#: SQLite's words for a walk through the whole of a campaign, or of a table.
WHOLE_CAMPAIGN = "(campaign_id=?)"
KINDS = ("SELECT", "UPDATE", "DELETE", "WITH")
LONG_TABLES = ("voters", "households", "events", "attempts")


class Statements:
    """Every statement that is carried out, with the values it was given last."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __enter__(self) -> Statements:
        event.listen(Engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(
        self, connection: Connection, cursor: object, statement: str, values: Any, context: object, many: bool
    ) -> None:
        self.asked[statement] = values[0] if many else values


def walks(connection: Connection, statement: str, values: Any) -> list[str]:
    """The steps of SQLite's plan that read all of a long table, or all of a campaign in it; a maximum reads one row."""
    if statement.startswith("SELECT max("):
        return []
    plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    return [
        step
        for step in plan
        if any(f" {table}" in step for table in LONG_TABLES)
        and (step.startswith("SCAN") or step.endswith(WHOLE_CAMPAIGN))
    ]


def test_no_exchange_walks_a_whole_campaign_on_sqlite(tmp_path: Path, clock: Clock) -> None:
    url = database_url(tmp_path, None)
    create_tables(url)
    seen = Statements()

    async def story() -> None:
        bank = PhoneBank(open_database(url), clock)
        await bank.add()
        for household_id in range(1, 60):
            phones = [number(household_id), number(household_id + 100)]
            await bank.household(household_id, "Ann", "Bob", phones=phones, address_key=f"{household_id // 3} mill ct")
        dana = await bank.join("dana")
        with seen:
            await dana.borrows(25)
            for disposition in TURNOUT.dispositions:
                voter_id = next(iter(dana.hand.values())).household.voters[0].voter_id
                outcome = dana.outcome(voter_id, disposition.id)
                await dana.sends(outcome, want=25)
                await dana.sends(dana.undo(outcome), want=25)
                clock.passes(minutes=20)
        await bank.database.close()

    asyncio.run(story())
    with plain_engine(url).connect() as connection:
        asked = {words: values for words, values in seen.asked.items() if words.startswith(KINDS)}
        assert len(asked) > 10
        found = {words: steps for words, values in asked.items() if (steps := walks(connection, words, values))}
    assert found == {}
