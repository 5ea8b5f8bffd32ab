"""`phonetui server questions`, `answer` and `notice`: the supervisor's word to those who call."""

from __future__ import annotations

from argparse import Namespace

from phonetui.commands.answer import Answer
from phonetui.commands.server_place import place_of
from phonetui.core.when import moment_after
from phonetui.server.audit import AT_THE_CONSOLE, record
from phonetui.server.clock import utc_now
from phonetui.server.engine import reading_engine, sync_engine
from phonetui.server.news import latest
from phonetui.server.questions import AskedQuestion, answer, give_notice, open_questions


def list_questions(arguments: Namespace) -> Answer:
    """What callers ask, and nobody has answered."""
    with reading_engine(place_of(arguments).url).connect() as connection:
        asked = open_questions(connection, arguments.campaign)
    lines = [_line(question) for question in asked] or ["Nobody waits for an answer."]
    return Answer("\n".join(lines), asked)


def answer_question(arguments: Namespace) -> Answer:
    """An answer, on the screen of the caller who asked."""
    with sync_engine(place_of(arguments).url).begin() as connection:
        now = utc_now()
        question = answer(connection, arguments.campaign, arguments.number, arguments.text, now)
        record(connection, arguments.campaign, AT_THE_CONSOLE, "answered", question.question_id, now)
    text = f"Answered {question.caller}, who asked: {question.text}"
    return Answer(text, {"number": question.number, "caller": question.caller, "question": question.text})


def notice(arguments: Namespace) -> Answer:
    """A notice, on every caller's screen."""
    with sync_engine(place_of(arguments).url).begin() as connection:
        now = utc_now()
        give_notice(connection, arguments.campaign, arguments.text, now)
        record(connection, arguments.campaign, AT_THE_CONSOLE, "noticed", latest(connection, arguments.campaign), now)
    return Answer(f"Everybody who calls for {arguments.campaign} is told.", {"campaign": arguments.campaign})


def _line(question: AskedQuestion) -> str:
    about = f", about {question.voter}" if question.voter else ""
    at = moment_after(question.asked_at.astimezone(), utc_now().astimezone())
    return f"{question.number}  {at}, {question.caller}{about}: {question.text}"
