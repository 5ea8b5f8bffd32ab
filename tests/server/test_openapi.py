"""Whatever is sent to a route of the OpenAPI document, the answer is one that the document names, and no failure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from secrets import token_hex
from typing import Any

import httpx
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from phonetui.server import tables
from phonetui.server.app import create_app
from phonetui.server.engine import open_database, sync_engine
from phonetui.server.invitations import issue
from phonetui.server.keys import ServerKeys
from phonetui.server.run import Running, serve_in_background

from .conftest import Clock
from .phone_bank import TURNOUT
from .test_who_may_what import ROUTES

Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]

PASSWORD = "correct horse battery"
#: Requests of either kind to each route, and to one for supervisors, of which there are many.
REQUESTS = 60
TO_SUPERVISORS = 8
#: A well-formed request may still be refused for what it says, so `positive_data_acceptance` is not among these.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def running(url: str, keys: ServerKeys, clock: Clock) -> Iterator[Running]:
    server = serve_in_background(create_app(open_database(url), keys, clock))
    yield server
    server.stop()


@pytest.fixture
def invitation(url: str, clock: Clock) -> str:
    """Good for as many devices as there are routes."""
    with sync_engine(url).begin() as connection:
        body = msgspec.json.encode(TURNOUT)
        row = {"campaign_id": "turnout", "version": 1, "state": "open", "source": "", "body": body, "added_at": clock()}
        connection.execute(tables.campaigns.insert().values(row))
        return issue(connection, "turnout", "supervisor", 200, clock() + timedelta(days=1), clock())


@pytest.mark.long
@pytest.mark.parametrize("mode", GenerationMode)
def test_nothing_that_can_be_sent_breaks_a_route(running: Running, invitation: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{running.url}/schema/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    assert len(operations) == len([path for _, path in ROUTES if not path.startswith("/join")])
    for operation in operations:
        if operation.body or mode is GenerationMode.POSITIVE:  # elsewhere there is nothing to get wrong
            with requests.Session() as session:
                session.headers["Authorization"] = f"Bearer {join(running, invitation)}"
                try_out(operation, mode, session)


def join(running: Running, invitation: str) -> str:
    """The token of one more caller."""
    asked = {"secret": invitation, "email": f"{token_hex(8)}@example.org", "name": "Dana", "password": PASSWORD}
    answer = httpx.post(f"{running.url}/v1/join", json={**asked, "device_id": "laptop"})
    token: str = answer.json()["token"]
    return token


def try_out(operation: Operation, mode: GenerationMode, session: requests.Session) -> None:
    """Sends the route requests that it describes, or such as it does not."""

    supervised = operation.path.startswith("/v1/campaigns/{campaign_id}/")

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=TO_SUPERVISORS if supervised else REQUESTS,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def is_answered(case: AnyCase) -> None:
        if mode is GenerationMode.POSITIVE and operation.path == "/v1/exchange":
            assert isinstance(case.body, dict)  # made to get further than the first check
            case.body.update(campaign_id="turnout", device_id="laptop", wait=0)
        if supervised:
            case.path_parameters["campaign_id"] = "turnout"
            case.query.pop("wait", None)
        case.call_and_validate(session=session, checks=CHECKS)

    is_answered()
