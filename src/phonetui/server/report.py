"""Counting a campaign's attempts by group, in the database: what reports and the supervisors' screen are made of.

A voter who was reached in a round counts in one group alone: where the first talk was, or else the first contact. So
the groups of any kind sum to the whole, which is what `results.tally` counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
)

from phonetui.core.figures import PAUSE, Counts
from phonetui.server.exported_rows import AT_ONCE
from phonetui.server.tables import attempts, households, voters

#: `quarter` groups by the quarter of an hour since 1970, `zone` by the household's zones with a blank between them.
By = Literal["caller", "quarter", "disposition", "list", "zone"]
#: A caller's or a disposition's id, a list's, a quarter's number, zones; none where the voter or household is gone.
Key = str | int | None

#: Seconds in a quarter of an hour: zones differ by whole quarters.
QUARTER = 15 * 60


class Period(Struct, frozen=True):
    """From `since` up to, not at, `until`; none is no bound."""

    since: datetime | None = None
    until: datetime | None = None


class _Shown(Struct, frozen=True):
    """What an outcome's JSON says of when the voter came to the screen."""

    shown_at: datetime | None = None


_decode_shown = msgspec.json.Decoder(_Shown).decode


def counted(connection: Connection, campaign_id: str, by: By, period: Period = Period()) -> dict[Key, Counts]:
    """What was counted in each group, for attempts made in the period."""
    these = standing(connection, campaign_id, period)
    grouped, key = _grouped(select(), these, by)
    sums = (func.sum(cast(each, Integer)) for each in (these.c.dialed, these.c.reached, these.c.told, these.c.spent))
    counts = {row[0]: Counts(*row[1:]) for row in connection.execute(grouped.add_columns(key, *sums).group_by(key))}
    for group, seconds in _first_calls(connection, these, by):
        counts[group] += Counts(seconds=seconds)
    return counts
