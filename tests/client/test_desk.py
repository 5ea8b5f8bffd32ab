"""A caller at the desk: a real journal underneath, a campaign server that lives in the test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from phonetui.client.campaign_server import Offline, SignedOut
from phonetui.client.desk import PhoneDesk
from phonetui.client.journal import Journal, Loaded
from phonetui.client.journal_refusals import DiskFull
from phonetui.client.late_sign_in import by_nobody
from phonetui.client.outbox import Outbox
from phonetui.core.call import Call
from phonetui.core.call_actions import Answer, Forward, Note, Result, TakeBack
from phonetui.core.correction import Correction, as_it_reads
from phonetui.core.event import FollowUpSent, HelpQuestion, Outcome, Remark, Report, Undo, decode
from phonetui.core.refusal import Refused
from phonetui.core.voter import Phone
from phonetui.core.when import clock
from phonetui.core.word import AboutScript, FollowedUp, ToSupervisor, WrongRecord
from phonetui.wire import CampaignState, ExchangeReply, ExchangeRequest, Lease, Notice
from phonetui.wire_outbox import OutboxLine
from tests.client.people import KEY, NOON, lease, receipts, reply
from tests.core.test_call import CAMPAIGN

OPEN_NOW = msgspec.structs.replace(
    CAMPAIGN,
    starts=NOON.date(),
    calling=msgspec.structs.replace(CAMPAIGN.calling, hours={"tue": CAMPAIGN.calling.hours["sat"]}),
    version=3,
)


class Clock:
    """A second for every look, so that no key is too soon."""

    def __init__(self, later: timedelta = timedelta()) -> None:
        self.seconds = 0.0
        self.ids = 0
        self.later = later

    def now(self) -> datetime:
        return NOON + self.later + timedelta(seconds=self.seconds)

    def tick(self) -> float:
        self.seconds += 1
        return self.seconds

    def new_id(self) -> str:
        self.ids += 1
        return f"made-{self.ids}"


class CampaignServer:
    """Lends what it was given, keeps what it is sent; `down` is in the way of every exchange."""

    def __init__(self, *leases: Lease, state: CampaignState = "open") -> None:
        self.leases = leases
        self.ended: tuple[str, ...] = ()
        self.state = state
        self.script = OPEN_NOW
        self.down: Refused | None = None
        self.rejects = ""
        self.stored: list[bytes] = []
        self.news: asyncio.Queue[ExchangeReply] = asyncio.Queue()

    async def exchange(self, request: ExchangeRequest) -> ExchangeReply:
        await asyncio.sleep(0)
        if self.down is not None:
            raise self.down
        if request.wait:
            return msgspec.structs.replace(await self.news.get(), stored_through=len(self.stored))
        if not self.rejects:
            self.stored += [bytes(memoryview(event)) for event in request.events]
        return reply(
            receipts=receipts(request, "rejected" if self.rejects else "stored", self.rejects),
            stored_through=len(self.stored),
            leases=tuple(one for one in self.leases if one.household.household_id not in request.held),
            ended=self.ended,
            campaign=self.script if request.campaign_version != self.script.version else None,
            campaign_state=self.state,
        )


class Evening:
    """A desk with its server, and a way to wait for something to be on the screen."""

    def __init__(self, desk: PhoneDesk, server: CampaignServer) -> None:
        self.desk = desk
        self.server = server
        self._changed = asyncio.Event()
        desk.listen(self._changed.set)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not holds():
                await self._changed.wait()
                self._changed.clear()

    async def shows(self, name: str) -> None:
        await self.until(lambda: self.on_screen() == name)

    def on_screen(self) -> str:
        voter = self.desk.view.call.voter
        return voter.first_name if voter else ""

    def said(self) -> str:
        return self.desk.view.said.text if self.desk.view.said else ""


class Killed(Exception):
    """The laptop's battery is empty: nothing is closed in order."""


def sit_down(
    tmp_path: Path,
    server: CampaignServer,
    story: Callable[[Evening], Awaitable[None]],
    later: timedelta = timedelta(),
    sign_in: Callable[[str], Awaitable[None]] = by_nobody,
) -> Loaded:
    """The story, and what the next start finds in the journal."""

    async def told() -> Loaded:
        clock = Clock(later)
        server.news = asyncio.Queue()
        journal = await Journal.open(tmp_path / "journals" / "riverside.journal", KEY)
        loaded = await journal.load()
        outbox = Outbox("laptop", "riverside", loaded, random=lambda: 0.5, now=NOON + later, tick=0.0)
        desk = PhoneDesk("Dana", journal, loaded, outbox, server, clock, sign_in=sign_in)
        evening = Evening(desk, server)
        await desk.start()
        try:
            await story(evening)
            await desk.close()
        except Killed:
            await desk._courier.close()
            await journal.close()
        except BaseException:
            await desk.close()
            raise
        journal = await Journal.open(tmp_path / "journals" / "riverside.journal", KEY)
        loaded = await journal.load()
        await journal.close()
        return loaded

    return asyncio.run(told())


ANA, BEN = lease(1, names=("Ana",)), lease(2, names=("Ben",))


def test_the_first_voter_comes_with_the_first_answer_and_a_result_brings_the_next(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def call(evening: Evening) -> None:
        assert evening.desk.view.waiting is not None
        assert evening.desk.view.waiting.title == "Connecting…"
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        assert (evening.on_screen(), evening.said()) == ("Ben", "not_home saved for Ana")
        await evening.until(lambda: not evening.desk.view.unsent)
        assert evening.desk.view.tally.attempts == 1

    sit_down(tmp_path, server, call)
    outcome = decode(server.stored[0])
    assert isinstance(outcome, Outcome)
    assert (outcome.voter_id, outcome.disposition, outcome.seq) == ("v1a", "not_home", 1)


def test_who_has_only_just_come_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 0.0
    monkeypatch.setattr(Clock, "tick", lambda clock: moment)

    async def call(evening: Evening) -> None:
        nonlocal moment
        assert not evening.desk.view.is_new  # there is nobody
        await evening.shows("Ana")
        assert evening.desk.view.is_new
        moment = 0.3
        assert not evening.desk.view.is_new

    sit_down(tmp_path, CampaignServer(ANA, BEN), call)


def test_offline_calls_are_kept_and_the_next_start_goes_on_where_the_caller_was(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def first_evening(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("The campaign server does not answer.")
        await evening.desk.act(Result("refused"))
        await evening.desk.act(Forward())
        await evening.desk.act(Answer(1))
        await evening.desk.act(Note("Half a sente"))
        assert evening.desk.view.unsent == 1
        raise Killed

    left = sit_down(tmp_path, server, first_evening)
    assert [entry.seq for entry in left.unsent] == [1]

    async def second_evening(evening: Evening) -> None:
        assert evening.on_screen() == "Ben"
        draft = evening.desk.view.call.draft
        assert (draft.note, draft.place.answers) == ("Half a sente", {"will_vote": "yes"})
        assert evening.desk.view.tally.attempts == 1
        server.down = None
        evening.desk.try_now()
        await evening.until(lambda: not evening.desk.view.unsent)
        await evening.desk.act(TakeBack())
        assert evening.on_screen() == "Ana"
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, second_evening)
    undo = decode(server.stored[-1])
    outcome = decode(server.stored[0])
    assert isinstance(undo, Undo)
    assert undo.supersedes == outcome.id


def test_what_the_program_was_closed_for_is_no_calling(tmp_path: Path) -> None:
    server = CampaignServer(ANA)

    async def begins(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Note("Calls on"))
        raise Killed

    async def goes_on(evening: Evening) -> None:
        assert evening.on_screen() == "Ana"
        await evening.desk.act(Result("refused"))
        assert evening.desk.view.campaign is not None
        assert evening.desk.pacing.pace(evening.desk.view.campaign).shift.calling < timedelta(minutes=1)

    sit_down(tmp_path, server, begins)
    sit_down(tmp_path, server, goes_on, later=timedelta(minutes=20))


def test_leaving_ends_the_shift_and_the_next_one_has_the_voter_but_nothing_to_take_back(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def first_evening(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("refused"))
        await evening.desk.act(Note("Half a sente"))
        await evening.until(lambda: not evening.desk.view.unsent)

    left = sit_down(tmp_path, server, first_evening)
    assert [held.lease.household.household_id for held in left.held] == ["h2"]

    async def second_evening(evening: Evening) -> None:
        assert (evening.on_screen(), evening.desk.view.call.draft.note) == ("Ben", "Half a sente")
        assert evening.desk.view.tally.attempts == 0
        await evening.desk.act(TakeBack())
        assert evening.said() == "There is nothing to take back."

    sit_down(tmp_path, server, second_evening)


def test_a_full_disk_keeps_the_screen_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def call(evening: Evening) -> None:
        await evening.shows("Ana")

        async def refuse(*_: object, **__: object) -> None:
            raise DiskFull("The disk is full.")

        before = evening.desk.view.call
        with monkeypatch.context() as patched:
            patched.setattr(Journal, "record", refuse)
            with pytest.raises(DiskFull):
                await evening.desk.act(Result("not_home"))
            assert evening.desk.view.call == before
            assert evening.desk.view.unsent == 0
        await evening.desk.act(Result("not_home"))
        assert evening.on_screen() == "Ben"

    sit_down(tmp_path, CampaignServer(ANA, BEN), call)


def test_a_report_and_a_remark_are_written_down_for_the_campaign(tmp_path: Path) -> None:
    server = CampaignServer(ANA)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.write_down(WrongRecord("number", "812 555 0199"))
        assert evening.said() == "Written down for the campaign"
        await evening.desk.act(Note("hm"))
        await evening.desk.write_down(AboutScript("The second question is long"))
        assert evening.said() == "Written down for the campaign"
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, call)
    report, remark = (decode(body) for body in server.stored)
    assert isinstance(report, Report)
    assert (report.about, report.text, report.voter_id) == ("number", "812 555 0199", "v1a")
    assert isinstance(remark, Remark)
    assert (remark.step_id, remark.ticket) == ("hello", "ticket-v1a")


def test_without_a_voter_there_is_nothing_to_report(tmp_path: Path) -> None:
    async def call(evening: Evening) -> None:
        with pytest.raises(Refused, match=r"^There is no voter on the screen; press this key during a call\.$"):
            await evening.desk.write_down(WrongRecord("other", "x"))

    sit_down(tmp_path, CampaignServer(), call)


def test_a_paused_campaign_shows_nobody_after_this_call_and_goes_on_by_itself(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.until(lambda: evening.desk.view.on_hand == 2)
        server.news.put_nowait(reply(at=NOON + timedelta(minutes=1), campaign_state="paused"))
        await evening.until(lambda: not server.news.qsize())
        server.state = "paused"
        await evening.desk.act(Result("not_home"))
        await evening.until(lambda: evening.desk.view.waiting is not None)
        assert evening.desk.view.waiting is not None
        assert evening.desk.view.waiting.title == "The campaign is paused"
        server.state = "open"
        evening.desk.try_now()
        await evening.shows("Ben")

    sit_down(tmp_path, server, call)


def test_a_notice_takes_no_key_and_stays_until_it_is_seen_however_often_it_comes(tmp_path: Path) -> None:
    server = CampaignServer(ANA)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        server.news.put_nowait(reply(notices=(Notice("1", "The polling place at Mill School has moved."),)))
        await evening.until(lambda: bool(evening.desk.view.told))
        assert evening.on_screen() == "Ana"
        await evening.desk.act(Result("not_home"))

    async def comes_again(evening: Evening) -> None:
        [told] = evening.desk.view.told
        assert (told.text, told.seen) == ("The polling place at Mill School has moved.", False)
        server.news.put_nowait(reply(notices=(Notice("1", told.text), Notice("2", "The office closes at 8."))))
        await evening.until(lambda: len(evening.desk.view.told) == 2)
        await evening.desk.see(["1"])
        assert [told.seen for told in evening.desk.view.told] == [True, False]

    sit_down(tmp_path, server, call)
    assert [told.seen for told in sit_down(tmp_path, server, comes_again).notices] == [True, False]


def test_a_question_is_asked_with_this_voter_only_where_the_caller_says_so_and_answered_meanwhile(
    tmp_path: Path,
) -> None:
    server = CampaignServer(ANA, BEN)

    async def ask(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.write_down(ToSupervisor("May students vote here?"))
        assert evening.said() == "Asked; the answer comes while you call on"
        await evening.desk.write_down(ToSupervisor("She is angry", with_voter=True))
        await evening.until(lambda: not evening.desk.view.unsent)
        first, second = evening.desk.view.asked
        assert (first.voter_id, first.ticket, second.voter_id, second.ticket) == ("", "", "v1a", "ticket-v1a")
        server.news.put_nowait(reply(notices=(Notice("1", "Where they live.", first.id),)))
        await evening.until(lambda: bool(evening.desk.view.told))
        assert evening.desk.view.told[0].answers == first.id
        assert evening.said() == "Asked; the answer comes while you call on"
        server.news.put_nowait(reply(cursor="c2", notices=(Notice("2", "Tell her goodbye.", second.id),)))
        await evening.until(lambda: len(evening.desk.view.told) == 2)
        assert evening.said() == ""
        assert evening.on_screen() == "Ana"

    sit_down(tmp_path, server, ask)
    assert [decode(body).voter_id for body in server.stored] == ["", "v1a"]


def test_without_a_line_a_question_waits_in_the_journal_and_keeps_nobody_from_coming(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def ask(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("There is no network.")
        await evening.desk.write_down(ToSupervisor("May students vote here?"))
        await evening.desk.act(Result("not_home"))
        assert (evening.on_screen(), evening.desk.view.unsent) == ("Ben", 2)

    async def goes_on(evening: Evening) -> None:
        assert [question.text for question in evening.desk.view.asked] == ["May students vote here?"]
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, ask)
    server.down = None
    sit_down(tmp_path, server, goes_on)
    assert [type(decode(body)) for body in server.stored] == [HelpQuestion, Outcome]


def test_a_message_can_be_sent_right_after_the_result_by_which_the_talk_ended(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        assert evening.desk.view.last is None
        await evening.desk.act(Result("talked"))
        await evening.shows("Ben")
        last = evening.desk.view.last
        assert last is not None
        assert (last.voter.voter_id, last.disposition) == ("v1a", "talked")
        await evening.desk.write_down(FollowedUp("v1a", "place", "qr"))
        with pytest.raises(Refused, match=r"^That call is too long ago to write a message down for it\.$"):
            await evening.desk.write_down(FollowedUp("v9", "place", "qr"))
        await evening.until(lambda: not evening.desk.view.unsent)

    sit_down(tmp_path, server, call)
    sent = decode(server.stored[-1])
    assert isinstance(sent, FollowUpSent)
    assert (sent.voter_id, sent.ticket, sent.follow_up_id, sent.how) == ("v1a", "ticket-v1a", "place", "qr")


def test_signed_out_elsewhere_keeps_the_results(tmp_path: Path) -> None:
    server = CampaignServer(ANA)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = SignedOut("This laptop was signed out.")
        await evening.desk.act(Result("not_home"))
        await evening.until(lambda: evening.desk.view.line.state == "signed_out")
        assert evening.desk.view.waiting is not None
        assert evening.desk.view.waiting.title == "You are signed out"

    assert len(sit_down(tmp_path, server, call).unsent) == 1


def test_whoever_is_signed_out_signs_in_at_the_desk_and_the_shift_goes_on(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def right_password(password: str) -> None:
        if password != "correct horse":
            raise Refused("That is not the password.")
        server.down = None

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = SignedOut("This laptop was signed out.")
        await evening.desk.act(Result("not_home"))
        await evening.until(lambda: evening.desk.view.line.state == "signed_out")
        with pytest.raises(Refused, match=r"^That is not the password\.$"):
            await evening.desk.sign_in("wrong horse")
        assert evening.desk.view.line.state == "signed_out"
        await evening.desk.sign_in("correct horse")
        await evening.until(lambda: not evening.desk.view.unsent)
        assert (evening.desk.view.line.state, evening.on_screen()) == ("online", "Ben")

    sit_down(tmp_path, server, call, sign_in=right_password)
    assert len(server.stored) == 1


def test_what_the_campaign_did_not_take_is_counted_until_the_caller_has_read_about_it(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    server.rejects = "The voter was lent to nobody."

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        assert evening.desk.tell_rejected() == ""
        await evening.desk.act(Result("not_home"))
        await evening.until(lambda: evening.desk.view.rejected == 1)
        assert evening.said() == (
            "The campaign did not take 1 entry. The voter was lent to nobody. F8 says what to do."
        )
        assert evening.desk.tell_rejected() == (
            "1 entry not taken: The voter was lent to nobody. It is kept here, and `phonetui outbox list` shows what "
            "and why. Tell your organiser; a file helps them to see to it."
        )
        assert evening.desk.view.rejected == 0

    assert len(sit_down(tmp_path, server, call).rejected) == 1

    async def next_evening(evening: Evening) -> None:
        assert evening.desk.view.rejected == 0
        assert evening.desk.tell_rejected() == ""

    assert len(sit_down(tmp_path, server, next_evening).rejected) == 1


def test_after_a_kill_what_was_rejected_is_counted_until_it_is_read_about(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    server.rejects = "The voter was lent to nobody."

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        await evening.until(lambda: evening.desk.view.rejected == 1)
        raise Killed

    sit_down(tmp_path, server, call)

    async def start_again(evening: Evening) -> None:
        assert evening.desk.view.rejected == 1

    sit_down(tmp_path, server, start_again)


def test_the_calls_of_the_day_are_counted_over_its_shifts(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        assert len(evening.desk.calls_today()) == 1

    sit_down(tmp_path, server, call)

    async def look_in(evening: Evening) -> None:
        assert (evening.desk.view.tally.attempts, len(evening.desk.calls_today())) == (0, 1)

    sit_down(tmp_path, server, look_in)


def test_a_call_of_today_is_corrected_without_dialing_sent_or_not(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def call(evening: Evening) -> None:
        desk = evening.desk
        await evening.shows("Ana")
        await desk.act(Result("not_home"))
        await evening.until(lambda: not desk.view.unsent)
        (made,) = desk.calls_today()
        assert (made.arrived, made.voter and made.voter.first_name) == ("sent", "Ana")
        server.down = Offline("no")
        await desk.correct(made, Correction("refused", note="rude"))
        assert (evening.said(), evening.on_screen()) == ("Corrected: refused for Ana", "Ben")
        (made,) = desk.calls_today()
        assert (made.arrived, made.outcome.disposition, desk.view.tally.attempts) == ("unsent", "refused", 1)
        await desk.correct(made, Correction("refused", note="not so rude"))
        assert [one.outcome.note for one in desk.calls_today()] == ["not so rude"]
        await desk.act(TakeBack())
        assert (desk.calls_today(), desk.view.call.draft.note) == ((), "not so rude")
        server.down = None
        desk.try_now()
        await evening.until(lambda: not desk.view.unsent)

    sit_down(tmp_path, server, call)
    first, *corrections, undo = map(decode, server.stored)
    assert [one.supersedes for one in (*corrections, undo)] == [first.id, corrections[0].id, corrections[1].id]
    assert {one.ticket for one in corrections} == {first.ticket}


def test_a_correction_that_makes_no_sense_changes_nothing(tmp_path: Path) -> None:
    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        (made,) = evening.desk.calls_today()
        with pytest.raises(Refused, match="Nothing was changed"):
            await evening.desk.correct(made, as_it_reads(made.outcome))
        assert evening.desk.calls_today()[0].outcome == made.outcome

    sit_down(tmp_path, CampaignServer(ANA, BEN), call)


def test_do_not_call_acts_at_once_when_a_call_is_corrected_to_it(tmp_path: Path) -> None:
    twin = lease(3, names=("Cai",), phone=ANA.household.number)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        on_hand = evening.desk.view.on_hand
        await evening.desk.correct(evening.desk.calls_today()[0], Correction("do_not_call"))
        assert (on_hand, evening.desk.view.on_hand) == (2, 1)

    sit_down(tmp_path, CampaignServer(ANA, BEN, twin), call)


def test_unsent_calls_of_an_earlier_shift_can_be_corrected_and_others_say_why_not(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        await evening.until(lambda: not evening.desk.view.unsent)
        server.down = Offline("no")
        await evening.desk.act(Result("not_home"))

    sit_down(tmp_path, server, call)

    async def look_in(evening: Evening) -> None:
        bens, anas = evening.desk.calls_today()
        assert (bens.arrived, bens.voter and bens.voter.first_name, anas.arrived, anas.voter) == (
            "unsent",
            "Ben",
            "sent",
            None,
        )
        await evening.desk.correct(bens, Correction("refused"))
        assert (evening.desk.calls_today()[0].outcome.disposition, evening.desk.view.tally.attempts) == ("refused", 0)
        with pytest.raises(Refused) as refused:
            await evening.desk.correct(anas, Correction("refused"))
        assert str(refused.value) == (
            f"Who was called at {clock(anas.at.astimezone())} left this computer when that shift ended; "
            "tell the campaign the time and what is wrong."
        )

    sit_down(tmp_path, server, look_in)


def test_the_call_in_the_journal_is_the_call_on_the_screen(tmp_path: Path) -> None:
    seen: list[Call] = []

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Note("Ring the bell twice"))
        seen.append(evening.desk.view.call)

    loaded = sit_down(tmp_path, CampaignServer(ANA), call)
    assert msgspec.json.decode(loaded.call, type=Call) == seen[0]


def test_a_number_not_to_be_called_is_gone_from_the_laptop_also_after_a_restart(tmp_path: Path) -> None:
    second = msgspec.structs.replace(BEN.household.voters[0], phones=(Phone("+18125550002"), Phone("+18125550001")))
    household = msgspec.structs.replace(BEN.household, voters=(second,))
    server = CampaignServer(lease(1, phone="+18125550001"), msgspec.structs.replace(BEN, household=household))

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        server.down = Offline("The campaign server does not answer.")
        await evening.desk.act(Result("do_not_call"))
        await evening.desk.act(Result("do_not_call"))

    loaded = sit_down(tmp_path, server, call)
    ben = next(held.lease.household.voters[0] for held in loaded.held if not held.finished)
    assert ben.phones == (Phone("+18125550002"),)
    assert loaded.unsent[0].urgent


async def see_ana(evening: Evening) -> None:
    await evening.shows("Ana")
    await evening.until(lambda: evening.desk.view.on_hand == 2)
    evening.server.down = Offline("The campaign server does not answer.")


def test_a_voter_whose_lease_is_over_is_not_shown_again_the_next_morning(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)
    sit_down(tmp_path, server, see_ana)

    async def next_morning(evening: Evening) -> None:
        assert evening.on_screen() == ""

    sit_down(tmp_path, server, next_morning, later=timedelta(hours=15))


def test_a_conversation_without_its_result_is_still_there_after_a_kill_however_late(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def killed_in_a_call(evening: Evening) -> None:
        await see_ana(evening)
        await evening.desk.act(Note("Will vote early"))
        raise Killed

    sit_down(tmp_path, server, killed_in_a_call)

    async def next_morning(evening: Evening) -> None:
        assert (evening.on_screen(), evening.desk.view.call.draft.note) == ("Ana", "Will vote early")

    sit_down(tmp_path, server, next_morning, later=timedelta(hours=15))


def test_where_the_script_was_lost_the_caller_reads_why_and_the_call_goes_on_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = CampaignServer(ANA, BEN)

    async def killed_in_a_call(evening: Evening) -> None:
        await see_ana(evening)
        await evening.desk.act(Note("Will vote early"))
        raise Killed

    sit_down(tmp_path, server, killed_in_a_call)
    load = Journal.load

    async def without_campaign(journal: Journal) -> Loaded:
        return msgspec.structs.replace(await load(journal), campaign=None)

    async def later(evening: Evening) -> None:
        await evening.until(lambda: evening.desk.view.line.state == "offline")
        view = evening.desk.view
        assert (evening.on_screen(), view.waiting and view.waiting.title) == ("", "No connection yet")
        server.down = None
        evening.desk.try_now()
        await evening.shows("Ana")
        assert evening.desk.view.call.draft.note == "Will vote early"

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "load", without_campaign)
        sit_down(tmp_path, server, later)


def test_what_was_typed_for_a_voter_who_is_withdrawn_goes_with_the_shift(tmp_path: Path) -> None:
    server = CampaignServer(ANA, BEN)

    async def typed(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.desk.act(Result("not_home"))
        await evening.desk.act(Note("Ben lives elsewhere"))
        await evening.desk.act(TakeBack())
        server.news.put_nowait(reply(at=NOON + timedelta(minutes=1), withdrawn=("v2a",)))
        await evening.until(lambda: evening.desk.view.on_hand == 1)

    assert b"elsewhere" not in sit_down(tmp_path, server, typed).call


def test_a_voter_withdrawn_during_the_call_is_gone_after_leaving_and_no_result_is_without_a_ticket(
    tmp_path: Path,
) -> None:
    server = CampaignServer(ANA, BEN)

    async def withdrawn(evening: Evening) -> None:
        await evening.shows("Ana")
        await evening.until(lambda: evening.desk.view.on_hand == 2)
        server.leases = (BEN,)
        server.news.put_nowait(reply(at=NOON + timedelta(minutes=1), withdrawn=("v1a",)))
        await evening.until(lambda: evening.desk.view.on_hand == 1)
        assert evening.on_screen() == "Ana"

    sit_down(tmp_path, server, withdrawn)

    async def again(evening: Evening) -> None:
        assert evening.on_screen() == "Ben"

    sit_down(tmp_path, server, again)


def test_a_key_whose_sender_is_gone_is_saved_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        saving, record = asyncio.Event(), Journal.record

        async def slow(journal: Journal, **what: Any) -> None:
            saving.set()
            await asyncio.sleep(0)
            await record(journal, **what)

        monkeypatch.setattr(Journal, "record", slow)
        pressed = asyncio.create_task(evening.desk.act(Result("not_home")))
        await saving.wait()
        pressed.cancel()
        await evening.shows("Ben")

    loaded = sit_down(tmp_path, CampaignServer(ANA, BEN), call)
    assert [held.lease.household.household_id for held in loaded.held if not held.finished] == ["h2"]


def test_while_voters_are_on_hand_nobody_is_told_that_the_list_is_done(tmp_path: Path) -> None:
    titles: list[str] = []

    async def first_voter(evening: Evening) -> None:
        shown = asyncio.Event()

        def look() -> None:
            waiting = evening.desk.view.waiting
            titles.extend([waiting.title] if waiting else [])
            if evening.on_screen():
                shown.set()

        evening.desk.listen(look)
        evening.desk.try_now()
        async with asyncio.timeout(120):
            await shown.wait()

    sit_down(tmp_path, CampaignServer(ANA, BEN), first_voter)
    assert set(titles) == {"Connecting…"}


def test_what_is_unsent_is_exported_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "stick.jsonl"

    async def call(evening: Evening) -> None:
        await evening.shows("Ana")
        with pytest.raises(Refused, match=r"^The campaign has everything; there is nothing to export\.$"):
            await evening.desk.export(file)
        evening.server.down = Offline("The train is in a tunnel.")
        await evening.desk.act(Result("not_home"))
        await evening.desk.export(file)
        assert evening.said() == "Written to stick.jsonl; it stays here too until confirmed"
        assert evening.desk.view.unsent == 1

    loaded = sit_down(tmp_path, CampaignServer(ANA, BEN), call)
    assert [bytes(line.event) for line in exported(file)] == [entry.body for entry in loaded.unsent]


def exported(file: Path) -> list[OutboxLine]:
    """The events of an outbox in a file."""
    return [msgspec.json.decode(line, type=OutboxLine) for line in file.read_bytes().splitlines()[1:-1]]
