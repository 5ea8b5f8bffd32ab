"""Every route for everybody: nobody, somebody signed out, a caller elsewhere, a caller, a supervisor, an owner."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

from phonetui.core.campaign import Campaign, PhoneBank
from phonetui.server import tables
from phonetui.server.app import CampaignApp, create_app
from phonetui.server.engine import Database, sync_engine
from phonetui.server.invitations import issue
from phonetui.server.keys import ServerKeys
from phonetui.wire import Role

from .conftest import Clock
from .phone_bank import SCHOOLS, TURNOUT

PASSWORD = "correct horse battery"
KEY = {"key": b64encode(b"k" * 32).decode()}
SIGN_IN = {"email": "nobody@example.org", "password": PASSWORD, "device_id": "laptop"}
EXCHANGE = {"campaign_id": "turnout", "device_id": "laptop"}
RELEASE = {"password": PASSWORD}
NUMBERS = {"name": "never.txt", "content": b64encode(b"812-555-0199").decode()}
PHONE_BANK = "/v1/campaigns/{campaign_id:str}/phone-banks/{phone_bank_id:str}"
PRACTICE = "/v1/campaigns/{campaign_id:str}/practice"
BOARD = "/v1/campaigns/{campaign_id:str}/board"
SUPERVISED = "/v1/campaigns/{campaign_id:str}"
#: What stands for the parts of a path.
NAMES = {
    "{rest:path}": "somewhere",
    "{journal_id:str}": "j-1",
    "{campaign_id:str}": "turnout",
    "{phone_bank_id:str}": "saturday",
    "{question_id:str}": "q-1",
    "{list_id:int}": "1",
    "{voter_id:str}": "1",
    "{caller_id:str}": "nobody",
}

EVERYBODY = ("nobody", "signed out", "caller elsewhere", "caller", "supervisor", "owner")
WITHOUT_TOKEN = ("nobody", "signed out")

#: What each route answers to those with a token, and to those without.
ROUTES: dict[tuple[str, str], tuple[object, int, int]] = {
    ("GET", "/healthz"): (None, 200, 200),
    ("GET", "/join"): (None, 200, 200),
    ("GET", "/join/{rest:path}"): (None, 200, 200),
    ("POST", "/v1/join"): ({**SIGN_IN, "secret": "made up", "name": "Nobody"}, 410, 410),
    ("POST", "/v1/sign-in"): (SIGN_IN, 403, 403),
    ("GET", "/v1/session"): (None, 200, 401),
    ("PUT", "/v1/journal-keys/{journal_id:str}"): (KEY, 204, 401),
    ("POST", "/v1/journal-keys/{journal_id:str}/release"): (RELEASE, 200, 401),
    ("DELETE", "/v1/journal-keys/{journal_id:str}"): (None, 204, 401),
    ("POST", "/v1/exchange"): (EXCHANGE, 200, 401),
    ("POST", "/v1/forgotten-password"): ({"email": "nobody@example.org"}, 409, 409),
    ("POST", "/v1/new-password"): ({**SIGN_IN, "code": "12345678"}, 403, 403),
    ("GET", "/v1/me"): (None, 200, 401),
    ("PUT", "/v1/me"): ({"calling_name": "Dana"}, 204, 401),
    ("GET", "/v1/campaigns"): (None, 200, 401),
    ("PUT", PHONE_BANK): (None, 204, 401),
    ("DELETE", PHONE_BANK): (None, 204, 401),
    ("PUT", PRACTICE): (None, 204, 401),
    ("GET", BOARD): (None, 200, 401),
    ("GET", f"{SUPERVISED}/evening"): (None, 200, 401),
    ("PUT", f"{SUPERVISED}/state"): ({"state": "open"}, 204, 401),
    ("POST", f"{SUPERVISED}/notices"): ({"text": "Doors open at six."}, 204, 401),
    ("POST", f"{SUPERVISED}/questions/{{question_id:str}}/answer"): ({"text": "Yes."}, 422, 401),
    ("GET", f"{SUPERVISED}/file"): (None, 200, 401),
    ("POST", f"{SUPERVISED}/file/check"): ({"source": "name: Weekend turnout"}, 200, 401),
    ("PUT", f"{SUPERVISED}/file"): ({"source": "name: Weekend turnout"}, 200, 401),
    ("PUT", f"{SUPERVISED}/lists/{{list_id:int}}"): ({"priority": 1}, 422, 401),
    ("POST", f"{SUPERVISED}/invitations"): ({}, 200, 401),
    ("GET", f"{SUPERVISED}/invitations"): (None, 200, 401),
    ("DELETE", f"{SUPERVISED}/invitations/{{invitation_id:str}}"): (None, 422, 401),
    ("GET", f"{SUPERVISED}/report"): (None, 200, 401),
    ("GET", f"{SUPERVISED}/members"): (None, 200, 401),
    ("PUT", f"{SUPERVISED}/members/{{caller_id:str}}"): ({"role": "caller"}, 422, 401),
    ("POST", f"{SUPERVISED}/members/{{caller_id:str}}/sign-out"): (None, 422, 401),
    ("DELETE", f"{SUPERVISED}/members/{{caller_id:str}}"): (None, 422, 401),
    ("GET", f"{SUPERVISED}/told"): (None, 200, 401),
    ("POST", f"{SUPERVISED}/voters/find"): ({}, 422, 401),
    ("GET", f"{SUPERVISED}/voters/{{voter_id:str}}"): (None, 422, 401),
    ("DELETE", f"{SUPERVISED}/voters/{{voter_id:str}}"): (None, 422, 401),
    ("POST", f"{SUPERVISED}/do-not-call/find"): ({}, 200, 401),
    ("POST", f"{SUPERVISED}/do-not-call/file"): (NUMBERS, 200, 401),
    ("POST", f"{SUPERVISED}/do-not-call/take-off"): ({"number": "1"}, 422, 401),
    ("POST", f"{SUPERVISED}/do-not-call"): ({"numbers": []}, 200, 401),
    ("GET", f"{SUPERVISED}/keep-until"): (None, 200, 401),
    ("PUT", f"{SUPERVISED}/keep-until"): ({"day": None}, 204, 401),
    ("GET", f"{SUPERVISED}/audit"): (None, 200, 401),
    ("POST", "/v1/sign-out"): (None, 204, 401),
}
#: Whom a route treats otherwise than the rest of those with a token.
OTHERWISE = {
    asked: {"caller elsewhere": 404}
    for asked in (
        ("POST", "/v1/exchange"),
        ("PUT", PHONE_BANK),
        ("DELETE", PHONE_BANK),
        ("PUT", PRACTICE),
        ("GET", BOARD),
    )
}
OTHERWISE |= {
    (method, path): {"caller elsewhere": 404, "caller": 403}
    for method, path in ROUTES
    if path.startswith(f"{SUPERVISED}/") and (method, path) not in OTHERWISE
}
OTHERWISE["POST", f"{SUPERVISED}/do-not-call/take-off"] |= {"supervisor": 403}


class Everybody:
    """The tokens of everybody at a server with two campaigns."""

    def __init__(self, client: TestClient[CampaignApp], campaign_app: CampaignApp, url: str, clock: Clock) -> None:
        self.client = client
        self.app = campaign_app
        self._url = url
        self._clock = clock
        starts = clock() + timedelta(days=4)
        saturday = PhoneBank("saturday", starts, starts + timedelta(hours=3))
        self._add(msgspec.structs.replace(TURNOUT, phone_banks=(saturday,), practice_first=True))
        self._add(SCHOOLS)
        self.tokens = {
            "signed out": self._joins("turnout", "caller"),
            "caller elsewhere": self._joins("schools", "caller"),
            "caller": self._joins("turnout", "caller"),
            "supervisor": self._joins("turnout", "supervisor"),
            "owner": self._joins(None, "owner"),
        }
        assert self.asks("signed out", "POST", "/v1/sign-out") == 204

    def asks(self, who: str, method: str, path: str, body: object = None) -> int:
        """The status of the answer."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        return self.client.request(method, path, json=body, headers=headers).status_code

    def _add(self, campaign: Campaign) -> None:
        row = {"campaign_id": campaign.campaign_id, "version": 1, "state": "open", "source": ""}
        body = msgspec.json.encode(campaign)
        with sync_engine(self._url).begin() as connection:
            connection.execute(tables.campaigns.insert().values(**row, body=body, added_at=self._clock()))

    def _joins(self, campaign_id: str | None, role: Role) -> str:
        with sync_engine(self._url).begin() as connection:
            secret = issue(connection, campaign_id, role, 1, self._clock() + timedelta(days=1), self._clock())
        asked = {"secret": secret, "email": f"{secret[:8]}@example.org", "name": "Dana", "password": PASSWORD}
        token: str = self.client.post("/v1/join", json={**asked, "device_id": "laptop"}).json()["token"]
        return token


@pytest.fixture
def everybody(database: Database, keys: ServerKeys, clock: Clock, url: str) -> Iterator[Everybody]:
    campaign_app = create_app(database, keys, clock)
    with TestClient(campaign_app) as client:
        yield Everybody(client, campaign_app, url, clock)


def test_the_table_names_every_route(everybody: Everybody) -> None:
    routes = [route for route in everybody.app.routes.routes if isinstance(route, HTTPRoute)]
    served = {(method, route.path) for route in routes for method in route.methods if method != "OPTIONS"}
    described = {path for path in served if path[1].startswith("/schema")}
    assert served - described == set(ROUTES)


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_route_knows_who_is_asking(everybody: Everybody, who: str) -> None:
    for (method, path), (body, allowed, refused) in ROUTES.items():
        expected = refused if who in WITHOUT_TOKEN else OTHERWISE.get((method, path), {}).get(who, allowed)
        filled = path
        for part, name in NAMES.items():
            filled = filled.replace(part, name)
        assert (method, path, everybody.asks(who, method, filled, body)) == (method, path, expected)


def test_a_token_is_good_for_nothing_once_it_is_signed_out(everybody: Everybody) -> None:
    assert everybody.asks("caller", "POST", "/v1/exchange", EXCHANGE) == 200
    assert everybody.asks("caller", "POST", "/v1/sign-out") == 204
    assert everybody.asks("caller", "POST", "/v1/exchange", EXCHANGE) == 401
    assert everybody.asks("caller", "POST", "/v1/sign-out") == 401
