"""Notices and answers: told once, kept over a restart and over damage until they are seen, and for seven days."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from phonetui.client.help_line import news_of
from phonetui.client.journal import Entry, Journal
from phonetui.client.journal_records import Told
from phonetui.client.notices import Notices, with_news_of_script
from phonetui.client.outbox import Taken
from phonetui.core.event import HelpQuestion, encode
from phonetui.wire import ExchangeRequest, Notice
from tests.client.people import NOON, entry, reply
from tests.client.test_journal import with_journal
from tests.tui.sample import CAMPAIGN

MOVED = Notice("17", "The polling place at Mill School has moved.", at=NOON)
ANSWER = Notice("18", "Yes, where they live.", "question-1")
ASKED = HelpQuestion(id="question-1", seq=1, at=NOON, campaign_id="fall", text="May students vote here?")
REQUEST = ExchangeRequest(campaign_id="riverside", device_id="laptop", campaign_version=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journals" / "fall.journal"


def question_entry() -> Entry:
    return Entry(ASKED.seq, ASKED.id, encode(ASKED))


async def hear_both(journal: Journal) -> None:
    await journal.record(entries=[question_entry()], call=b"")
    await journal.take(Taken(reply=reply(notices=(MOVED, ANSWER)), acknowledged=(ASKED.id,)))


async def end_the_shift(journal: Journal) -> None:
    await journal.end_shift(keep_hand=True)


def test_notices_and_questions_stay_over_the_shift_until_they_are_seen(path: Path) -> None:
    async def see_one(journal: Journal) -> None:
        await journal.see(["17"])

    loaded = with_journal(path, hear_both, end_the_shift, see_one)
    assert loaded.notices == (
        Told("17", NOON, MOVED.text, seen=True),
        Told("18", NOON, "Yes, where they live.", "question-1"),
    )
    assert loaded.questions == (ASKED,)


def test_an_answer_names_the_question_that_was_asked_here() -> None:
    answer = Told("18", NOON, "Yes, where they live.", "question-1")
    assert news_of(answer, (ASKED,)) == "The supervisor answers “May students vote here?”: Yes, where they live."
    assert news_of(answer, ()) == "The supervisor answers: Yes, where they live."
    long = msgspec.structs.replace(ASKED, text="May students vote here, " * 4)
    assert "“May students vote here, May students vote here, May…”" in news_of(answer, (long,))


def test_what_a_server_tells_twice_is_told_once(path: Path) -> None:
    async def see_all(journal: Journal) -> None:
        await journal.see(["17", "18"])

    assert [told.seen for told in with_journal(path, hear_both, see_all, hear_both_again).notices] == [True, True]


async def hear_both_again(journal: Journal) -> None:
    await journal.take(Taken(reply=reply(cursor="c9", notices=(MOVED, ANSWER))))


def test_after_seven_days_they_are_gone(path: Path) -> None:
    async def expire(journal: Journal) -> None:
        await journal.expire(NOON + timedelta(days=8))

    loaded = with_journal(path, hear_both, end_the_shift, expire)
    assert (loaded.notices, loaded.questions) == ((), ())


def test_they_are_read_from_a_damaged_journal(path: Path) -> None:
    with_journal(path, hear_both)
    with path.open("r+b") as file:
        file.write(os.urandom(512))
    loaded = with_journal(path)
    assert [told.text for told in loaded.notices] == [MOVED.text, ANSWER.text]
    assert loaded.questions == (ASKED,)


def test_a_question_about_nobody_leaves_the_laptop_able_to_borrow() -> None:
    lost = msgspec.structs.replace(entry(1), household_id="")
    assert (lost.is_about_somebody_lost, question_entry().is_about_somebody_lost) == (True, False)


def test_the_same_notice_by_two_replies_is_one() -> None:
    notices = Notices((), ())
    for _ in range(2):
        notices.take(reply(notices=(MOVED, ANSWER)))
    notices.see(["17"])
    assert [(told.notice_id, told.seen) for told in notices.told] == [("17", True), ("18", False)]


def test_another_version_of_the_script_is_told_and_the_first_is_not() -> None:
    newer = msgspec.structs.replace(CAMPAIGN, version=2)
    told = with_news_of_script(REQUEST, reply(campaign=newer), NOON)
    assert told.notices == (
        Notice("script-2", "The script has a new version; it is used from the next call.", at=NOON),
    )
    first = msgspec.structs.replace(REQUEST, campaign_version=0)
    for request, answer in ((first, reply(campaign=newer)), (REQUEST, reply(campaign=CAMPAIGN)), (REQUEST, reply())):
        assert with_news_of_script(request, answer, NOON).notices == ()
