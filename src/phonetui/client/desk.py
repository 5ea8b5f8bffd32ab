"""What a front end holds: call, journal and courier behind one object that knows no widget."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from phonetui.client.along import asking_for_voters, taken_along
from phonetui.client.calls import calls_before
from phonetui.client.campaign_server import CampaignServer
from phonetui.client.clock import Clock
from phonetui.client.correcting import correct
from phonetui.client.courier import Courier
from phonetui.client.elsewhere import Elsewhere
from phonetui.client.first_shift import FirstShift
from phonetui.client.journal import Journal, Loaded
from phonetui.client.late_sign_in import by_nobody
from phonetui.client.notices import Notices
from phonetui.client.outbox import Outbox, Taken
from phonetui.client.outbox_file import NOBODYS, write_outbox
from phonetui.client.pacing import Pacing
from phonetui.client.phone_line import PhoneLine
from phonetui.client.rejections import Rejections
from phonetui.client.servers_time import ServersTime
from phonetui.client.shift import Shift
from phonetui.client.today import MadeCall, so_far
from phonetui.client.turn import Turn
from phonetui.client.unfinished import is_lost_by_leaving, left, may_go_on, scripts, to_give_back
from phonetui.client.view import Extra, Line, Said, View
from phonetui.client.waiting import shut, waiting
from phonetui.client.writing_down import ASKED, last_spoken_with, write_down
from phonetui.core import call_flow
from phonetui.core import event as events
from phonetui.core.call import Call, Phase, decode_call, in_progress
from phonetui.core.call_actions import Action, Leave, Result
from phonetui.core.campaign import Campaign
from phonetui.core.correction import Correction
from phonetui.core.refusal import Refused
from phonetui.core.tally import Tally
from phonetui.core.translation import tr
from phonetui.core.word import Word
from phonetui.wire_outbox import OutboxHead

#: How often a waiting desk looks whether time alone has made a voter callable.
LOOK_AGAIN = timedelta(seconds=20)


class PhoneDesk:
    """A desk over a journal on this laptop and a courier to the campaign server.

    Keys are carried out one after the other. Each is first worked out on a copy, then saved in one transaction, and
    only then does the view change; where it cannot be saved, nothing has moved.
    """

    def __init__(
        self,
        caller_name: str,
        journal: Journal,
        loaded: Loaded,
        outbox: Outbox,
        server: CampaignServer,
        clock: Clock,
        extras: Mapping[str, Extra] | None = None,
        *,
        head: OutboxHead = NOBODYS,
        sign_in: Callable[[str], Awaitable[None]] = by_nobody,
        elsewhere: Elsewhere | None = None,
        first_shift: FirstShift | None = None,
        phone: PhoneLine | None = None,
    ) -> None:
        """`extras` are the actions that this desk alone offers, by id; `head` says whose entries it exports.

        `sign_in` gets a new token for a password, and raises `Refused`. `elsewhere` is what else to call for.
        """
        self._extras = extras or {}
        self._head = head
        self._sign_in = sign_in
        self.elsewhere = elsewhere
        self.first_shift = first_shift or FirstShift()
        self.phone = phone or PhoneLine(clock)
        self._caller_name = caller_name
        self._journal = journal
        self._outbox = outbox
        self._clock = clock
        self._courier = Courier(outbox, journal, server, clock, self._receive, self._line_changed)
        self._call = decode_call(loaded.call) if loaded.call else Call()
        self._found: Call | None = self._call  # as long as the line has not failed
        self._campaign, self._coming = scripts(loaded, self._call)
        self._shift = Shift(loaded.outcomes)
        leases, rests = (held.lease for held in loaded.held), elsewhere.rests if elsewhere else None
        self._calls = calls_before(loaded.outcomes, leases, loaded.server_offset, rests)
        self._next_seq = loaded.next_seq
        self._asked_along = 0
        self._today = so_far(loaded)
        breaks = {"breaks": loaded.breaks, "earlier": loaded.earlier_breaks}
        self.pacing = Pacing(self._shift, self._today, clock, keep=journal.keep_break, **breaks)
        self._servers_time = ServersTime(outbox, journal, clock, loaded.server_offset)
        self._rejections = Rejections(loaded.rejected)
        self._notices = Notices(loaded.notices, loaded.questions)
        self._line = Line()
        self._said: Said | None = None
        self._changed: Callable[[], None] = lambda: None
        self._one_at_a_time = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._filling: asyncio.Task[None] | None = None

    @property
    def view(self) -> View:
        """The picture as it is now; cheap."""
        tick = self._clock.tick()
        now = self._outbox.server_now(tick)
        call = self._call if self._campaign else Call()  # without its script it waits for the campaign
        household, hand = call.household, self._outbox.hand
        lent, waits = hand.lent(now), call.phase is Phase.WAITING
        promised_at, by_you = hand.promise_on_screen(self._campaign, call, self._calls)
        return View(
            campaign=self._campaign,
            caller_name=self._caller_name,
            call=call,
            tally=self._shift.tally(self._campaign),
            today=self._today.tally(self._campaign, self._clock.now()) if waits else Tally(),
            on_hand=sum(len(lease.household.voters) for lease in lent),
            on_hand_until=min((lease.until for lease in lent), default=None),
            taken_along=hand.taken_along(now),
            asked_along=self._asked_along,
            unsent=self._outbox.unsent,
            rejected=self._rejections.untold,
            line=self._line,
            now=now,
            said=self._said,
            waiting=waiting(self._campaign, self._outbox, self._calls, self._line, now) if waits else None,
            neighbours=hand.neighbours(household) if household else (),
            offered={action_id: extra.offered for action_id, extra in self._extras.items()},
            told=self._notices.told,
            asked=self._notices.asked,
            last=last_spoken_with(call, hand),
            verdict=hand.verdict_on_screen(self._campaign, call, now, self._calls, shut(self._outbox)),
            promised_at=promised_at,
            promised_by_you=by_you,
            phone=self.phone.view,
            typed_is_lost=is_lost_by_leaving(call, hand),
            is_new=call_flow.is_new(call, tick),
        )

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` on the event loop after every change of the view."""
        self._changed = self.phone.listen(self, changed)

    async def start(self) -> None:
        """Show the voter from the journal, then connect."""
        if self._campaign is not None:
            await self._go_on(self._campaign)
        await self._look()
        if self._journal.mended:
            self._said = Said(self._journal.mended, "alarm")
        self._courier.start()
        self.phone.start()
        self._looking = asyncio.create_task(self._look_again())

    async def act(self, action: Action) -> None:
        """Carry out a key; returns once it is saved. Raises `Refused` where it cannot be saved: nothing has moved."""
        await asyncio.shield(self._carry_out(action))  # whoever waits may be gone before it is saved

    async def write_down(self, word: Word) -> None:
        """Write a word to the campaign down. Raises `Refused` where it cannot be saved, or is about no voter."""
        await asyncio.shield(self._write(lambda turn: write_down(turn, word)))

    def calls_today(self) -> tuple[MadeCall, ...]:
        """The calls of the day as they read now, with the shifts before this one, the newest first."""
        return self._today.calls(self._campaign, self._clock.now(), self._outbox.hand.leases)

    async def correct(self, made: MadeCall, to: Correction) -> None:
        """Write down what a call of today ought to read. Raises `Refused` for what makes no sense or is not saved."""
        await asyncio.shield(self._write(lambda turn: correct(turn, made, to)))

    async def see(self, notice_ids: Collection[str]) -> None:
        """The caller has seen these notices and answers. Raises `Refused` where that cannot be saved."""
        await self._journal.see(notice_ids)
        self._notices.see(notice_ids)
        self._changed()

    async def export(self, file: Path) -> None:
        """Write what the campaign does not have to a new file; it stays here too. Raises `Refused`."""
        loaded = await self._journal.load()
        await asyncio.to_thread(write_outbox, file, self._head, loaded.unsent, loaded.rejected)
        self._said = Said(tr("Written to {file}; it stays here too until confirmed", file=file.name), "saved")
        self._changed()

    def try_now(self) -> None:
        """Exchange now rather than when the next try is due."""
        self._courier.poke()

    async def sign_in(self, password: str) -> None:
        """Sign in again where the campaign server has ended the log-in; the shift goes on. Raises `Refused`."""
        await self._sign_in(password)
        self._outbox.signed_in(self._clock.tick())
        self._courier.poke()

    def tell_rejected(self) -> str:
        """What the campaign did not take that the caller does not know of yet, and who can do what; or nothing."""
        return self._rejections.tell()

    def do_extra(self, action_id: str) -> None:
        """Carry out an action that this desk alone offers."""
        self._said = Said(self._extras[action_id].do())
        self._changed()

    def take_along(self, households: int) -> None:
        """Ask for so many households in all, to call them without a line until the day's hours end; 0 asks no more."""
        self._asked_along = households
        self._outbox.take_along(households, self._clock.tick())
        self._courier.poke()
        self._said = asking_for_voters(households)
        self._changed()

    async def give_back(self) -> None:
        """Hand back uncalled who is on hand, save whom the caller has begun with; to be followed by `close`.

        Raises `Refused` where that cannot be saved: all stay on hand.
        """
        async with self._one_at_a_time:
            others = to_give_back(self._call, self._outbox.hand)
            await self._keep_call(self._call, finished=others)
            self._outbox.give_back(others, self._clock.tick())
            self._courier.poke()

    async def close(self) -> None:
        """End the shift: what is unsent and who is still to be called stay on the laptop, and what was typed last."""
        for task in (self._looking, self._filling):
            if task is not None:
                task.cancel()
        try:
            await self.phone.close()
            await self._courier.close()
            async with self._one_at_a_time:
                await self._end_shift()
        finally:
            await self._journal.close()
            if self.elsewhere is not None:
                self.elsewhere.hold_back(self._campaign, self._calls)
                await self.elsewhere.close()

    async def _go_on(self, campaign: Campaign) -> None:
        """The call of an earlier start goes on, if it may; to be done once its script is there."""
        self._campaign = campaign
        self._call = call_flow.again(campaign, self._call, self._clock.now(), self._clock.tick())
        self._found = self._call
        if not self._may_go_on(campaign):
            await self.act(Leave())

    def _may_go_on(self, campaign: Campaign) -> bool:
        box, now = self._outbox, self._servers_time.now()
        return may_go_on(campaign, self._call, box.hand, now, self._calls, shut(box))

    def _has_to_leave(self) -> bool:
        """Whether the voter of an earlier start, with whom nothing was begun since, is not to be called any more."""
        campaign, call = self._campaign, self._call
        if campaign is None or call is not self._found or in_progress(campaign, call):
            return False
        return not self._may_go_on(campaign)

    async def _end_shift(self) -> None:
        await self._servers_time.keep()
        call = left(self._call, self._outbox.hand)
        await self._keep_call(call)
        if self.pacing.resting_since is not None:
            await self.pacing.go_on()
        await self._journal.end_shift(keep_hand=True, keep_also=call.household.household_id if call.household else "")

    async def _keep_call(self, call: Call, finished: Collection[str] = ()) -> None:
        version = self._campaign.version if self._campaign else 0
        await self._journal.record(finished=finished, call=msgspec.json.encode(call), version=version)

    # -- saving ------------------------------------------------------------------------------------------------------

    async def _carry_out(self, action: Action) -> None:
        async with self._one_at_a_time:
            turn = self._turn()
            if turn is not None:
                turn.act(action)
                self.phone.hear(action)
                await self._save(turn)
                self.pacing.hear(action, [event for event, _ in turn.events], turn.begun_with)
                if turn.events and isinstance(action, Result):
                    await self.first_shift.over()

    def _turn(self) -> Turn | None:
        if self._campaign is None:
            return None
        return Turn(
            self._campaign,
            self._call,
            self._outbox.hand,
            self._servers_time.moment(),
            new_id=self._clock.new_id,
            next_seq=self._next_seq,
            coming=self._coming,
            shut=shut(self._outbox),
            calls=self._calls,
            unsettled=self._outbox.unsettled(),
        )

    async def _write(self, change: Callable[[Turn], None]) -> None:
        async with self._one_at_a_time:
            turn = self._turn()
            if turn is None:
                raise Refused(tr("There is no voter on the screen; press this key during a call."))
            change(turn)
            await self._save(turn)

    async def _save(self, turn: Turn) -> None:
        await self._servers_time.keep()
        entries, changed = turn.entries(), turn.hand.changed_since(self._outbox.hand)
        if entries or turn.call != self._call:
            await self._journal.record(
                entries=entries,
                finished=turn.finished,
                returned=turn.returned,
                changed=changed,
                call=msgspec.json.encode(turn.call),
                version=turn.campaign.version,
            )
        self._campaign, self._call, self._said = turn.campaign, turn.call, turn.said
        self._calls = turn.calls
        self._next_seq = max([self._next_seq, *(entry.seq + 1 for entry in entries)])
        attempts = [event for event, _ in turn.events if isinstance(event, events.Attempt)]
        self._shift.add(attempts)
        self._today.add(attempts)
        self._notices.ask(event for event, _ in turn.events)
        if entries or turn.finished or turn.returned:
            moved = {"finished": turn.finished, "returned": turn.returned, "suppressed": turn.suppressed}
            self._outbox.add(entries, **moved, changed=changed)
            self._courier.poke()
        self._changed()

    # -- what the campaign sends -------------------------------------------------------------------------------------

    def _receive(self, taken: Taken) -> None:
        """A reply that is in the journal, its voters on hand."""
        reply = taken.reply
        self._servers_time.offset = taken.server_offset
        self._next_seq = max(self._next_seq, reply.stored_through + 1)  # the journal may have lost the last it gave
        self._coming = reply.campaign or self._coming
        if self._notices.take(reply) and self._said and self._said.text == tr(ASKED):
            self._said = None  # the answer is there instead
        self._today.settle(taken.acknowledged, [event_id for event_id, _ in taken.rejected], taken.forgotten_after)
        if taken.rejected:
            self._said = self._rejections.add([reason for _, reason in taken.rejected])
        elif self._asked_along and not self._outbox.taking_along:
            self._said = taken_along(self._asked_along, self._outbox, self._clock.tick())
            self._asked_along = 0
        waits = self._campaign is None or self._call.phase is Phase.WAITING or self._has_to_leave()
        if waits and (self._filling is None or self._filling.done()):
            self._filling = asyncio.create_task(self._look())
        self._changed()

    async def _look(self) -> None:
        """Put a voter on an empty screen; a new script begins here, between calls, and one that was lost comes back."""
        if self._campaign is None and self._coming is not None:
            try:
                await self._go_on(self._coming)
            except Refused as refused:
                self._said = Said(str(refused), "alarm")
            self._changed()
        async with self._one_at_a_time:
            if self._call.phase is not Phase.WAITING and not self._has_to_leave():
                return
            self._campaign = self._coming or self._campaign
            turn = self._turn()
            if turn is None:
                return
            if self._call.phase is not Phase.WAITING:
                turn.act(Leave())
            turn.show_next()
            turn.said = self._said
            try:
                await self._save(turn)
            except Refused as refused:
                self._said = Said(str(refused), "alarm")
                self._changed()

    async def _look_again(self) -> None:
        while True:
            before = self._servers_time.now()
            await asyncio.sleep(LOOK_AGAIN.total_seconds())
            now = self._servers_time.now()
            if self._campaign and self._outbox.hand.falls_due(self._campaign, before, now, self._calls):
                self._courier.poke()  # a promise that the server keeps for this caller
            await self._look()
            self._changed()

    def _line_changed(self, line: Line) -> None:
        self._line = line
        if line.state == "offline":
            self._found = None  # whoever is on the screen may be on the caller's own phone by now
        self._changed()
