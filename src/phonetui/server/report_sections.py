"""Sections of a report that count attempts by result, caller, list and time zone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from phonetui.core.figures import Counts, share, total
from phonetui.core.recall import disposition_of
from phonetui.core.report import Bar, Bars, Column, Section, Table
from phonetui.server.report import Key
from phonetui.server.report_tables import Counting, Source, amounts, contact_rates, figure_table, label
from phonetui.server.tables import accounts, lists

GONE = "No longer in the campaign"
HOURS = (
    "Callers' hours are the time from one result to the next where at most 15 minutes lie between; a longer gap is a "
    "break, after which the first call counts from when the voter came to the screen."
)
SEVERAL = "There are more results than attempts: one call can bring those of several people of a household."


def results(source: Source) -> Section:
    """What came of the calls, as the campaign's dispositions call it."""
    groups = source.counted.groups["disposition"]
    known = [disposition.id for disposition in source.campaign.dispositions]
    gone = sorted(str(key) for key in groups if key not in known)
    every = [(key, groups.get(key, Counts()).results) for key in (*known, *gone)]
    whole = sum(amount for _, amount in every)
    named = [(_disposition(source, key), key, amount) for key, amount in every]
    columns = (
        Column("result", "Result", "text"),
        Column("reaches", "Reaches a person", "text", "Reaches"),
        Column("results", "Results", "count"),
        Column("share", "Share", "share"),
    )
    rows = ((name, _reaches(source, key), amount, share(amount, whole)) for name, key, amount in named)
    table = Table("Results", columns, tuple(rows), ("All", "", whole, 1.0))
    told = sorted(((name, amount) for name, _, amount in named if amount), key=lambda row: -row[1])
    says = (SEVERAL,) if whole > total(groups.values()).attempts else ()
    return Section("result", "What came of the calls", (table,), says, (amounts("Results of calls", told, whole),))


def callers(source: Source) -> Section:
    """Who called how much, those with the most talks first."""
    groups = source.counted.groups["caller"]
    names = select(accounts.c.caller_id, accounts.c.name)
    known = {row.caller_id: label(row.name) for row in source.connection.execute(names) if row.caller_id in groups}
    countings = [(known.get(str(key), "An account that is gone"), counts) for key, counts in groups.items()]
    countings.sort(key=lambda one: (-one[1].talks, -one[1].attempts, one[0]))
    bars = tuple(Bar(name, counts.talks, f"{counts.talks:,} of {counts.attempts:,}") for name, counts in countings)
    picture = Bars("Talks of each caller, of so many attempts", (("", bars),), max(bar.value for bar in bars))
    table = figure_table("Callers", Column("caller", "Caller", "text"), countings)
    return Section("caller", "Callers", (table,), (HOURS,), (picture,))


def voter_lists(source: Source) -> Section:
    """The lists that were called, in the order of their names."""
    wanted = lists.c.campaign_id == source.campaign.campaign_id
    rows = source.connection.execute(select(lists.c.list_id, lists.c.name).where(wanted))
    known: dict[Key, str] = {row.list_id: label(row.name) for row in rows}
    groups = source.counted.groups["list"].items()
    countings = sorted(((known.get(key, GONE), counts) for key, counts in groups), key=lambda one: one[0])
    return _rated("list", "Lists", Column("list", "List", "text"), countings)


def zones(source: Source) -> Section:
    """The time zones that were called into, those with the most attempts first."""
    groups = source.counted.groups["zone"].items()
    countings: list[Counting] = [(_zone(key), counts) for key, counts in groups]
    countings.sort(key=lambda one: (-one[1].attempts, str(one[0])))
    return _rated("zone", "Time zones", Column("zone", "Time zone", "text"), countings)


def _rated(by: str, title: str, what: Column, countings: Iterable[Counting]) -> Section:
    countings = list(countings)
    table = figure_table(title, what, countings)
    return Section(by, title, (table,), (), (contact_rates(f"Contact rate: {title.lower()}", what, countings),))


def _zone(key: Key) -> str:
    """`Chicago/New York`, by their cities: a household has several where a number's area spans them."""
    if key is None:
        return GONE
    cities = [zone.rpartition("/")[2].replace("_", " ") for zone in str(key).split(" ")]
    return "/".join(cities) or "Not known"


def _disposition(source: Source, key: str) -> str:
    return label(source.campaign.words(disposition_of(source.campaign, key).label) or key)


def _reaches(source: Source, key: str) -> str:
    return "yes" if disposition_of(source.campaign, key).contact else "no"
