"""A voter is erased while callers still have them: what is counted stays, what they asked for holds, no word stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw
from sqlalchemy import text

from phonetui.core.campaign import Answer, Question, QuestionKind, Step
from phonetui.core.event import HelpQuestion, Report, encode
from phonetui.server import results_view, tables
from phonetui.server.connection_tables import remote_ids
from phonetui.server.engine import plain_engine
from phonetui.server.erasing import erase
from phonetui.server.erasing_tables import sealed_numbers
from phonetui.server.events import store
from phonetui.server.keep_until import Keeper
from phonetui.server.late_do_not_calls import KEPT
from phonetui.server.report_making import make_report
from phonetui.server.results import export
from phonetui.wire_supervisors import Erased, decode_erased, decode_told

from .conftest import Clock
from .phone_bank import KEYS, SCHOOLS, TURNOUT, Laptop, PhoneBank, number, statuses
from .supervisors_office import SupervisorsOffice, office

WHY = Question("why", {"en": "Why?"}, kind="text")
VOTE = Question("vote", {"en": "Will you vote?"}, (Answer("yes", {"en": "Yes"}), Answer("no", {"en": "No"})))


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def asks(here: SupervisorsOffice, *questions: Question) -> None:
    """The campaign's script asks these from now on."""
    steps = tuple(Step(question.id, question=question) for question in questions)
    here.run(here.bank.set_campaign(body=msgspec.json.encode(msgspec.structs.replace(TURNOUT, steps=steps))))


def erases(here: SupervisorsOffice, sam: Laptop, voter_id: str) -> Erased:
    return decode_erased(here.does(sam, "DELETE", f"voters/{voter_id}"))


def schools_lends(here: SupervisorsOffice) -> list[str]:
    """The numbers that another campaign of the server gives to be called."""
    eli = here.run(here.bank.join("eli", campaigns=[TURNOUT, SCHOOLS]))
    return here.run(eli.borrows(5, campaign=SCHOOLS))


def suppressed(here: SupervisorsOffice) -> list[tuple[object, ...]]:
    return here.run(here.bank.rows(tables.suppressed_numbers, "number", "reason"))


# -- what comes later --------------------------------------------------------------------------------------------------


def test_a_do_not_call_that_comes_after_the_erasing_holds_everywhere(here: SupervisorsOffice) -> None:
    here.run(here.bank.add(SCHOOLS))
    here.run(here.bank.household(1, campaign=SCHOOLS))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    erases(here, sam, "1")
    assert statuses(here.run(dana.sends(dana.outcome("1", "do_not_call"))).receipts) == ["stored"]
    assert suppressed(here) == [(number(1), "call")]
    assert here.run(here.bank.rows(tables.attempts, "number")) == [("",)]
    assert schools_lends(here) == []


def test_so_does_one_to_another_number_of_the_voter(here: SupervisorsOffice) -> None:
    [bea, _] = here.run(here.bank.household(7, "Bea", "Cal", phones=(number(7), number(58))))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 25)
    erases(here, sam, bea)
    here.run(dana.sends(dana.outcome(bea, "do_not_call", number_ending="58")))
    assert suppressed(here) == [(number(58), "call")]


def test_where_others_have_the_number_the_do_not_call_can_be_taken_back(here: SupervisorsOffice) -> None:
    [bea, _] = here.run(here.bank.household(7, "Bea", "Cal"))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 25)
    erases(here, sam, bea)
    wrong = dana.outcome(bea, "do_not_call")
    here.run(dana.sends(wrong))
    assert suppressed(here) == [(number(7), wrong.id)]
    here.run(dana.sends(dana.undo(wrong)))
    assert suppressed(here) == []


def test_one_that_was_taken_back_before_it_came_in_does_not_count(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    erases(here, sam, "1")
    wrong = dana.outcome("1", "do_not_call")
    here.run(dana.sends(wrong, dana.undo(wrong)))
    assert suppressed(here) == []


def test_the_sealed_number_is_kept_for_those_alone_who_were_lent_and_for_a_while(
    here: SupervisorsOffice, clock: Clock
) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    erases(here, sam, "1")
    erases(here, sam, "2")
    assert here.run(here.bank.rows(sealed_numbers, "voter_id")) == [(1,)]
    [(sealed,)] = here.run(here.bank.rows(sealed_numbers, "sealed"))
    assert number(1).encode() not in bytes(str(sealed), "latin-1")
    keeper = Keeper(here.bank.database, clock, KEYS.ticket)
    clock.now += KEPT
    here.run(keeper.look())
    assert here.run(here.bank.count(sealed_numbers)) == 1
    clock.passes(seconds=1)
    here.run(keeper.look())
    assert here.run(here.bank.count(sealed_numbers)) == 0
    assert statuses(here.run(dana.sends(dana.outcome("1", "do_not_call"))).receipts) == ["stored"]
    assert suppressed(here) == []


def test_after_the_day_until_which_all_are_kept_a_do_not_call_still_holds(
    here: SupervisorsOffice, clock: Clock
) -> None:
    here.run(here.bank.add(SCHOOLS))
    here.run(here.bank.household(1, campaign=SCHOOLS))
    dana = here.joins("dana")
    here.borrows(dana, 1)
    here.run(here.bank.set_campaign(state="closed", keep_until=clock().date() - timedelta(days=1)))
    here.run(Keeper(here.bank.database, clock, KEYS.ticket).look())
    here.run(dana.sends(dana.outcome("1", "do_not_call")))
    assert suppressed(here) == [(number(1), "call")]


def test_a_question_about_her_that_comes_later_waits_for_nobody(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    ticket = dana.known["1"].tickets["1"]
    erases(here, sam, "1")
    about = {"campaign_id": "turnout", "voter_id": "1", "ticket": ticket}
    asked = HelpQuestion(id="q-1", seq=51, at=clock(), text="Ann wants a ride", **about)
    assert statuses(here.run(dana.sends(asked)).receipts) == ["stored"]
    assert here.evening(sam).questions == ()


def test_a_result_that_comes_in_the_same_moment_keeps_no_word(here: SupervisorsOffice, url: str, clock: Clock) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has one writer at a time")
    [bea, _] = here.run(here.bank.household(9, "Bea", "Cal"))
    dana = here.joins("dana")
    here.borrows(dana, 25)
    result = Raw(encode(dana.outcome(bea, "not_home", note="gate code 4711")))
    engine = plain_engine(url)

    def erase_bea() -> None:
        with engine.begin() as connection:
            erase(connection, "turnout", [int(bea)], clock(), erasing_key=KEYS.erasing, ticket_key=KEYS.ticket)

    erasing = threading.Thread(target=erase_bea)
    with engine.begin() as storing:
        store(storing, KEYS.ticket, dana.caller, TURNOUT, [result], clock())
        erasing.start()
        # within a transaction every look would show what the first one did
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
            waits_for_us = text("SELECT count(*) FROM pg_stat_activity WHERE :us = ANY(pg_blocking_pids(pid))")
            us = storing.scalar(text("SELECT pg_backend_pid()"))
            until = time.monotonic() + 60
            while not looking.scalar(waits_for_us, {"us": us}) and erasing.is_alive():
                assert time.monotonic() < until
    erasing.join(60)
    bodies = here.run(here.bank.rows(tables.events, "body")) + here.run(here.bank.rows(tables.attempts, "body"))
    assert len(bodies) == 2
    assert "4711" not in str(bodies)


# -- what is counted ---------------------------------------------------------------------------------------------------


async def report_of(bank: PhoneBank) -> str:
    """All sections of the report."""
    async with bank.database.read() as connection:
        report = await connection.run_sync(lambda it: make_report(it, "turnout", now=bank.clock()))
    return msgspec.json.format(msgspec.json.encode(report)).decode()


def test_no_figure_of_the_report_changes(here: SupervisorsOffice) -> None:
    pledge = Question("gift", {"en": "Will you give?"}, kind="pledge", employer=True)
    issues = Question("issues", {"en": "What matters?"}, (Answer("bus", {"en": "Buses"}),), kind="several")
    asks(here, WHY, VOTE, pledge, issues)
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 3)
    answers = {
        "why": "my illness",
        "vote": "yes",
        "gift": "25",
        "gift_employer": "The Mill",
        "issues": "bus;parks",
        "retired": "green",
        "Rosalind!": "x",
    }
    for voter in "123":
        here.run(dana.sends(dana.outcome(voter, "talked", answers=answers)))
    before = here.run(report_of(here.bank))
    assert "Questions that the script asks no longer" in before
    erases(here, sam, "1")
    assert here.run(report_of(here.bank)) == before
    erases(here, sam, "2")
    erases(here, sam, "3")
    assert here.run(report_of(here.bank)) == before
    left = str(here.run(here.bank.rows(tables.attempts, "body")) + here.run(here.bank.rows(tables.events, "body")))
    assert [word for word in ("illness", "Mill", "green", "Rosalind", "parks") if word in left] == []


@pytest.mark.parametrize("kind", ["one", "several", "scale", "event", "number", "pledge"])
def test_what_she_said_in_words_goes_whatever_the_question_is_now(here: SupervisorsOffice, kind: QuestionKind) -> None:
    asks(here, WHY)
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(dana.outcome("1", "talked", answers={"why": "my secret illness"})))
    asks(here, Question("why", {"en": "Why?"}, VOTE.answers, kind=kind))
    erases(here, sam, "1")
    left = str(here.run(here.bank.rows(tables.attempts, "body")) + here.run(here.bank.rows(tables.events, "body")))
    assert "illness" not in left


def test_a_telephone_number_is_no_amount(here: SupervisorsOffice) -> None:
    asks(here, Question("gift", {"en": "Will you give?"}, kind="pledge"))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.run(dana.sends(dana.outcome("1", "talked", answers={"gift": "2125550001"})))
    erases(here, sam, "1")
    assert "2125550001" not in str(here.run(here.bank.rows(tables.attempts, "body")))


def test_a_number_that_she_shared_is_in_no_export_of_her_results(here: SupervisorsOffice, url: str) -> None:
    [bea, _] = here.run(here.bank.household(9, "Bea", "Cal"))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 25)
    here.run(dana.sends(dana.outcome(bea, "busy")))
    erases(here, sam, bea)
    out = StringIO()
    with plain_engine(url).begin() as connection:
        assert export(connection, "turnout", out) == 1
        view = connection.execute(text(f"SELECT * FROM {results_view.make(connection)}")).mappings().all()
        connection.rollback()
    assert "5550009" not in out.getvalue()
    assert [row["number"] for row in view] == [""]


def test_what_she_said_of_her_record_leaves_no_empty_line(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    about = {"campaign_id": "turnout", "voter_id": "1", "ticket": dana.known["1"].tickets["1"]}
    here.run(dana.sends(Report(id="r-1", seq=51, at=clock(), about="address", text="Ann has moved", **about)))
    assert len(decode_told(here.does(sam, "GET", "told")).told) == 1
    erases(here, sam, "1")
    assert decode_told(here.does(sam, "GET", "told")).told == ()


# -- where they are still ----------------------------------------------------------------------------------------------


def test_a_question_that_stands_in_another_system_is_named_and_answered_no_more(
    here: SupervisorsOffice, clock: Clock
) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    about = {"campaign_id": "turnout", "voter_id": "1", "ticket": dana.known["1"].tickets["1"]}
    here.run(dana.sends(HelpQuestion(id="q-1", seq=51, at=clock(), text="Ann wants a ride", **about)))
    posted = {"campaign_id": "turnout", "name": "slack", "kind": "question", "file_id": "q-1", "remote_id": "17.1"}
    here.run(here.bank.insert(remote_ids, posted))
    assert "slack knows them, too; ask there that they be erased." in erases(here, sam, "1").still
    assert here.run(here.bank.count(remote_ids)) == 0


def test_her_other_numbers_go_even_if_nobody_was_ever_called_there_first(here: SupervisorsOffice) -> None:
    [zoe] = here.run(here.bank.household(20, "Zoe", phones=(number(20), number(31))))
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 25)
    here.run(dana.sends(dana.outcome(zoe, "wrong_number", number_ending="31")))
    erases(here, sam, zoe)
    assert here.run(here.bank.rows(tables.attempts, "number")) == [("",)]
    assert here.run(here.bank.count(tables.ended_numbers)) == 0


def test_not_even_the_databases_file_and_log_have_a_word_of_her(
    here: SupervisorsOffice, url: str, clock: Clock, tmp_path: Path
) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL cleans its own files")
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 3)
    here.run(dana.sends(dana.outcome("1", "talked", note="gate code 4711")))
    assert b"gate code 4711" in on_disk(tmp_path)
    erases(here, sam, "1")
    here.run(Keeper(here.bank.database, clock, KEYS.ticket).look())  # in case somebody was reading at that moment
    assert b"gate code 4711" not in on_disk(tmp_path)


def on_disk(folder: Path) -> bytes:
    """All bytes of the database's files."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
