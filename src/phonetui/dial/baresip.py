"""Calls by a SIP account of the caller's own, placed by the baresip that is installed here: 1.0 or newer."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path

from phonetui.core.phone_call import CallEvent, Ending
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr
from phonetui.dial.calls_told import CallsTold
from phonetui.dial.dialer import Cap
from phonetui.dial.registration import Registration, news
from phonetui.dial.sip_account import SipAccount
from phonetui.dial.sip_call import Heard, SipCall
from phonetui.dial.sip_phone import SipPhone
from phonetui.dial.sip_trace import SipAnswer

#: Ids of calls that are over, of which a late event may still come.
_REMEMBERED = 64

_KEYS = re.compile(r"[0-9*#]+", re.ASCII)


class BaresipDialer:
    """A `Dialer` on one SIP account. baresip runs from the first call on, or from `start`, until `close`.

    `folder` is a private one of this user's; `tick` gives seconds that never go back. `says` is set to what tells the
    caller that the provider is lost, True with it, or back; `blocked` is called for
    each call that was blocked.
    """

    caps: frozenset[Cap] = frozenset({"state", "hangup", "mute", "dtmf"})

    def __init__(
        self,
        account: SipAccount,
        password: str,
        folder: Path,
        *,
        tick: Callable[[], float],
        new_id: Callable[[], str],
        program: str | None = None,
    ) -> None:
        self._account = account
        self._password = password
        self._folder = folder
        self._tick = tick
        self._new_id = new_id
        self._program = program
        self._told = CallsTold()
        self._phone: SipPhone | None = None
        self._starting = asyncio.Lock()
        self._call: SipCall | None = None
        self._free = asyncio.Event()
        self._over: deque[str] = deque(maxlen=_REMEMBERED)
        self._timer: asyncio.TimerHandle | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self.muted = False
        self.says: Callable[[str, bool], None] = _say_nothing
        self.blocked: Callable[[], None] = lambda: None

    @property
    def registration(self) -> Registration:
        """Whether the provider knows where the caller is."""
        return self._phone.registration if self._phone else Registration()

    @property
    def talk_seconds(self) -> float | None:
        """Seconds since the last call was answered, up to its end; None where it was not."""
        return self._call.talked(self._tick()) if self._call else None

    async def start(self) -> str:
        """Register with the provider; baresip's version. Raises `Refused` with a way on."""
        async with self._starting:
            if self._phone is None or self._phone.registration.state == "refused":
                await self._stop()
                self._phone = phone = SipPhone(
                    self._hear, self._hear_answer, lambda: self._lose(phone), self._hear_registration
                )
                try:
                    await phone.start(self._account, self._password, self._folder, self._program)
                except BaseException:
                    self._phone = None
                    raise
            return self._phone.version

    async def dial(self, number: str, ring_timeout: float) -> str:
        """Ring a number. Raises `Refused` for what is none, in a call, and where no call can be placed at all."""
        return await self.call(self._account.uri_of(number), ring_timeout)

    async def call(self, uri: str, ring_timeout: float) -> str:
        """Ring an address, as in `sip:echo@sip.example.org`. Raises `Refused` as `dial` does."""
        while self._in_call and self._in_call.is_put_down:
            await self._free.wait()
        if self._in_call:
            raise Refused(tr("You are in a call; end it first."))
        call = self._call = SipCall(self._new_id(), uri, ring_timeout)
        self.muted = False
        self._free.clear()
        self._tell(call)
        try:
            await self.start()
        except BaseException:
            self._end(call, "trunk_error")
            raise
        if call.state == "dialing":  # nobody has hung up meanwhile
            await self._place(call, uri)
        return call.call_id

    async def _place(self, call: SipCall, uri: str) -> None:
        call.place(self._tick())
        self._set_timer()
        try:
            taken = await self._ask("dial", uri)
        except ConnectionError:
            self._give_up()
        else:
            if not taken and call.state == "dialing":
                self._end(call, "trunk_error")

    async def hangup(self) -> None:
        """End the call, or stop ringing; without one it does nothing."""
        call = self._in_call
        if call is not None:
            call.put_down(self._tick())
            if call.state == "ended":
                self._tell(call)
            else:
                await self._put_down()

    async def mute(self, on: bool) -> None:
        """Silence the microphone, or open it again. Raises `Refused` while nobody is talked to."""
        self._talking()
        for _ in range(2):  # 1.0 knows only the other way round, and says which way that is
            answer = await self._answer("mute")
            self.muted = "un-muted" not in answer
            if self.muted == on:
                return

    async def dtmf(self, digits: str) -> None:
        """Press keys. Raises `Refused` while nobody is talked to, and for what is no key of a phone."""
        self._talking()
        if not _KEYS.fullmatch(digits):
            raise Refused(tr("{keys}: a phone has the keys 0 to 9, * and #.", keys=digits))
        await self._answer("sndcode", digits)

    def events(self) -> AsyncIterator[CallEvent]:
        """What becomes of the calls."""
        return self._told.events()

    async def close(self) -> None:
        """End the call and baresip. Twice does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        await self.hangup()
        async with self._starting:
            await self._stop()
        if self._in_call:
            self._end_lost()
        while self._errands:
            await asyncio.wait(self._errands)
        self._told.close()

    @property
    def _in_call(self) -> SipCall | None:
        return self._call if self._call and self._call.state != "ended" else None

    def _talking(self) -> None:
        if self._in_call is None or self._in_call.state != "talking":
            raise Refused(tr("Nobody is on the line."))

    async def _ask(self, command: str, params: str = "") -> bool:
        """Whether baresip did it. Raises `ConnectionError` where it is gone."""
        if self._phone is None:
            raise ConnectionError(command)
        return (await self._phone.ask(command, params)).ok

    async def _answer(self, command: str, params: str = "") -> str:
        try:
            if self._phone is not None:
                return (await self._phone.ask(command, params)).data
        except ConnectionError:
            self._give_up()
        raise Refused(tr("The connection to baresip is lost, and the call with it; dial again, or by hand."))

    async def _put_down(self) -> None:
        self._set_timer()
        try:
            await self._ask("hangup")
        except ConnectionError:
            self._give_up()

    def _hear(self, heard: Heard) -> None:
        """An event of baresip's: of the call, of one that is over, or of somebody who calls here."""
        call = self._in_call
        if heard.type == "CALL_INCOMING" and call is None:
            self._run(self._put_down())  # nobody sits here to be called
        elif call is not None and heard.id not in self._over and call.is_about(heard):
            if call.hear(heard, self._tick()) is not None:
                self._tell(call)
            self._set_timer()

    def _hear_answer(self, answer: SipAnswer) -> None:
        if self._in_call is not None and answer.call_id not in self._over:
            self._in_call.hear_answer(answer, self._tick())
            self._set_timer()

    def _hear_registration(self, before: Registration, now: Registration) -> None:
        if told := news(before, now, self._account):
            self.says(told, now.state != "registered")

    def _end(self, call: SipCall, ending: Ending) -> None:
        """Whatever is not over yet."""
        if call.state != "ended":
            call.end(ending, self._tick())
            self._tell(call)

    def _tell(self, call: SipCall) -> None:
        if call.state == "ended":
            self._free.set()
            if call.sip_id:
                self._over.append(call.sip_id)
        self._told.tell(CallEvent(call.call_id, call.state, call.ending))
        if call.ending == "blocked":
            self.blocked()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self._in_call.due() if self._in_call else None
        self._timer = None
        if due is not None:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, due - self._tick()), self._run_out)

    def _run_out(self) -> None:
        asked = self._in_call.tick(self._tick()) if self._in_call else None
        if asked == "put down":
            self._run(self._put_down())
        elif asked == "stuck":
            self._give_up()
        else:
            self._set_timer()

    def _lose(self, phone: SipPhone) -> None:
        """The child has died, or somebody else has taken its control connection."""
        if phone is self._phone:
            self._give_up()

    def _give_up(self) -> None:
        """Nothing is known of the call any more: baresip is ended, and the next call starts another."""
        phone, self._phone = self._phone, None
        if phone is not None:
            self._run(phone.close())
        self._end_lost()

    def _end_lost(self) -> None:
        call = self._in_call
        if call is not None:
            call.lose(self._tick())
            self._tell(call)
        self._set_timer()

    async def _stop(self) -> None:
        phone, self._phone = self._phone, None
        if phone is not None:
            await phone.close()

    def _run(self, errand: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def _say_nothing(text: str, is_lost: bool) -> None:
    """Of a line that nobody looks at."""
