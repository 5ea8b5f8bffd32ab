"""The line between a laptop and the campaign server, and all that can happen on it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from phonetui.client.campaign_server import NotPhonetui, Offline
from phonetui.client.interface import JSON, PROBLEM_JSON
from phonetui.client.web import Answer, Web
from phonetui.wire import Problem
from tests.torture.world.office import Office

URL = "https://campaign.example"
#: A field of theirs tells the wire's objects from its dictionaries.
_OBJECTS = {"cursor", "id", "household", "household_id", "voter_id", "notice_id"}
#: Longer than anybody waits for an answer.
FOR_EVER = 100_000.0


class Happens(Struct, frozen=True):
    """What happens to one request; `delay` in seconds, where it is a delay."""

    what: str
    delay: float = 0.0


class Line(Web):
    """Carries a laptop's requests. What is in `coming` happens to the next ones; the others pass where it is `up`."""

    def __init__(self, office: Office, device_id: str) -> None:
        super().__init__(URL)
        self.office = office
        self.device_id = device_id
        self.up = False
        self.coming: deque[Happens] = deque()
        self.met = 0

    async def ask(
        self, method: str, path: str, body: bytes = b"", token: str = "", *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        await asyncio.sleep(0.03)
        if self.coming:
            self.met += 1
            happens = self.coming.popleft()
            return await WEATHER[happens.what](self, body, token, happens.delay)
        if not self.up:
            raise Offline("There is no network.")
        return await self.office.handle(body, token)

    async def close(self) -> None:
        """There is nothing to close."""

    # -- the request ---------------------------------------------------------------------------------------------------

    async def well(self, body: bytes, token: str, delay: float) -> Answer:
        return await self.office.handle(body, token)

    async def request_lost(self, body: bytes, token: str, delay: float) -> Answer:
        await asyncio.sleep(delay)
        raise Offline("The line broke off.")

    async def request_late(self, body: bytes, token: str, delay: float) -> Answer:
        """It lies about in the network, and arrives though the laptop has long given up, after newer ones too."""
        return await asyncio.shield(self._arrives(delay, body, token))

    async def request_twice(self, body: bytes, token: str, delay: float) -> Answer:
        self._arrives(delay, body, token)
        return await self.office.handle(body, token)

    async def request_twice_at_once(self, body: bytes, token: str, delay: float) -> Answer:
        await self.office.handle(body, token)
        return await self.office.handle(body, token)

    async def request_of_a_later_version(self, body: bytes, token: str, delay: float) -> Answer:
        asked = _fields(body) | {"wire": Raw(b"7"), "mood": Raw(b'["calm", {}]')}
        return await self.office.handle(msgspec.json.encode(asked), token)

    async def request_of_an_earlier_version(self, body: bytes, token: str, delay: float) -> Answer:
        asked = {name: value for name, value in _fields(body).items() if name not in ("wire", "campaign_version")}
        return await self.office.handle(msgspec.json.encode(asked), token)

    # -- the answer ----------------------------------------------------------------------------------------------------

    async def answer_lost(self, body: bytes, token: str, delay: float) -> Answer:
        await self.office.handle(body, token)
        await asyncio.sleep(delay)
        raise Offline("The line broke off.")

    async def answer_never_comes(self, body: bytes, token: str, delay: float) -> Answer:
        await self.office.handle(body, token)
        await asyncio.sleep(FOR_EVER)
        raise AssertionError("nobody waits so long")

    async def answer_late(self, body: bytes, token: str, delay: float) -> Answer:
        answer = await self.office.handle(body, token)
        await asyncio.sleep(delay)
        return answer

    async def answer_cut(self, body: bytes, token: str, delay: float) -> Answer:
        answer = await self.office.handle(body, token)
        return msgspec.structs.replace(answer, body=answer.body[: len(answer.body) * 2 // 3])

    async def answer_of_a_later_version(self, body: bytes, token: str, delay: float) -> Answer:
        answer = await self.office.handle(body, token)
        return msgspec.structs.replace(answer, body=msgspec.json.encode(_grown(msgspec.json.decode(answer.body))))

    async def error_after_commit(self, body: bytes, token: str, delay: float) -> Answer:
        await self.office.handle(body, token)
        return _problem("server-error", 500)

    async def signed_out_after_commit(self, body: bytes, token: str, delay: float) -> Answer:
        await self.office.handle(body, token)
        self.office.end_token(self.device_id)
        return _problem("signed-out", 401)

    # -- who answers instead -------------------------------------------------------------------------------------------

    async def busy(self, body: bytes, token: str, delay: float) -> Answer:
        return Answer(503, "text/plain", min(delay, 60.0), b"Service Unavailable")

    async def hotel(self, body: bytes, token: str, delay: float) -> Answer:
        return Answer(200, "text/html", 0.0, b"<html><title>Welcome to our hotel</title>")

    async def hotel_in_json(self, body: bytes, token: str, delay: float) -> Answer:
        return Answer(200, JSON, 0.0, b'{"login": "required", "receipts": []}')

    async def redirect(self, body: bytes, token: str, delay: float) -> Answer:
        raise NotPhonetui("What answers points elsewhere.")

    async def signed_out(self, body: bytes, token: str, delay: float) -> Answer:
        self.office.end_token(self.device_id)
        return await self.office.handle(body, token)

    # -- the server's end ----------------------------------------------------------------------------------------------

    async def server_dies_before_commit(self, body: bytes, token: str, delay: float) -> Answer:
        self.office.dies_in_the_next = True
        return await self.office.handle(body, token)

    async def server_dies_after_commit(self, body: bytes, token: str, delay: float) -> Answer:
        await self.office.handle(body, token)
        self.office.pull_the_plug()
        raise Offline("The line broke off.")

    def _arrives(self, delay: float, body: bytes, token: str) -> asyncio.Task[Answer]:
        """The request arrives then, whoever still waits for its answer."""
        answer = self.office.clockwork.begin(self._later(delay, body, token))
        answer.add_done_callback(lambda task: task.cancelled() or task.exception())
        return answer

    async def _later(self, delay: float, body: bytes, token: str) -> Answer:
        await asyncio.sleep(delay)
        return await self.office.handle(body, token)


WEATHER: dict[str, Callable[[Line, bytes, str, float], Awaitable[Answer]]] = {
    name: getattr(Line, name)
    for name in (
        "well",
        "request_lost",
        "request_late",
        "request_twice",
        "request_twice_at_once",
        "request_of_a_later_version",
        "request_of_an_earlier_version",
        "answer_lost",
        "answer_never_comes",
        "answer_late",
        "answer_cut",
        "answer_of_a_later_version",
        "error_after_commit",
        "signed_out_after_commit",
        "busy",
        "hotel",
        "hotel_in_json",
        "redirect",
        "signed_out",
        "server_dies_before_commit",
        "server_dies_after_commit",
    )
}


def _fields(body: bytes) -> dict[str, Raw]:
    return msgspec.json.decode(body, type=dict[str, Raw])


def _grown(value: Any) -> Any:
    """Every object of the wire with a field that this version does not know."""
    match value:
        case dict():
            grown = {key: _grown(item) for key, item in value.items()}
            return grown | ({"of_a_later_version": [1, {}]} if _OBJECTS & value.keys() else grown)
        case list():
            return [_grown(item) for item in value]
        case _:
            return value


def _problem(kind: str, status: int) -> Answer:
    return Answer(status, PROBLEM_JSON, 0.0, msgspec.json.encode(Problem(type=kind, title=kind, status=status)))
