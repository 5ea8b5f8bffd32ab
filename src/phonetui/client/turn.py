"""What one key does, worked out in full before anything is saved. No I/O: moment and ids are handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from phonetui.client.calls import NO_CALLS, Called, Calls
from phonetui.client.hand import Hand
from phonetui.client.journal_records import Entry
from phonetui.client.unfinished import is_lost_by_leaving
from phonetui.client.view import Said
from phonetui.core import call_flow, script
from phonetui.core import event as events
from phonetui.core.call import Call, Draft, Saved, remember, without_withdrawn
from phonetui.core.call_actions import Action, Dial, Show, TakeBack
from phonetui.core.call_back import agreed
from phonetui.core.call_effects import Finish, Ignore, Next, PutBack, RecordDial, RecordOutcome, RecordSkip, RecordUndo
from phonetui.core.campaign import Campaign, Disposition
from phonetui.core.correction import Correction, corrected
from phonetui.core.eligibility import Shut, sentence
from phonetui.core.refusal import Refused
from phonetui.core.translation import later, tr
from phonetui.core.voter import Household

_NOT_LENT = later("Taken back; that voter is no longer yours to call")


class Moment(Struct, frozen=True):
    """One instant on three clocks: the laptop's, its monotonic one in seconds, and the server's as last known."""

    at: datetime
    tick: float
    server: datetime


class Turn:
    """Carries out an action and its effects on copies: the call, the hand, the shift's calls, the events to write down.

    `finished` and `returned` name households whose place on hand changes, `suppressed` numbers that nobody calls any
    more; `said` is the line for the caller.
    `coming` is a newer version of the campaign, which takes over with the next voter from the one that it was
    `begun_with`. `unsettled` are the households
    about which something is unsent.
    """

    def __init__(
        self,
        campaign: Campaign,
        call: Call,
        hand: Hand,
        moment: Moment,
        *,
        new_id: Callable[[], str],
        next_seq: int,
        coming: Campaign | None = None,
        shut: Shut = "",
        calls: Calls = NO_CALLS,
        unsettled: Collection[str] = (),
    ) -> None:
        self.campaign = campaign
        self.begun_with = campaign  # what is written down was chosen from its results
        self._coming = coming
        self._shut = shut
        lease = hand.lease(call.household.household_id) if call.household else None
        self.call = without_withdrawn(call, lease.household) if lease else call
        self.hand = hand.copy()
        self.calls = calls
        self._unsettled = unsettled
        self.events: list[tuple[events.AnyEvent, str]] = []
        self.finished: list[str] = []
        self.returned: list[str] = []
        self.suppressed: list[str] = []
        self.said: Said | None = None
        self._moment = moment
        self._new_id = new_id
        self._next_seq = next_seq

    def act(self, action: Action) -> None:
        """Carry out `action`, and all that follows from it. Raises `Refused` for dialing whom nobody may call now."""
        if isinstance(action, Dial):
            self._check_dialing(action)
        if isinstance(action, TakeBack) and is_lost_by_leaving(self.call, self.hand):
            self._say_what_would_be_lost()
            return
        self.call, effects = call_flow.act(self.campaign, self.call, action, self._moment.tick)
        for effect in effects:
            EFFECTS[type(effect)](self, effect)

    def show_next(self) -> None:
        """Put the first callable household on hand on the screen, if there is one and the campaign is open."""
        self.campaign = self._coming or self.campaign  # a new script begins between calls, never in one
        household = self.hand.next(self.campaign, self._moment.server, self.calls, self._unsettled)
        if household is not None and not self._shut:
            if household.household_id not in self.hand.to_call:  # a call back, promised in this shift
                self.hand.narrow(household)
                self.put_back(PutBack(household.household_id))
            self.act(Show(household, self._moment.at, server_at=self._moment.server))

    def _say_what_would_be_lost(self) -> None:
        """Whoever is no longer lent does not come back once they have left the screen."""
        name = self.call.voter.first_name if self.call.voter else ""
        self.said = Said(
            tr("{name} is no longer on your list; save a result first, or what you typed is lost.", name=name), "notice"
        )

    def _check_dialing(self, dial: Dial) -> None:
        now = self._moment.server
        verdict = self.hand.verdict_on_screen(self.campaign, self.call, now, self.calls, self._shut)
        if self.call.same_call and dial.engine != "hand":  # who was on the line is not any more
            verdict = self.hand.verdict_of_redialing(self.campaign, self.call, now, self._shut)
        if not verdict.allowed:
            raise Refused(sentence(verdict, now))

    def write(
        self, kind: type[events.AnyEvent], household_id: str, voter_id: str, *, ticket: str = "", **fields: Any
    ) -> str:
        """Write an event down, with the ticket of the lease at hand unless it has one; answers with its id."""
        ticket = ticket or self._ticket(household_id, voter_id)
        event = kind(
            id=self._new_id(),
            seq=self._next_seq + len(self.events),
            at=self._moment.at,
            campaign_id=self.campaign.campaign_id,
            voter_id=voter_id,
            ticket=ticket,
            **fields,
        )
        self._put_down(event, household_id)
        return event.id

    def _ticket(self, household_id: str, voter_id: str) -> str:
        lease = self.hand.lease(household_id)
        return lease.tickets.get(voter_id, "") if lease else ""

    def correct(
        self, earlier: events.Outcome, household_id: str, to: Correction, disposition: Disposition
    ) -> events.Outcome:
        """Write down what takes an earlier outcome's place, whoever has its household by now."""
        event = corrected(
            earlier,
            to,
            disposition,
            event_id=self._new_id(),
            seq=self._next_seq + len(self.events),
            at=self._moment.at,
            version=self.campaign.version,
        )
        self._put_down(event, household_id)
        return event

    def _put_down(self, event: events.AnyEvent, household_id: str) -> None:
        self.events.append((event, household_id))
        lease = self.hand.lease(household_id)
        if lease is not None and isinstance(event, events.Attempt):
            called = Called(event, household_id, self._moment.server)
            self.calls = self.calls.add(lease.household.line, called)

    def entries(self) -> list[Entry]:
        """The events as the journal keeps them."""
        return [self._entry(event, household_id) for event, household_id in self.events]

    def _entry(self, event: events.AnyEvent, household_id: str) -> Entry:
        disposition = None
        if isinstance(event, events.Outcome):
            disposition = self.begun_with.disposition(event.disposition)
        return Entry(
            seq=event.seq,
            id=event.id,
            body=events.encode(event),
            voter_id=event.voter_id,
            household_id=household_id,
            urgent=disposition is not None and disposition.suppresses,
        )

    def _outcome(self, effect: RecordOutcome) -> None:
        household, result, draft = effect.household, effect.result, effect.draft
        answers = draft.place.answers if effect.answered else {}
        event_id = self.write(
            events.Outcome,
            household.household_id,
            effect.voter_id,
            disposition=result.disposition,
            number_ending=events.ending(household.number),
            answers=answers,
            note=draft.note,
            talked=effect.answered and script.talked(self.campaign, draft.place),
            same_call=effect.same_call,
            shown_at=effect.shown_at,
            call_at=result.call_at,
            to_me=result.to_me,
            campaign_version=draft.version if answers else self.campaign.version,
        )
        saved = Saved(
            event_id=event_id,
            household_id=household.household_id,
            voter_id=effect.voter_id,
            disposition=result.disposition,
            draft=draft,
            same_call=effect.same_call,
            settled=effect.settled,
            dialed=effect.dialed,
            ticket=self._ticket(household.household_id, effect.voter_id),
        )
        self.call = remember(self.call, saved)
        self._say_saved(effect)

    def _say_saved(self, effect: RecordOutcome) -> None:
        disposition = self.campaign.disposition(effect.result.disposition)
        if disposition is None:
            return
        if disposition.suppresses:
            self.suppress(effect.household)
        household, call_at = effect.household, effect.result.call_at
        everyone = disposition.about == "number" and len(household.voters) > 1 and not effect.same_call
        voter = next(v for v in household.voters if v.voter_id == effect.voter_id)
        facts = {
            "result": self.campaign.words(disposition.label),
            "whom": tr("everyone at this number") if everyone else voter.first_name,
        }
        if call_at is None:
            self.said = Said(tr("{result} saved for {whom}", **facts), "saved", undo=True)
            return
        zones = (*voter.zones, *household.zones)
        facts["when"] = agreed(self.campaign, zones, disposition, call_at, self._moment.server)
        self.said = Said(tr("{result} saved for {whom}, {when}", **facts), "saved", undo=True)

    def suppress(self, household: Household) -> None:
        """Nobody calls the number any more. Its household is kept apart first, so that it can be taken back."""
        if household.household_id in self.hand.to_call:
            self._finish(Finish(household.household_id))
        self.hand.suppress([household.line])
        self.suppressed.append(household.line)

    def _undo(self, effect: RecordUndo) -> None:
        then = effect.then
        self.write(events.Undo, then.household_id, then.voter_id, ticket=then.ticket, supersedes=then.event_id)
        lease = self.hand.lease(then.household_id)
        to_ask = [v.voter_id for v in lease.household.voters if v.voter_id not in then.settled] if lease else []
        is_shown = then.voter_id in to_ask
        self.said = Said(tr("Taken back; choose the right result") if is_shown else tr(_NOT_LENT), "notice")
        if lease is None or not to_ask:  # no longer lent, or withdrawn: there is nobody to show
            self.show_next()
            return
        if not is_shown:  # withdrawn since: somebody else of the household is next
            then = msgspec.structs.replace(then, voter_id=to_ask[0], draft=Draft())
        self.put_back(PutBack(then.household_id))
        self.act(Show(lease.household, self._moment.at, resume=then, server_at=self._moment.server))

    def _skip(self, effect: RecordSkip) -> None:
        self.write(events.Skip, effect.household.household_id, effect.voter_id)
        self.said = Said(tr("Skipped; somebody will call later"), "notice")

    def _dial(self, effect: RecordDial) -> None:
        household = effect.household
        ending = events.ending(household.number)
        dialed = {"engine": effect.engine, "by": effect.by}
        self.write(events.Dial, household.household_id, effect.voter_id, number_ending=ending, **dialed)

    def _finish(self, effect: Finish) -> None:
        self.hand.finish(effect.household_id)
        self.finished.append(effect.household_id)

    def put_back(self, effect: PutBack) -> None:
        """The household is called next, unless nobody of it is lent any more."""
        lease = self.hand.lease(effect.household_id)
        if lease is not None and lease.household.voters:
            self.hand.put_back(effect.household_id)
            self.returned.append(effect.household_id)

    def _next(self, effect: Next) -> None:
        self.show_next()

    def _ignore(self, effect: Ignore) -> None:
        self.said = Said(effect.why, "notice")


EFFECTS: dict[type, Callable[[Turn, Any], None]] = {
    RecordOutcome: Turn._outcome,
    RecordUndo: Turn._undo,
    RecordSkip: Turn._skip,
    RecordDial: Turn._dial,
    Finish: Turn._finish,
    PutBack: Turn.put_back,
    Next: Turn._next,
    Ignore: Turn._ignore,
}
