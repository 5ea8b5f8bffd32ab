"""A campaign keeps its voters until a day: past it, the server erases them by itself, and what was counted stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from phonetui.core.event import HelpQuestion, Remark
from phonetui.core.refusal import Refused
from phonetui.server import tables
from phonetui.server.connections import find
from phonetui.server.keep_until import Keeper
from phonetui.server.own_runs import OwnRuns
from phonetui.wire_supervisors import KeepUntil, Words, decode_keep_until

from .conftest import Clock
from .connectors.evening import NAME, Evening
from .connectors.small import FILE, Small, install, person
from .office import Office
from .phone_bank import KEYS, SCHOOLS, TURNOUT, PhoneBank
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


async def names(bank: PhoneBank) -> int:
    return sum(b"Ann" in bytes(str(body), "utf-8") for (body,) in await bank.rows(tables.voters, "body"))


def test_the_day_is_set_and_taken_back(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    assert decode_keep_until(here.does(sam, "GET", "keep-until")) == KeepUntil(None)
    here.does(sam, "PUT", "keep-until", KeepUntil(date(2026, 12, 1)))
    assert decode_keep_until(here.does(sam, "GET", "keep-until")) == KeepUntil(date(2026, 12, 1))
    here.does(sam, "PUT", "keep-until", KeepUntil(None))
    assert here.audited() == [("sam", "keep-until", ""), ("sam", "keep-until", "2026-12-01")]
    assert here.refused(sam, "PUT", "keep-until", KeepUntil(date(2026, 10, 5))) == (
        "refused",
        "October 5, 2026, is past; name today, or a day to come.",
    )


def test_past_the_day_all_voters_are_erased_once_nobody_calls(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    here.calls(dana, "talked")
    here.does(sam, "PUT", "keep-until", KeepUntil(clock().date()))
    keeper = Keeper(here.bank.database, clock, KEYS.ticket)
    here.run(keeper.look())
    assert here.run(names(here.bank)) == 3
    clock.passes(days=1)
    here.run(keeper.look())
    assert here.run(names(here.bank)) == 3  # in the middle of calling
    assert [look.kind for look in here.evening(sam).looks] == ["keep-until"]
    here.does(sam, "PUT", "state", {"state": "closed"})
    here.run(keeper.look())
    assert here.run(names(here.bank)) == 0
    assert here.run(here.bank.figures()).talks == 1
    assert here.run(here.bank.count(tables.erased_voters)) == 0  # nobody of them asked to stay out
    assert here.audited()[0] == ("", "erased-all", "3")
    here.run(keeper.look())
    assert len([entry for entry in here.audited() if entry[1] == "erased-all"]) == 1
    clock.passes(minutes=1)
    assert here.evening(sam).looks == ()


def test_a_campaign_that_is_over_needs_not_be_closed(here: SupervisorsOffice, clock: Clock) -> None:
    sam = here.joins("sam", "supervisor")
    here.does(sam, "PUT", "keep-until", KeepUntil(TURNOUT.ends + timedelta(days=7)))
    clock.passes(days=40)
    here.run(Keeper(here.bank.database, clock, KEYS.ticket).look())
    assert here.run(names(here.bank)) == 0


def test_with_the_last_voter_the_words_that_callers_wrote_go_too(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    said = {"at": clock(), "campaign_id": "turnout"}
    here.run(
        dana.sends(
            HelpQuestion(id="q-1", seq=50, text="Ann Doe wants a ride", **said),  # type: ignore[arg-type]
            HelpQuestion(id="q-2", seq=51, text="Does Ann Doe get one?", **said),  # type: ignore[arg-type]
            Remark(id="m-1", seq=52, step_id="hello", text="Ann Doe cried here", **said),  # type: ignore[arg-type]
        )
    )
    here.does(sam, "POST", "notices", Words("Ann Doe gets one"))
    here.does(sam, "POST", "questions/q-1/answer", Words("Ann Doe gets one at nine"))
    here.run(here.bank.set_campaign(state="closed", keep_until=clock().date() - timedelta(days=1)))
    keeper = Keeper(here.bank.database, clock, KEYS.ticket)
    here.run(keeper.look())
    left = here.run(here.bank.rows(tables.events, "body")) + here.run(here.bank.rows(tables.news, "subject"))
    assert "Ann" not in str(left)
    assert here.evening(sam).questions == ()
    assert here.audited()[:2] == [("", "erased-words", "5"), ("", "erased-all", "3")]
    here.run(keeper.look())
    assert here.audited()[0] == ("", "erased-words", "5")


def test_a_voter_who_cannot_be_read_keeps_no_other_campaigns_voters(here: SupervisorsOffice, clock: Clock) -> None:
    here.run(here.bank.add(SCHOOLS))
    here.run(here.bank.household(1, campaign=SCHOOLS))
    past = {"state": "closed", "keep_until": clock().date() - timedelta(days=1)}
    here.run(here.bank.set_campaign(SCHOOLS, **past))
    here.run(here.bank.set_campaign(TURNOUT, **past))
    here.run(spoil(here.bank))
    here.run(Keeper(here.bank.database, clock, KEYS.ticket).look())
    ended = here.run(here.bank.rows(tables.voters, "campaign_id", "ended"))
    assert ended == [("schools", "erased"), ("turnout", ""), ("turnout", ""), ("turnout", "")]


async def spoil(bank: PhoneBank) -> None:
    """The first voter of the campaign is not what a voter is."""
    this = (tables.voters.c.campaign_id == "turnout") & (tables.voters.c.voter_id == 1)
    async with bank.database.write() as connection:
        await connection.execute(update(tables.voters).where(this).values(body=b"?"))


def test_nobody_comes_back_by_a_pull_once_the_voters_are_kept_no_more(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = Small()
    install(monkeypatch, small)
    small.people = [person(1), person(2)]
    evening = Evening(url, tmp_path, f"{FILE}every: 10\n", secrets={"key": "k"})
    runs = OwnRuns(evening.engine, evening.office)

    def voters_after_the_next_run() -> int:
        evening.clock.passes(minutes=11)
        runs.run_due("pull")
        with evening.engine.connect() as connection:
            return len(connection.execute(select(tables.voters)).all())

    yesterday = evening.clock().date() - timedelta(days=1)
    with evening.engine.begin() as connection:
        connection.execute(update(tables.campaigns).values(state="closed", keep_until=yesterday))
    assert voters_after_the_next_run() == 0
    with evening.engine.connect() as connection:
        assert find(connection, NAME).pull_said == ""  # nothing that needs a look
    with pytest.raises(Refused) as refused:
        evening.pull()
    assert str(refused.value) == (
        "The voters of turnout were kept until October 5, 2026, so none are taken in; name another day with "
        "`phonetui server campaign keep turnout`."
    )
    with evening.engine.begin() as connection:
        connection.execute(update(tables.campaigns).values(state="open"))
    assert voters_after_the_next_run() == 2  # in the middle of calling all goes on


def test_no_file_brings_anybody_back_once_the_voters_are_kept_no_more(url: str, tmp_path: Path) -> None:
    office = Office(url, tmp_path)
    office.set(tables.campaigns, {"state": "closed", "keep_until": date(2026, 10, 5)})
    for dry_run in (True, False):
        with pytest.raises(Refused) as refused:
            office.imports("id,name,phone\n1,Rosa Owens,919-555-0101\n", dry_run=dry_run)
        assert str(refused.value).startswith("The voters of turnout were kept until October 5, 2026, so none are taken")
    office.set(tables.campaigns, {"keep_until": date(2026, 10, 6)})
    assert office.imports("id,name,phone\n1,Rosa Owens,919-555-0101\n").imported == 1
