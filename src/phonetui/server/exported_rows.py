"""Rows for an export, with what is known of the caller and the voter that each is about; both may be gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Table, select

from phonetui.core.voter import Voter, decode_voter
from phonetui.server.scrubbing import ERASED
from phonetui.server.tables import accounts, voters

#: Rows fetched at a time, so that a campaign of any size is exported in little memory.
AT_ONCE = 500


class Exported(Struct, frozen=True, kw_only=True):
    """What a row is joined with: the caller's name, the voter's key in the voter file, the voter as JSON."""

    caller: str | None
    file_key: str | None
    voter: bytes | None

    @property
    def about(self) -> Voter:
        """The voter, without a name where none is known."""
        return decode_voter(self.voter) if self.voter else Voter("", "", "")

    @property
    def is_of_erased(self) -> bool:
        """Whether the voter was erased; the number of a household in which others are still is then not theirs."""
        return (self.file_key or "").startswith(f"{ERASED}:")

    @property
    def file_id(self) -> str:
        """The id that the voter file itself gave the voter, if it gave one."""
        return file_id(self.file_key)


def file_id(file_key: str | None) -> str:
    """The id in a voter's key; empty where the file gave none."""
    kind, _, given = (file_key or "").partition(":")
    return given if kind == "id" else ""


Row = TypeVar("Row", bound=Exported)


def exported(
    connection: Connection, row: type[Row], table: Table, which: ColumnElement[bool], by: ColumnElement[str]
) -> Iterator[Row]:
    """Those rows of the table, ordered `by` a column; `row` names the columns that are wanted."""
    columns = [table.c[name] for name in row.__struct_fields__ if name in table.c]
    others = (accounts.c.name.label("caller"), voters.c.file_key, voters.c.body.label("voter"))
    same_voter = (voters.c.campaign_id == table.c.campaign_id) & (voters.c.voter_id == table.c.voter_id)
    chosen = (
        select(*columns, *others)
        .select_from(table)
        .join(accounts, accounts.c.caller_id == table.c.caller_id, isouter=True)
        .join(voters, same_voter, isouter=True)
        .where(which)
        .order_by(by)
    )
    for found in connection.execute(chosen, execution_options={"stream_results": True, "yield_per": AT_ONCE}):
        yield row(**found._mapping)
