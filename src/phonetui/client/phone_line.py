"""The caller's one line: an engine that dials, at the caller's pace, beside a desk that knows whom and whether."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any, Protocol

import msgspec

from phonetui.client.clock import Clock
from phonetui.client.phone_view import PhoneView
from phonetui.client.phone_words import ENDED, HIDDEN, PLACED_NOBODY
from phonetui.client.view import View
from phonetui.core import pacer
from phonetui.core.call import Call
from phonetui.core.call_actions import Action, Dial, Result, Skip
from phonetui.core.campaign import Campaign
from phonetui.core.pacer import Pacer, Stage
from phonetui.core.phone_call import Engine, Pace, PressedBy, State
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.core.voter import Household, PhoneKind
from phonetui.dial.dialer import Cap, Dialer

#: Kinds of numbers that a countdown may dial without the campaign's word; no other is known to be no mobile.
LANDLINES: tuple[PhoneKind, ...] = ("home", "work")
#: Ids of calls that were given up before the engine had said their ids; something of them may come late.
REMEMBERED = 16

#: Each pace, and those that are calmer.
CALMER: dict[Pace, tuple[Pace, ...]] = {
    "power": ("power", "preview", "manual"),
    "preview": ("preview", "manual"),
    "manual": ("manual",),
}


class OfDesk(Protocol):
    """What the line needs of a desk."""

    @property
    def view(self) -> View:
        """The picture as it is now."""

    async def act(self, action: Action) -> None:
        """Write down that somebody is dialed; raises `Refused` for whom nobody may call now."""


class PhoneLine:
    """Dials through its engine; without one it is the line of a caller who dials by hand.

    `wait` lets seconds pass.
    """

    def __init__(
        self,
        clock: Clock,
        dialer: Dialer | None = None,
        engine: Engine = "hand",
        pace: Pace = "preview",
        countdown: float = 3.0,
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._dialer = dialer
        self._engine: Engine = engine
        self.wanted: Pace = pace
        self.countdown = countdown
        self._pacer = Pacer(pace, countdown)
        self._wait = wait
        self._desk: OfDesk | None = None
        self._changed: Callable[[], None] = lambda: None
        self._shown = ""
        self._pressed: Action | None = None
        self._state: State | None = None
        self._answers = 0
        self._muted = False
        self._said = ""
        self._alarm = False
        self._is_missing = False
        self._unheard = ""
        self._attempts = count(1)
        self._attempt = 0
        self._placing = 0
        self._is_unwanted = False
        self._one_placing = asyncio.Lock()
        self._others: deque[str] = deque(maxlen=REMEMBERED)
        self._counting: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None

    @property
    def view(self) -> PhoneView:
        """The picture as it is now; cheap."""
        if self._dialer is None:
            return PhoneView()
        line, tick = self._pacer, self._clock.tick()
        redials = line.stage is Stage.OVER and line.redials < pacer.REDIALS
        return PhoneView(
            engine=self._engine,
            caps=self._dialer.caps,
            pace=line.pace,
            stage=line.stage,
            state=self._state,
            talked_for=pacer.talked_for(line, tick),
            seconds_left=pacer.seconds_left(line, tick),
            answers=self._answers,
            offered=line.offered,
            can_dial=line.stage in (Stage.SHOWN, Stage.COUNTING) or redials,
            redials=redials,
            muted=self._muted,
            pauses=line.pauses,
            said=self._said,
            alarm=self._alarm,
        )

    def listen(self, desk: OfDesk, changed: Callable[[], None]) -> Callable[[], None]:
        """Dial for this desk, and call `changed` after every change; what the desk is to call after each of its own."""
        self._desk = desk
        if self._dialer is not None:
            self._look(desk.view)  # whoever is there already
        self._changed = changed
        if self._dialer is None:
            return changed

        def heard() -> None:
            self._look(desk.view)
            changed()

        return heard

    def hear(self, action: Action) -> None:
        """The caller's key, before the desk says what came of it."""
        self._pressed = action

    def start(self) -> None:
        """Listen to the engine, and have it made ready while the caller reads."""
        if self._dialer is not None:
            if self._desk is not None:
                self._look(self._desk.view)
            self._errand(self._listen(self._dialer))
            self._errand(self._make_ready(self._dialer))

    def dial(self) -> None:
        """The key that dials whoever is shown; after a call the same attempt once more, a few times."""
        if self._dialer is None:
            raise Refused(tr("You dial by hand; choose what dials with phonetui settings set dialer."))
        self._step(pacer.DialKey())

    def stop_countdown(self) -> bool:
        """Any key: it stops a countdown, and then does nothing else."""
        if not pacer.stops_the_countdown(self._pacer):
            return False
        self._step(pacer.OtherKey())
        return True

    def pause(self) -> None:
        """Nobody is dialed by a countdown until the same key goes on; a call under way is not touched."""
        self._step(pacer.PauseKey())

    def hang_up(self) -> None:
        """End the call, or stop ringing. Raises `Refused` where the engine cannot."""
        dialer = self._able("hangup")
        self._is_unwanted = True
        self._errand(self._steer(dialer.hangup()))

    def mute(self) -> None:
        """Let nobody hear the caller; again: let them. Raises `Refused` where the engine cannot."""
        on = not self._muted
        self._errand(self._steer(self._able("mute").mute(on), muted=on))

    def press(self, digits: str) -> None:
        """Press keys of the phone. Raises `Refused` where the engine cannot."""
        self._errand(self._steer(self._able("dtmf").dtmf(digits)))

    def say(self, text: str, *, alarm: bool = False) -> None:
        """A sentence for the caller, until the next voter or call."""
        self._said, self._alarm = text, alarm
        self._changed()

    async def close(self) -> None:
        """End the call and the engine. Raises what an errand has failed of."""
        tasks = [*self._errands, *([self._counting] if self._counting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._dialer is not None:
            await self._dialer.close()
        if self._fault is not None:
            raise self._fault

    # -- the desk ----------------------------------------------------------------------------------------------------

    def _look(self, view: View) -> None:
        """Who is on the screen may be another: dialed by a countdown only where the caller's own key brought them."""
        call, before = view.call, self._shown
        self._shown = call.household.household_id if call.household else ""
        if self._shown == before:
            return
        pressed, self._pressed = self._pressed, None
        if before:
            self._step(pacer.ResultSaved() if isinstance(pressed, Result | Skip) else pacer.Gone())
        if call.household is None or view.campaign is None:
            return
        self._state, self._said, self._alarm = None, self._unheard, bool(self._unheard)
        self._unheard = ""
        self._pacer = _at_pace(self._pacer, "manual" if self._is_missing else self.wanted, view.campaign)
        own_key = bool(before) and isinstance(pressed, Result | Skip)
        self._step(pacer.Shown(own_key and _is_fresh(call) and _by_itself(view.campaign, call.household)))

    # -- the engine --------------------------------------------------------------------------------------------------

    async def _listen(self, dialer: Dialer) -> None:
        async for event in dialer.events():
            if event.call_id != self._pacer.call_id and not self._may_be_new(event.call_id):
                continue  # a call before this one
            self._step(pacer.Came(event))
            self._state = event.state
            if event.state == "handed_off":
                self.say(tr("Your phone has the number"))
            elif event.state == "ended" and self._pacer.stage is Stage.OVER:
                self.say(tr(ENDED[event.ending or "unknown"]))
            self._changed()

    async def _make_ready(self, dialer: Dialer) -> None:
        """Where it cannot be, the caller dials by hand; a key may try it again."""
        try:
            await dialer.start()
        except Refused as refused:
            self._is_missing = True
            self.stop_countdown()
            self._pacer = msgspec.structs.replace(self._pacer, pace="manual")
            self._unheard = "" if self._shown else str(refused)
            self.say(str(refused), alarm=True)

    def _may_be_new(self, call_id: str) -> bool:
        """Whether an event may be of the call that is being placed: its id may come before the engine's answer."""
        is_placing = self._placing != 0 and self._placing == self._attempt and not self._pacer.call_id
        return is_placing and call_id not in self._others

    async def _place(
        self, dialer: Dialer, desk: OfDesk, attempt: int, by: PressedBy, household: Household, ring: float
    ) -> None:
        """One after the other; whoever had a result before it was their turn is not called any more."""
        async with self._one_placing:
            if attempt != self._attempt:
                return
            self._placing = attempt
            try:
                await self._call(dialer, desk, attempt, Dial(self._engine, by, household.household_id), household, ring)
            except Refused as refused:
                self._not_placed(attempt, str(refused))
            finally:
                self._placing = 0

    async def _call(
        self, dialer: Dialer, desk: OfDesk, attempt: int, dial: Dial, household: Household, ring: float
    ) -> None:
        """The rules are asked once more, at this moment; whom the engine does not call can be dialed by hand."""
        line = self._line_of(household)
        await desk.act(dial)
        if attempt != self._attempt:
            return
        call_id = await dialer.dial(line, ring)
        self._is_missing = False
        if attempt == self._attempt:
            self._step(pacer.Placed(call_id))
        else:
            self._others.append(call_id)
        if self._is_unwanted or attempt != self._attempt:  # hung up on, or given a result, meanwhile
            await self._steer(dialer.hangup())

    def _not_placed(self, attempt: int, why: str) -> None:
        if attempt == self._attempt:
            self._state = None
            self._step(pacer.NotPlaced())
            self.say(why, alarm=True)

    def _line_of(self, household: Household) -> str:
        """What the engine is to call: a bridge knows the numbers that are hidden from this laptop."""
        if not household.number and self._engine != "bridge":
            raise Refused(tr(HIDDEN))
        return household.line

    async def _steer(self, order: Awaitable[None], muted: bool | None = None) -> None:
        try:
            await order
        except Refused as refused:
            self.say(str(refused), alarm=True)
            return
        if muted is not None:
            self._muted = muted
        self._changed()

    def _able(self, cap: Cap) -> Dialer:
        if self._dialer is None or cap not in self._dialer.caps:
            raise Refused(tr("Your phone has the call; end it, mute it and press its keys there."))
        if not self.view.in_call:
            raise Refused(tr("There is no call."))
        return self._dialer

    # -- the pace ----------------------------------------------------------------------------------------------------

    def _step(self, what: pacer.Input) -> None:
        self._pacer, effects = pacer.step(self._pacer, what, self._clock.tick())
        for effect in effects:
            EFFECTS[type(effect)](self, effect)
        self._count_down()
        self._changed()

    def _count_down(self) -> None:
        counts = self._pacer.stage is Stage.COUNTING
        if counts and self._counting is None:
            self._counting = asyncio.create_task(self._wait_until_due())
        elif not counts and self._counting is not None:
            counting, self._counting = self._counting, None
            if counting is not asyncio.current_task():
                counting.cancel()

    async def _wait_until_due(self) -> None:
        while (left := pacer.seconds_left(self._pacer, self._clock.tick())) is not None:
            await self._wait(left)
            self._step(pacer.Tick())

    def _place_call(self, effect: pacer.PlaceCall) -> None:
        if self._desk is None or self._dialer is None:
            return
        view = self._desk.view
        if view.campaign and view.call.household:
            ring, household = view.campaign.dialing.ring.total_seconds(), view.call.household
            attempt = self._attempt = next(self._attempts)
            self._state, self._muted, self._said, self._alarm = "dialing", False, "", False
            self._is_unwanted = False
            self._errand(self._place(self._dialer, self._desk, attempt, effect.by, household, ring))

    def _end_call(self, effect: pacer.EndCall) -> None:
        self._attempt = 0
        if self._dialer is not None and "hangup" in self._dialer.caps:
            self._errand(self._steer(self._dialer.hangup()))

    def _answered(self, effect: pacer.Answered) -> None:
        self._answers += 1

    def _failed(self, effect: pacer.Failed) -> None:
        self.say(tr(PLACED_NOBODY[effect.ending]), alarm=True)

    def _paused(self, effect: pacer.Paused) -> None:
        if effect.failing:
            self.say(
                tr("The line failed twice in a row, so the pace rests; dial by hand, or try it again."), alarm=True
            )

    def _errand(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """A fault of ours ends an errand; `close` raises it, and the caller goes on by hand."""
        self._errands.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            self._fault = self._fault or fault
            self._not_placed(self._attempt, tr("phonetui itself failed to dial; dial by hand, everything is saved."))


EFFECTS: dict[type, Callable[[PhoneLine, Any], None]] = {
    pacer.PlaceCall: PhoneLine._place_call,
    pacer.EndCall: PhoneLine._end_call,
    pacer.Answered: PhoneLine._answered,
    pacer.Failed: PhoneLine._failed,
    pacer.Paused: PhoneLine._paused,
}


def _at_pace(line: Pacer, wanted: Pace, campaign: Campaign) -> Pacer:
    """The caller's pace, or the nearest calmer one that the campaign allows."""
    allowed = [pace for pace in CALMER[wanted] if pace in campaign.dialing.paces]
    return msgspec.structs.replace(line, pace=allowed[0] if allowed else "manual")


def _is_fresh(call: Call) -> bool:
    """Whether nothing of this voter's call has happened yet, here or before a result was taken back."""
    return not (call.dialed or call.same_call or call.settled or call.draft.place.answers or call.draft.note)


def _by_itself(campaign: Campaign, household: Household) -> bool:
    phones = [phone for voter in household.voters for phone in voter.phones if phone.number == household.number]
    are_landlines = bool(phones) and all(phone.kind in LANDLINES for phone in phones)
    return are_landlines or campaign.dialing.power_mobiles
