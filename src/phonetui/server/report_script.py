"""The section of a report on the script's versions, the two most used against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from phonetui.core.campaign import TYPED
from phonetui.core.comparison import MATTERS, Comparison, Part, compare
from phonetui.core.figures import Counts
from phonetui.core.report import Cell, Column, Section, Table, percent
from phonetui.server.report_answers import answered, ask
from phonetui.server.report_tables import Source, contact_rates, figure_table, label

VERSION = Column("version", "Version", "version")
FIRST_USED = Column("first_used", "First used", "date", "Since")
VERDICTS = {"differs": "more than chance", "alike": "no difference", "too little": "too little data"}


class _Pair(Struct, frozen=True):
    """What is compared: the talks of those reached, or an answer of those who answered."""

    what: str
    first: Part
    second: Part
    is_talk: bool = False


def script(source: Source) -> Section:
    """The versions by their numbers; the two with the most contacts are compared."""
    groups = {int(key or 0): counts for key, counts in source.counted.groups["script"].items()}
    countings = sorted(groups.items())
    table = figure_table("Versions", VERSION, countings)
    dated = Table(
        table.caption,
        (*table.columns, FIRST_USED),
        tuple((*row, _first_day(source, counts)) for row, (_, counts) in zip(table.rows, countings, strict=True)),
        (*table.total, None),
    )
    picture = contact_rates("Contact rate: versions of the script", VERSION, countings)
    most_used = sorted((version for version in groups if version), key=lambda one: (-groups[one].contacts, one))[:2]
    if len(most_used) < 2:
        only = "All calls were made with one version of the script, so there is nothing to compare."
        return Section("script", "Versions of the script", (dated,), (only,), (picture,))
    older, newer = sorted(most_used)
    pairs = [*_pairs(source, older, newer)]
    compared = [compare(pair.first, pair.second, len(pairs)) for pair in pairs]
    says = tuple(_sentences(pairs, compared, older, newer)) or ("Nobody was reached with both versions yet.",)
    tables = (dated, _against(pairs, compared, older, newer)) if pairs else (dated,)
    return Section("script", "Versions of the script", tables, says, (picture,))


def _first_day(source: Source, counts: Counts) -> Cell:
    return counts.first.astimezone(source.zone).date() if counts.first else None


def _pairs(source: Source, older: int, newer: int) -> Iterator[_Pair]:
    """Everything of which both versions have some."""
    first, second = (source.counted.groups["script"][version] for version in (older, newer))
    if first.contacts and second.contacts:
        yield _Pair("Talks, of those reached", _talks(first), _talks(second), is_talk=True)
    for question in (step.question for step in source.campaign.steps if step.question):
        if question.kind in TYPED:
            continue
        before, after = (
            answered((talk for talk in source.counted.talks if talk.version == version), question)
            for version in (older, newer)
        )
        if not (before[""] and after[""]):
            continue
        for answer in question.answers:
            name = label(source.campaign.words(answer.label)) or label(answer.id)
            what = f"“{name}” to “{ask(source, question)}”"
            yield _Pair(what, Part(before[answer.id], before[""]), Part(after[answer.id], after[""]))


def _talks(counts: Counts) -> Part:
    return Part(counts.talks, counts.contacts)


def _against(pairs: Sequence[_Pair], compared: Sequence[Comparison], older: int, newer: int) -> Table:
    columns = (
        Column("what", "What", "text"),
        Column(f"version_{older}", f"Version {older}", "share"),
        Column(f"of_{older}", "of", "count"),
        Column(f"version_{newer}", f"Version {newer}", "share"),
        Column(f"of_{newer}", "of", "count"),
        Column("difference", "Difference", "text"),
    )
    rows = (
        (pair.what, pair.first.share, pair.first.whole, pair.second.share, pair.second.whole, VERDICTS[each.verdict])
        for pair, each in zip(pairs, compared, strict=True)
    )
    return Table(f"Version {older} against version {newer}", columns, tuple(rows))


def _sentences(pairs: Sequence[_Pair], compared: Sequence[Comparison], older: int, newer: int) -> Iterator[str]:
    both = [*zip(pairs, compared, strict=True)]
    for pair, each in both:
        if each.verdict == "differs":
            yield _more_than_chance(pair, older, newer)
        elif pair.is_talk:
            yield _alike(pair) if each.verdict == "alike" else _too_little(pair, each, older, newer)
    unsure = [each for pair, each in both if not pair.is_talk and each.verdict == "too little"]
    if unsure:
        lacking = _about(max(sum(each.more) for each in unsure))
        yield (
            f"Too little data to tell {_answers(len(unsure))} of version {older} from those of version {newer}: "
            f"about {lacking:,} more talks are needed."
        )
    alike = sum(each.verdict == "alike" for pair, each in both if not pair.is_talk)
    if alike:
        yield f"In {_answers(alike)} no difference shows that would matter; {_would_show()}."


def _more_than_chance(pair: _Pair, older: int, newer: int) -> str:
    better = newer if pair.second.share > pair.first.share else older
    return (
        f"{pair.what}: more with version {better}, {_told(pair.first)} with version {older} against "
        f"{_told(pair.second)} with version {newer}. That is more than chance would make of it."
    )


def _alike(pair: _Pair) -> str:
    return (
        f"{pair.what}: no difference shows that would matter, {_told(pair.first)} against {_told(pair.second)}; "
        f"{_would_show()}."
    )


def _too_little(pair: _Pair, each: Comparison, older: int, newer: int) -> str:
    lacking = [(version, more) for version, more in zip((older, newer), each.more, strict=True) if more]
    wanted = " and ".join(f"about {_about(more):,} more people reached with version {v}" for v, more in lacking)
    return f"{pair.what}: too little data, {_told(pair.first)} against {_told(pair.second)}; needed are {wanted}."


def _told(part: Part) -> str:
    return f"{percent(part.share)} of {part.whole:,}"


def _would_show() -> str:
    return f"one of {100 * MATTERS:.0f} points in a hundred would most likely show"


def _answers(count: int) -> str:
    return f"{count:,} answer{'' if count == 1 else 's'}"


def _about(number: int) -> int:
    """Rounded up to tens."""
    return -(-number // 10) * 10
