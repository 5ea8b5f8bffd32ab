"""The audit log: what supervisors did, told newest first, and never changed."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from phonetui.server.audit import entries, record
from phonetui.server.engine import plain_engine
from phonetui.server.supervising_tables import audit
from phonetui.server.tables import accounts

from .conftest import Clock


def test_what_was_done_is_told_newest_first_with_the_name_of_whoever_did_it(url: str, clock: Clock) -> None:
    with plain_engine(url).begin() as connection:
        account = {"caller_id": "sam", "email": "sam@example.org", "name": "Sam", "password_hash": ""}
        connection.execute(accounts.insert().values(**account, added_at=clock()))
        record(connection, "turnout", "sam", "paused", "", clock())
        record(connection, "turnout", "", "erased", 7, clock.passes(minutes=1))
        record(connection, "schools", "sam", "opened", "", clock())
        record(connection, "", "", "suppressed", 12, clock())
        log = entries(connection, "turnout")
    assert [(entry.by, entry.action, entry.subject) for entry in log.entries] == [
        ("", "suppressed", "12"),
        ("", "erased", "7"),
        ("Sam", "paused", ""),
    ]
    assert log.before == 0


def test_a_member_is_named_where_the_account_still_exists(url: str, clock: Clock) -> None:
    with plain_engine(url).begin() as connection:
        account = {"caller_id": "c-1", "email": "dana@example.org", "name": "Dana", "password_hash": ""}
        connection.execute(accounts.insert().values(**account, added_at=clock()))
        record(connection, "turnout", "", "member", "c-1 supervisor", clock())
        record(connection, "turnout", "", "removed", "c-2", clock())
        record(connection, "turnout", "", "answered", "c-1", clock())
        log = entries(connection, "turnout")
    assert [(entry.subject, entry.whom) for entry in log.entries] == [
        ("c-1", ""),
        ("c-2", ""),
        ("c-1 supervisor", "Dana"),
    ]


def test_a_long_log_comes_in_pages(url: str, clock: Clock) -> None:
    with plain_engine(url).begin() as connection:
        for count in range(5):
            record(connection, "turnout", "", "pushed", count, clock())
        first = entries(connection, "turnout", most=3)
        second = entries(connection, "turnout", first.before, most=3)
    assert [entry.subject for entry in first.entries] == ["4", "3", "2"]
    assert [entry.subject for entry in second.entries] == ["1", "0"]
    assert second.before == 0


@pytest.mark.parametrize("change", [update(audit).values(action="other"), delete(audit)], ids=["update", "delete"])
def test_nobody_changes_what_is_in_the_log(url: str, clock: Clock, change: object) -> None:
    engine = plain_engine(url)
    with engine.begin() as connection:
        record(connection, "turnout", "sam", "erased", 7, clock())
    with pytest.raises(DBAPIError, match="the audit log is only ever added to"), engine.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload]
