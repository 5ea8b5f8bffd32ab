"""A desk without journal or network, over the real state machine, for the screen's tests.

`python -m tests.tui.desk_in_memory [THEME]` shows it in this terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec

from phonetui.client.elsewhere import Elsewhere
from phonetui.client.first_shift import FirstShift
from phonetui.client.journal_records import Told
from phonetui.client.pacing import Pacing
from phonetui.client.phone_line import PhoneLine
from phonetui.client.settings import ThemeName
from phonetui.client.shift import Shift
from phonetui.client.today import MadeCall, Today
from phonetui.client.view import Line, Offered, Said, View, Waiting
from phonetui.core import call_flow
from phonetui.core.call import Call, Draft, Saved, remember
from phonetui.core.call_actions import Action, Show
from phonetui.core.call_back import agreed
from phonetui.core.call_effects import Finish, Ignore, PutBack, RecordDial, RecordOutcome, RecordSkip, RecordUndo
from phonetui.core.campaign import Campaign
from phonetui.core.correction import Correction, check
from phonetui.core.eligibility import Shut, Verdict, may_call
from phonetui.core.event import HelpQuestion
from phonetui.core.follow_up import Spoken
from phonetui.core.refusal import Refused
from phonetui.core.tally import Tally
from phonetui.core.translation import tr
from phonetui.core.voter import Household
from phonetui.core.word import AboutScript, FollowedUp, ToSupervisor, Word, WrongRecord
from phonetui.tui.app import call
from tests.tui.sample import CAMPAIGN, HOUSEHOLDS, NOW


class DeskClock:
    """The desk's moment, for what counts time."""

    def __init__(self, desk: DeskInMemory) -> None:
        self._desk = desk

    def now(self) -> datetime:
        return self._desk.now

    def tick(self) -> float:
        return self._desk.tick

    def new_id(self) -> str:
        return f"made-{self._desk.tick}"


class DeskInMemory:
    """Holds households in a list and what was done in lists of words; `refusing` makes every key fail."""

    def __init__(self, households: Iterable[Household] = HOUSEHOLDS, campaign: Campaign | None = CAMPAIGN) -> None:
        self.campaign = campaign
        self.to_call = list(households)
        self.by_id = {household.household_id: household for household in self.to_call}
        self.call = Call()
        self.line = Line("online")
        self.now: datetime = NOW
        self.said: Said | None = None
        self.waiting = Waiting(tr("No voters left just now"), tr("They come by themselves; press q to leave."))
        self.tally = Tally(attempts=12, talked_to=frozenset("abc"))
        self.today = Tally()
        self.on_hand = 24
        self.lent_until: datetime | None = None
        self.taken_along = False
        self.typed_is_lost = False
        self.is_new = False
        self.asked_along = 0
        self.unsent = 0
        self.rejected = 0
        self.promised_at: datetime | None = None
        self.shut: Shut = ""
        self.refusing = ""
        self.done: list[str] = []
        self.drafts: list[Draft] = []
        self.tick = 0.0
        self.tries = 0
        self.closed = False
        self.offered: dict[str, Offered] = {}
        self.elsewhere: Elsewhere | None = None
        self.first_shift = FirstShift()
        self.told: tuple[Told, ...] = ()
        self.asked: tuple[HelpQuestion, ...] = ()
        self.shift = Shift([])
        self.pacing = Pacing(self.shift, Today([]), DeskClock(self))
        self.phone = PhoneLine(DeskClock(self))
        self.made: tuple[MadeCall, ...] = ()
        self._changed: Callable[[], None] = lambda: None

    def calls_today(self) -> tuple[MadeCall, ...]:
        return self.made

    async def correct(self, made: MadeCall, to: Correction) -> None:
        assert self.campaign is not None
        check(self.campaign, made.outcome, to)
        self.done.append(f"correct {made.attempt_id} to {to.disposition} {to.answers} “{to.note}”")
        self.said = Said(f"Corrected: {to.disposition}", "saved")
        self._changed()

    @property
    def view(self) -> View:
        on_screen = self.call.household
        return View(
            campaign=self.campaign,
            caller_name="Dana",
            call=self.call,
            tally=self.tally,
            today=self.today,
            on_hand=self.on_hand,
            on_hand_until=self.lent_until,
            taken_along=self.taken_along,
            asked_along=self.asked_along,
            unsent=self.unsent,
            rejected=self.rejected,
            line=self.line,
            now=self.now,
            said=self.said,
            waiting=self.waiting if on_screen is None else None,
            offered=self.offered,
            told=self.told,
            asked=self.asked,
            last=self._last,
            neighbours=tuple(
                other
                for other in self.to_call
                if on_screen and other is not on_screen and other.address_key == on_screen.address_key != ""
            ),
            verdict=self._verdict,
            promised_at=self.promised_at,
            promised_by_you=True,
            typed_is_lost=self.typed_is_lost,
            is_new=self.is_new,
            phone=self.phone.view,
        )

    @property
    def _verdict(self) -> Verdict:
        household = self.call.household
        if self.campaign is None or household is None or self.call.same_call:
            return Verdict()
        return may_call(self.campaign, household.zones, self.now, shut=self.shut)

    @property
    def _last(self) -> Spoken | None:
        last = self.call.back[-1] if self.call.back else None
        household = self.by_id.get(last.household_id) if last else None
        if last is None or household is None:
            return None
        voter = next(each for each in household.voters if each.voter_id == last.voter_id)
        return Spoken(voter, last.disposition, last.draft.language)

    def listen(self, changed: Callable[[], None]) -> None:
        self._changed = self.phone.listen(self, changed)

    async def start(self) -> None:
        self._next()
        self._changed()
        self.phone.start()

    async def act(self, action: Action) -> None:
        if self.refusing:
            raise Refused(self.refusing)
        if self.campaign is None:
            return
        self.drafts.append(self.call.draft)
        self.tick += 1
        self.phone.hear(action)
        self.call, effects = call_flow.act(self.campaign, self.call, action, self.tick)
        self.said = None
        for effect in effects:
            getattr(self, f"_{type(effect).__name__.lower()}")(effect)
        self._changed()

    async def write_down(self, word: Word) -> None:
        match word:
            case WrongRecord():
                word.check()
                self.done.append(f"report {word.about}: {word.text}")
            case AboutScript():
                self.done.append(f"remark {self.call.draft.place.step_id}: {word.text}")
            case ToSupervisor():
                self.done.append(f"ask{' with voter' if word.with_voter else ''}: {word.text}")
            case FollowedUp():
                self.done.append(f"{word.follow_up_id} to {word.voter_id} by {word.how}")
        self.said = Said(tr("Written down for the campaign"), "saved")
        self._changed()

    async def see(self, notice_ids: Collection[str]) -> None:
        if self.refusing:
            raise Refused(self.refusing)
        self.change(
            told=tuple(
                msgspec.structs.replace(each, seen=True) if each.notice_id in notice_ids else each for each in self.told
            )
        )

    async def export(self, file: Path) -> None:
        if self.refusing:
            raise Refused(self.refusing)
        self.done.append(f"export {file}")
        self.said = Said(tr("Written to {file}; it stays here too until confirmed", file=file.name), "saved")
        self._changed()

    async def sign_in(self, password: str) -> None:
        self.done.append(f"sign in with {password}")
        if self.refusing:
            raise Refused(self.refusing)
        self.change(line=Line("online"))

    def tell_rejected(self) -> str:
        rejected, self.rejected = self.rejected, 0
        return "1 entry not taken: it is late." if rejected else ""

    def try_now(self) -> None:
        self.tries += 1

    def take_along(self, households: int) -> None:
        self.done.append(f"take along {households}")
        said = Said(f"{households} voters in {households} households are on hand, to be called without a network")
        self.change(on_hand=households, lent_until=NOW + timedelta(hours=5), taken_along=True, said=said)

    async def give_back(self) -> None:
        if self.refusing:
            raise Refused(self.refusing)
        self.done.append("give back")

    def do_extra(self, action_id: str) -> None:
        self.done.append(action_id)
        self.said = Said(f"The {action_id} is done")
        self._changed()

    async def close(self) -> None:
        await self.phone.close()
        self.closed = True

    def change(self, **attributes: Any) -> None:
        """Something happened on the line or with the campaign."""
        for name, value in attributes.items():
            setattr(self, name, value)
        self._changed()

    def _next(self, effect: object = None) -> None:
        if self.campaign is not None and self.to_call:
            self.call, _ = call_flow.act(self.campaign, self.call, Show(self.to_call[0], self.now), self.tick)

    def _recordoutcome(self, effect: RecordOutcome) -> None:
        assert self.campaign is not None
        disposition = self.campaign.disposition(effect.result.disposition)
        assert disposition is not None
        voter = next(v for v in effect.household.voters if v.voter_id == effect.voter_id)
        at = f" at {effect.result.call_at.isoformat()}" if effect.result.call_at else ""
        self.done.append(f"{disposition.id} {voter.first_name}{at}{' to me' if effect.result.to_me else ''}")
        saved = Saved(
            event_id=str(len(self.done)),
            household_id=effect.household.household_id,
            voter_id=effect.voter_id,
            disposition=disposition.id,
            draft=effect.draft,
            same_call=effect.same_call,
            settled=effect.call.settled if hasattr(effect, "call") else (),
            dialed=effect.dialed,
        )
        self.call = remember(self.call, saved)
        self.tally = msgspec.structs.replace(self.tally, attempts=self.tally.attempts + (not effect.same_call))
        facts = {"result": self.campaign.words(disposition.label), "whom": voter.first_name}
        if effect.result.call_at is None:
            self.said = Said(tr("{result} saved for {whom}", **facts), "saved", undo=True)
            return
        facts["when"] = agreed(self.campaign, voter.zones, disposition, effect.result.call_at, self.now)
        self.said = Said(tr("{result} saved for {whom}, {when}", **facts), "saved", undo=True)

    def _recordundo(self, effect: RecordUndo) -> None:
        assert self.campaign is not None
        self.done.append(f"undo {effect.then.disposition}")
        household = self.by_id[effect.then.household_id]
        if household not in self.to_call:
            self.to_call.insert(0, household)
        show = Show(household, self.now, resume=effect.then)
        self.call, _ = call_flow.act(self.campaign, self.call, show, self.tick)
        self.said = Said(tr("Taken back; choose the right result"))

    def _recordskip(self, effect: RecordSkip) -> None:
        self.done.append(f"skip {effect.household.household_id}")
        self.said = Said(tr("Skipped; somebody will call later"))

    def _recorddial(self, effect: RecordDial) -> None:
        self.done.append(f"dial {effect.household.number}")

    def _finish(self, effect: Finish) -> None:
        self.to_call = [each for each in self.to_call if each.household_id != effect.household_id]

    def _putback(self, effect: PutBack) -> None:
        household = self.by_id[effect.household_id]
        if household not in self.to_call:
            self.to_call.insert(0, household)

    def _ignore(self, effect: Ignore) -> None:
        self.said = Said(effect.why)


async def _open() -> DeskInMemory:
    return DeskInMemory()


if __name__ == "__main__":
    themes: dict[str, ThemeName] = {name: name for name in get_args(ThemeName)}
    sys.exit(call(_open, theme=themes.get(sys.argv[-1], "dark")))
