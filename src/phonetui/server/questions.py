"""Questions that callers put to the supervisor, what is answered to whom, and notices to all who call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select, update

from phonetui.core.event import decode_question
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.voter import decode_voter
from phonetui.server.engine import insert_new
from phonetui.server.news import publish
from phonetui.server.stored_campaign import known_campaign
from phonetui.server.tables import accounts, events, news, questions, voters

#: Characters of a notice or an answer, which is read in the middle of a call.
LONGEST = 500


class AskedQuestion(Struct, frozen=True):
    """A question by its `number`, which stays: the campaign's first is 1. `voter` is empty where it names none."""

    number: int
    question_id: str
    caller_id: str
    caller: str
    asked_at: datetime
    text: str
    voter: str
    answered_at: datetime | None


class Answered(Struct, frozen=True):
    """An answer that was given: `by` whom, by name, empty for the console and Slack; and its words."""

    by: str
    text: str


def put(connection: Connection, campaign_id: str, caller_id: str, event_ids: Sequence[str], now: datetime) -> None:
    """Keeps what a caller has asked, whose words are in the events of these ids."""
    rows = [
        {"campaign_id": campaign_id, "event_id": event_id, "caller_id": caller_id, "asked_at": now}
        for event_id in sorted(event_ids)
    ]
    if rows:
        connection.execute(insert_new(connection, questions), rows)


def open_questions(connection: Connection, campaign_id: str) -> tuple[AskedQuestion, ...]:
    """The campaign's questions that nobody has answered, the first asked first; raises `Refused` without a campaign."""
    known_campaign(connection, campaign_id)
    return tuple(question for question in _asked(connection, campaign_id) if question.answered_at is None)


def answer(
    connection: Connection, campaign_id: str, number: int, text: str, now: datetime, *, by: str = ""
) -> AskedQuestion:
    """Answers a question on the laptops of the caller who asked it, and nowhere else; `by` is whose answer it is.

    A question may be answered again. Raises `Refused` where there is no such question, and for words that are none.
    """
    known_campaign(connection, campaign_id)
    words = _words(text, "An answer")
    question = next((each for each in _asked(connection, campaign_id) if each.number == number), None)
    if question is None:
        raise Refused(
            f"There is no question {number} in {campaign_id}; `phonetui server questions {campaign_id}` lists them."
        )
    answer_by_id(connection, campaign_id, question.question_id, words, now, by=by)
    return question


def answer_by_id(
    connection: Connection,
    campaign_id: str,
    question_id: str,
    text: str,
    now: datetime,
    *,
    by: str = "",
    only_first: bool = False,
) -> Answered | None:
    """The same by the question's id; with `only_first` nothing is done where there is an answer, which is returned."""
    words = _words(text, "An answer")
    this = (questions.c.campaign_id == campaign_id) & (questions.c.event_id == question_id)
    caller_id: str | None = connection.scalar(select(questions.c.caller_id).where(this))
    if caller_id is None:
        raise Refused(f"There is no such question in {campaign_id}; look at the list again.")
    waits = this & questions.c.answered_at.is_(None) if only_first else this
    if not connection.execute(update(questions).where(waits).values(answered_at=now, answered_by=by)).rowcount:
        return _answered(connection, campaign_id, question_id)
    publish(connection, [campaign_id], "notice", [words], now, caller_id=caller_id, answers=question_id)
    return None


def _answered(connection: Connection, campaign_id: str, question_id: str) -> Answered:
    """The last answer to a question; it has no words where they are too old to be kept."""
    of_question = (questions.c.campaign_id == campaign_id) & (questions.c.event_id == question_id)
    by_whom = select(questions.c.answered_by, accounts.c.name).where(of_question)
    by = connection.execute(
        by_whom.join_from(questions, accounts, accounts.c.caller_id == questions.c.answered_by, isouter=True)
    ).one()
    said = (news.c.campaign_id == campaign_id) & (news.c.kind == "notice") & (news.c.answers == question_id)
    words: str | None = connection.scalar(select(news.c.subject).where(said).order_by(news.c.news_id.desc()).limit(1))
    return Answered(by.name or "", words or "")


def give_notice(connection: Connection, campaign_id: str, text: str, now: datetime) -> None:
    """Tells everybody who calls for the campaign; raises `Refused` without a campaign, and for words that are none."""
    known_campaign(connection, campaign_id)
    publish(connection, [campaign_id], "notice", [_words(text, "A notice")], now)


def _words(text: str, what: str) -> str:
    words = " ".join(text.split())
    if len(words) > LONGEST:
        raise Refused(f"{what} is read in the middle of a call: it has {len(words)} characters of at most {LONGEST}.")
    words = clean(words, LONGEST)
    if not words:
        raise Refused(f'{what} is a sentence or two, such as "The polling place at Mill School has moved."')
    return words


def _asked(connection: Connection, campaign_id: str) -> Iterator[AskedQuestion]:
    number = func.row_number().over(order_by=(questions.c.asked_at, questions.c.event_id))
    same_event = (events.c.campaign_id == questions.c.campaign_id) & (events.c.event_id == questions.c.event_id)
    same_voter = (voters.c.campaign_id == events.c.campaign_id) & (voters.c.voter_id == events.c.voter_id)
    chosen = (
        select(questions, number.label("number"), events.c.body, accounts.c.name, voters.c.body.label("voter"))
        .join(events, same_event)
        .join(accounts, accounts.c.caller_id == questions.c.caller_id, isouter=True)
        .join(voters, same_voter, isouter=True)
        .where(questions.c.campaign_id == campaign_id)
        .order_by(questions.c.asked_at, questions.c.event_id)
    )
    yield from map(_question, connection.execute(chosen))


def _question(row: Row[tuple[object, ...]]) -> AskedQuestion:
    voter = decode_voter(row.voter) if row.voter else None
    return AskedQuestion(
        number=row.number,
        question_id=row.event_id,
        caller_id=row.caller_id,
        caller=row.name or "",
        asked_at=row.asked_at,
        text=clean(decode_question(row.body).text, LONGEST),
        voter=voter.full_name if voter else "",
        answered_at=row.answered_at,
    )
