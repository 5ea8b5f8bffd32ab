"""The section of a report on answers: how many gave which, in talks. No word that a voter said is in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from phonetui.core.answers import all_parts
from phonetui.core.campaign import TYPED, Question
from phonetui.core.conditions import chosen
from phonetui.core.figures import median, share, wilson
from phonetui.core.report import Bar, Bars, Cell, Column, Section, Table, percent
from phonetui.server.report import Talk
from phonetui.server.report_tables import Source, label

_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
OTHER = "Another answer, from an earlier script"
ANSWERS = (
    Column("answer", "Answer", "text"),
    Column("people", "People", "count"),
    Column("share", "Of those who answered", "share", "Share"),
    Column("between", "Lies between", "interval", "Between"),
)
#: For questions to which something is typed: what is counted is that they were answered.
TYPED_IN = (
    Column("answer", "Answer", "text"),
    Column("people", "People", "count"),
    Column("share", "Of all talks", "share", "Of talks"),
    Column("between", "Lies between", "interval", "Between"),
)
NUMBERS = (*TYPED_IN, Column("sum", "In all", "count"), Column("middle", "In the middle", "count", "Middle"))


def questions(source: Source) -> Section:
    """The script's questions in its order, then those that it asks no longer."""
    asked = [step.question for step in source.campaign.steps if step.question]
    tables = [_table(source, question) for question in asked]
    known = {part for question in asked for part in all_parts(question)}
    earlier = Counter(_named(key) for talk in source.counted.talks for key in talk.answers if key not in known)
    if earlier:
        rows = (_answered(source, key, count) for key, count in sorted(earlier.items()))
        tables.append(Table("Questions that the script asks no longer", TYPED_IN, tuple(rows)))
    talks = len(source.counted.talks)
    says = f"Answers given in talks: {talks:,} so far. Of several with a voter in a round, the last answer counts."
    if not tables:
        says = "The script asks no question."
    return Section("question", "Answers", tuple(tables), (says,), _pictures(tables))


def answered(talks: Iterable[Talk], question: Question) -> Counter[str]:
    """How many gave each answer, `OTHER` for what is not offered any more; under the empty key, how many gave any."""
    offered = {answer.id for answer in question.answers}
    counts = Counter[str]()
    for talk in talks:
        given = chosen(talk.answers.get(question.id, ""))
        counts.update({one if one in offered else OTHER for one in given})
        counts[""] += bool(given)
    return counts


def ask(source: Source, question: Question) -> str:
    """The question in the campaign's words."""
    return label(source.campaign.words(question.ask)) or label(question.id)


def _table(source: Source, question: Question) -> Table:
    if question.kind in TYPED:
        return _typed(source, question)
    counts = answered(source.counted.talks, question)
    whole = counts[""]
    names = [(label(source.campaign.words(answer.label)) or label(answer.id), answer.id) for answer in question.answers]
    names += [(OTHER, OTHER)] if counts[OTHER] else []
    rows = tuple((name, counts[key], share(counts[key], whole), wilson(counts[key], whole)) for name, key in names)
    total = ("Answered", whole, None, None)
    return Table(ask(source, question), ANSWERS, rows, total, question.id)


def _typed(source: Source, question: Question) -> Table:
    given = [talk.answers[question.id] for talk in source.counted.talks if talk.answers.get(question.id)]
    row = _answered(source, "Answered", len(given))
    if question.kind not in ("number", "pledge"):
        return Table(ask(source, question), TYPED_IN, (row,), of=question.id)
    numbers = [int(one) for one in given if one.isascii() and one.isdigit()]
    return Table(ask(source, question), NUMBERS, ((*row, sum(numbers), median(numbers)),), of=question.id)


def _answered(source: Source, name: str, count: int) -> tuple[Cell, ...]:
    talks = len(source.counted.talks)
    return name, count, share(count, talks), wilson(count, talks)


def _named(key: str) -> str:
    """The question's id; what is none came from no campaign file."""
    return key if _ID.fullmatch(key) else "Another question"


def _pictures(tables: Sequence[Table]) -> tuple[Bars, ...]:
    """One chart of all questions that offer answers."""
    groups = [(table.caption, _bars(table)) for table in tables if table.columns == ANSWERS and table.total[1]]
    return (Bars("Answers, of those who answered", tuple(groups), 1.0),) if groups else ()


def _bars(table: Table) -> tuple[Bar, ...]:
    return tuple(
        Bar(str(name), people / whole, f"{percent(people / whole)} of {whole:,}", wilson(people, whole))
        for name, people, *_ in table.rows
        if isinstance(people, int) and isinstance(whole := table.total[1], int)
    )
