"""The calls that Zetkin has allocated to this caller and that have no report yet, as last known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress

from phonetui.client.zetkin_script import Place
from phonetui.client.zetkin_voters import Ticket
from phonetui.client.zetkin_web import Declined, ZetkinWeb
from phonetui.client.zetkin_wire import Call, Nothing, decode_call, decode_listed_call
from phonetui.core.zetkin_states import UNFINISHED, CallReport

_MINE = "/users/me/outgoing_calls"


class OpenCalls:
    """Asked for anew after everything that may have changed them unseen: a failure, or time."""

    def __init__(self, web: ZetkinWeb) -> None:
        self._web = web
        self._open: dict[int, Call] | None = None
        self._changes = 0
        self._lists_alone = False

    @property
    def known(self) -> dict[int, Call] | None:
        """By id; None where they must be asked for first."""
        return None if self._open is None else dict(self._open)

    async def look(self) -> dict[int, Call] | None:
        """Ask for all of them; None where one was changed meanwhile, so that the answer may be older."""
        changes = self._changes
        found = await self._web.get_all(_MINE, decode_listed_call, f"state=={UNFINISHED}")
        if changes != self._changes:
            return None
        self._open = {call.id: call for call in found if call.state == UNFINISHED}
        return self.known

    async def is_open(self, ticket: Ticket) -> bool:
        """Whether the call waits for a report by this caller."""
        call = await self.read(ticket)
        return call is not None and call.state == UNFINISHED

    async def read(self, ticket: Ticket) -> Call | None:
        """The call as it is now; None where it is not this caller's any more."""
        known = self._open if self._open is not None else await self.look()
        if known is not None and ticket.call in known:
            return known[ticket.call]
        return await self._read(ticket)

    async def allocate(self, place: Place) -> Call | None:
        """The next call of an assignment's queue; None where the queue is empty."""
        async with self._changing():
            try:
                answer = await self._web.send(
                    "POST", f"/orgs/{place.org}/call_assignments/{place.assignment}/queue/head", Nothing()
                )
            except Declined:
                return None
            return self._note(self._web.read(answer, decode_call))

    async def report(self, ticket: Ticket, made: CallReport) -> Call | None:
        """Have the call be so; as it is read back then, None where it cannot be. `Declined` is the report alone."""
        async with self._changing():
            await self._web.send("PATCH", f"/orgs/{ticket.org}/calls/{ticket.call}", made)
            with suppress(Declined):
                call = await self._read(ticket)
                if call is not None:
                    return self._note(call)
            self._open = None
            return None

    async def give_back(self, ticket: Ticket) -> None:
        """Have another caller call them; nothing where the call is not this caller's to give.

        One that Zetkin does not take back stays this caller's, as the next look at the open calls shows.
        """
        if not await self.is_open(ticket):
            return
        async with self._changing():
            try:
                await self._web.drop(f"/orgs/{ticket.org}/calls/{ticket.call}")
            except Declined:
                self._open = None
            if self._open is not None:
                self._open.pop(ticket.call, None)

    async def _read(self, ticket: Ticket) -> Call | None:
        """The call alone; where Zetkin does not give that, from among all that were ever this caller's."""
        if not self._lists_alone:
            with suppress(Declined):
                return await self._web.get(f"/orgs/{ticket.org}/calls/{ticket.call}", decode_call)
        async with aclosing(self._web.each(_MINE, decode_listed_call)) as mine:
            async for call in mine:
                if call.id == ticket.call:
                    self._lists_alone = True  # it is there, and was not to be had alone
                    return call
        return None

    def _note(self, call: Call) -> Call:
        if self._open is not None:
            self._open.pop(call.id, None)
            self._open |= {call.id: call} if call.state == UNFINISHED else {}
        return call

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        """Whatever was asked for before a change, or after a failure of one, is known no more."""
        self._changes += 1
        try:
            yield
        except BaseException:
            self._open = None
            raise
        finally:
            self._changes += 1
