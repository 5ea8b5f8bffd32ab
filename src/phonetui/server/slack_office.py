"""What is to be said in Slack, and what comes of what is said there; no socket, no waiting.

Everything that goes out is first put down in `remote_ids` without Slack's id, then posted, then put down with it: what
stands there without one after a crash is looked for in the channel before it is posted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, case, func, select, update

from phonetui.core.campaign import MIDNIGHT, WEEKDAYS, Campaign
from phonetui.core.recall import disposition_of
from phonetui.core.refusal import Refused
from phonetui.server import audit, questions
from phonetui.server.connection_tables import connections, remote_ids
from phonetui.server.connectors.slack_channel import Message
from phonetui.server.engine import insert
from phonetui.server.news import latest
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import attempts

Kind = Literal["question", "summary", "alarm", "heard"]
#: Answers in a thread are looked for so long after the question.
ANSWERED_WITHIN = timedelta(days=2)
#: A day's summary is sent no later than this after the end of its hours.
SUMMED_UP_WITHIN = timedelta(hours=12)
#: Characters of whoever wrote something, as it is kept.
LONGEST_ID = 36


class ToPost(Struct, frozen=True):
    """A message that waits to be posted. `ours` finds it again; `in_doubt`: it may be there already."""

    kind: Kind
    ours: str
    text: str
    in_doubt: bool


class SlackOffice:
    """One campaign's Slack, over an open connection to the database."""

    def __init__(self, connection: Connection, campaign_id: str, name: str, now: datetime) -> None:
        self._connection = connection
        self._campaign_id = campaign_id
        self._name = name
        self._now = now

    # -- out -----------------------------------------------------------------------------------------------------------

    def to_post(self, alarms: Iterable[tuple[str, str]] = ()) -> list[ToPost]:
        """Open questions, a day that is over, and alarms by id, as far as Slack does not have them."""
        told = {row.file_id: row.remote_id for row in self._said(("question", "summary", "alarm"))}
        waiting = [*self._questions(), *self._summaries(), *(("alarm", name, text) for name, text in alarms)]
        return [ToPost(kind, ours, text, ours in told) for kind, ours, text in waiting if not told.get(ours)]

    def begins(self, one: ToPost) -> None:
        """It is about to be posted."""
        self._put(one.kind, one.ours, "")

    def posted(self, one: ToPost, at: str) -> None:
        """Slack has it."""
        this = and_(self._mine(one.kind), remote_ids.c.file_id == one.ours)
        self._connection.execute(update(remote_ids).where(this).values(remote_id=at))

    def threads(self) -> dict[str, str]:
        """The questions whose answers are waited for, by the thread that each has in Slack."""
        oldest = f"{(self._now - ANSWERED_WITHIN).timestamp():.6f}"
        return {row.remote_id: row.file_id for row in self._said(("question",)) if row.remote_id >= oldest}

    def heard_through(self) -> str:
        """The `ts` of the last message that was heard; before the first, that of when Slack was connected."""
        last = self._connection.scalar(select(func.max(remote_ids.c.file_id)).where(self._mine("heard")))
        this = and_(connections.c.campaign_id == self._campaign_id, connections.c.name == self._name)
        added: datetime | None = self._connection.scalar(select(connections.c.added_at).where(this))
        return max(last or "", f"{added.timestamp():.6f}" if added else "")

    # -- in ------------------------------------------------------------------------------------------------------------

    def hear(self, one: Message, notices: str) -> str | None:
        """Carries an answer or a notice on, once; what to reply in Slack, empty for a tick, None where it is neither.

        A message edited later is not carried on again.
        """
        question_id = self._question_of(one.thread) if one.thread else ""
        is_notice = bool(notices) and one.channel == notices and not one.thread
        if one.ours or not one.text.strip() or not (question_id or is_notice) or not self._is_new(one):
            return None
        connection, campaign_id, by = self._connection, self._campaign_id, f"slack:{one.user}"[:LONGEST_ID]
        try:
            if is_notice:
                questions.give_notice(connection, campaign_id, one.text, self._now)
                audit.record(connection, campaign_id, by, "noticed", latest(connection, campaign_id), self._now)
            else:
                questions.answer_by_id(connection, campaign_id, question_id, one.text, self._now, by=by)
                audit.record(connection, campaign_id, by, "answered", question_id, self._now)
        except Refused as refused:
            return str(refused)
        return ""

    def _question_of(self, thread: str) -> str:
        this = and_(self._mine("question"), remote_ids.c.remote_id == thread)
        return self._connection.scalar(select(remote_ids.c.file_id).where(this)) or ""

    def _is_new(self, one: Message) -> bool:
        return self._put("heard", one.at, one.channel)

    # -- what is said --------------------------------------------------------------------------------------------------

    def _questions(self) -> Iterator[tuple[Kind, str, str]]:
        for asked in questions.open_questions(self._connection, self._campaign_id):
            attached = " (with a voter, whom `phonetui supervise` shows)" if asked.voter else ""
            text = f"{asked.caller or 'A caller'} asks{attached}: {asked.text}\nAnswer in this thread."
            yield "question", asked.question_id, text

    def _summaries(self) -> Iterator[tuple[Kind, str, str]]:
        campaign = known_campaign(self._connection, self._campaign_id).campaign
        zone = ZoneInfo(campaign.zone)
        for back in (0, 1):
            day = (self._now.astimezone(zone) - timedelta(days=back)).date()
            hours = campaign.calling.hours.get(WEEKDAYS[day.weekday()])
            if hours is None:
                continue
            begins = datetime.combine(day, time(0), zone)
            ends = datetime.combine(day + timedelta(days=1), time(0), zone)
            over = ends if hours.closes == MIDNIGHT else datetime.combine(day, hours.closes, zone)
            is_due = over <= self._now <= over + SUMMED_UP_WITHIN
            if is_due and (text := self._sum(campaign, begins.astimezone(UTC), ends.astimezone(UTC))):
                yield "summary", f"summary-{day}", f"{campaign.name}, {day:%A, %B} {day.day}: {text}"

    def _sum(self, campaign: Campaign, begins: datetime, ends: datetime) -> str:
        """The day in a few lines; empty where nobody called."""
        of_day = and_(attempts.c.campaign_id == self._campaign_id, attempts.c.at >= begins, attempts.c.at < ends)
        talked_to = func.count(case((attempts.c.talk, attempts.c.voter_id)).distinct())
        dialed = func.sum(case((attempts.c.same_call.is_(False), 1), else_=0))
        all_of_it = select(dialed, talked_to, func.count(attempts.c.caller_id.distinct())).where(of_day)
        calls, talks, callers = self._connection.execute(all_of_it).one()
        if not calls:
            return ""
        counted = select(attempts.c.disposition, func.count()).where(of_day).group_by(attempts.c.disposition)
        by_count = sorted(self._connection.execute(counted).all(), key=lambda row: (-row[1], row[0]))
        results = " · ".join(f"{campaign.words(disposition_of(campaign, name).label)} {n:,}" for name, n in by_count)
        return f"{calls:,} calls and {talks:,} talks by {callers:,} callers.\n{results}"

    # -- what is kept --------------------------------------------------------------------------------------------------

    def _said(self, kinds: Iterable[Kind]) -> list[_Said]:
        mine = and_(remote_ids.c.campaign_id == self._campaign_id, remote_ids.c.name == self._name)
        chosen = select(remote_ids.c.file_id, remote_ids.c.remote_id).where(mine, remote_ids.c.kind.in_(tuple(kinds)))
        return [_Said(*row) for row in self._connection.execute(chosen)]

    def _mine(self, kind: Kind) -> ColumnElement[bool]:
        of = (remote_ids.c.campaign_id == self._campaign_id, remote_ids.c.name == self._name)
        return and_(*of, remote_ids.c.kind == kind)

    def _put(self, kind: Kind, ours: str, theirs: str) -> bool:
        """Puts it down; False where it is there already."""
        row = {"campaign_id": self._campaign_id, "name": self._name, "kind": kind, "file_id": ours, "ours": ""}
        new = insert(self._connection, remote_ids).values({**row, "remote_id": theirs}).on_conflict_do_nothing()
        return self._connection.execute(new.returning(remote_ids.c.file_id)).first() is not None


class _Said(Struct, frozen=True):
    file_id: str
    remote_id: str
