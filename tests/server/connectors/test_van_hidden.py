"""People whom NGP VAN does not show to the key, some of whom do not want to be called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phonetui.commands.connect_words import status_text
from phonetui.server import looks, tables
from phonetui.server.clock import utc_now
from phonetui.server.connections import find
from phonetui.server.own_runs import OwnRuns
from phonetui.server.push_status import status
from tests.server.connectors.evening import CAMPAIGN, NAME, Evening
from tests.server.connectors.test_van_evening import NEW_YORK, source
from tests.server.connectors.van_stand_in import KEY, VanStandIn
from tests.server.connectors.van_stand_in_web import Answer, error

REMARK = (
    "left out, for NGP VAN does not show them to this key (it answered 403), so nobody here knows whether they may be "
    "called"
)


@pytest.fixture
def van() -> Iterator[VanStandIn]:
    """Ten people are on the list."""
    stand_in = VanStandIn(utc_now)
    for van_id in range(1001, 1011):
        stand_in.has(van_id, f"212-555-{van_id - 900:04}", addresses=[NEW_YORK])
    yield stand_in
    stand_in.close()
    assert stand_in.wrongs == []


@pytest.fixture
def evening(van: VanStandIn, url: str, tmp_path: Path) -> Evening:
    """The server pulls by itself."""
    made = Evening(url, tmp_path, f"{source(van)}every: 15\n", secrets={"key": KEY})
    van.clock = made.clock
    return made


def pulls(evening: Evening) -> None:
    evening.clock.passes(minutes=16)
    OwnRuns(evening.engine, evening.office).run_due("pull")


def called(evening: Evening) -> set[str]:
    with evening.engine.connect() as connection:
        rows = connection.execute(tables.voters.select().where(tables.voters.c.ended == "")).all()
    return {row.file_key.removeprefix("id:") for row in rows}


def found(evening: Evening) -> list[tuple[str, dict[str, str]]]:
    """What needs a look."""
    with evening.engine.connect() as connection:
        return [(look.kind, look.of) for look in looks.of_systems(connection, CAMPAIGN, evening.clock())]


def test_who_is_not_shown_is_not_called_and_it_is_said_until_they_are(
    van: VanStandIn, evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = {str(van_id) for van_id in range(1001, 1011)}
    pulls(evening)
    assert (called(evening), found(evening)) == (first, [])
    van.has(1011, "212-555-0111", addresses=[NEW_YORK])
    answer = van.answer

    def hiding(method: str, target: str, headers: dict[str, str], content: bytes) -> Answer:
        is_hidden = any(f"/people/{van_id}?" in target for van_id in (1001, 1011))
        return error(403, "Not yours") if is_hidden else answer(method, target, headers, content)

    with monkeypatch.context() as patch:
        patch.setattr(van, "answer", hiding)
        pulls(evening)
    assert called(evening) == first - {"1001"}
    assert found(evening) == [("not-whole", {"connection": NAME, "count": "2", "said": REMARK})]
    with evening.engine.connect() as connection:
        lines = status_text(status(connection, find(connection, NAME), evening.clock())).splitlines()
    assert lines[-3:] == ["2 voters left out by the last pull.", "Not whole:", f"          2  {REMARK}"]

    pulls(evening)
    assert (called(evening), found(evening)) == (first | {"1011"}, [])
