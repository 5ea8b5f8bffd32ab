"""What routes share: a request, where it came from, and how a route's refusals are described."""

from __future__ import annotations

from functools import cache

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec

from phonetui.server.answers import PROBLEM_JSON
from phonetui.server.problems import STATUS, RequestRefused
from phonetui.wire import PROBLEMS, Problem

#: What any route with a body may answer.
OF_BODIES = ("bad-request", "too-large")
WITH_TOKEN = [{"token": list[str]()}]


class Asked(Request[None, None, State]):
    """A request whose body is decoded in one step; on the way through plain objects, events would lose their bytes."""

    async def json(self) -> object:
        """The body as its route takes it; raises `bad-request` for one that is not JSON, or not what is taken."""
        field = self.route_handler.parsed_data_field
        try:
            return _decoder(field.annotation if field else object).decode(await self.body())
        except msgspec.DecodeError as error:
            raise RequestRefused("bad-request", f"The body cannot be read: {error}.") from None


@cache
def _decoder(shape: type[object]) -> msgspec.json.Decoder[object]:
    return msgspec.json.Decoder(shape)


def origin(request: Asked) -> str:
    """The network address that a request came from."""
    return request.client.host if request.client else ""


def problems(*kinds: str) -> dict[int, ResponseSpec]:
    """How a route's refusals are described in the OpenAPI document."""
    described: dict[int, str] = {}
    for kind in kinds:
        earlier = f"{described[STATUS[kind]]} " if STATUS[kind] in described else ""
        described[STATUS[kind]] = f"{earlier}`{kind}`: {PROBLEMS[kind]}"
    return {
        status: ResponseSpec(Problem, generate_examples=False, description=sentence, media_type=PROBLEM_JSON)
        for status, sentence in described.items()
    }
