"""What SQLite and PostgreSQL do differently, and the tables say once: times, and indexes of a few rows."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, Index, TypeDecorator, text


class Utc(TypeDecorator[datetime]):
    """An aware UTC time: ISO 8601 text on SQLite, `timestamptz` on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite keeps no zone, so every time is turned to UTC first."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What SQLite gives back without a zone is UTC."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def index_where(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that `where` chooses; a query uses it when it says the same in literal words."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))
