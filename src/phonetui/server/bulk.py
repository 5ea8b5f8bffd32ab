"""Thousands of rows or values in one statement, without what SQLAlchemy does for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Table, any_, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(connection: Connection, column: Column[str] | Column[int], values: Iterable[object]) -> ColumnElement[bool]:
    """Whether the column is one of the values, which cross as one parameter."""
    listed = list(values)
    if connection.dialect.name == "postgresql":
        return column == any_(literal(listed, ARRAY(column.type)))
    one_a_row = func.json_each(msgspec.json.encode(listed).decode()).table_valued("value")
    return column.in_(select(one_a_row.c.value))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts rows that all have the same columns. Values must be what the driver takes: text, numbers, bytes, None."""
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    positions = compiled.positiontup
    connection.exec_driver_sql(str(compiled), list(map(itemgetter(*positions), rows)) if positions else list(rows))
