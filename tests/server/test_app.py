"""What a laptop, a browser and a proxy meet at the server's address."""

from __future__ import annotations

import gzip
import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
import pytest
from litestar.testing import TestClient

from phonetui.server import app, engine, inflate
from phonetui.server.app import CampaignApp, create_app
from phonetui.server.engine import Database, sync_engine
from phonetui.server.invitations import issue
from phonetui.server.join_page import PAGE
from phonetui.server.keys import ServerKeys
from phonetui.server.problems import STATUS
from phonetui.wire import PROBLEMS, digest

from .conftest import Clock
from .echo import Echo
from .spoiling import spoil

PASSWORD = "correct horse battery"
#: An event as some laptop may have written it: spaces, escapes and number forms that no encoder of ours would choose.
EVENT = rb'{ "kind":"outcome", "id":"1", "note":"\u00e9\/", "x": 1.50e0, "seq":1 }'


@pytest.fixture
def campaign_app(database: Database, keys: ServerKeys, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> CampaignApp:
    monkeypatch.setattr(app, "Exchange", Echo)
    return create_app(database, keys, clock)


@pytest.fixture
def laptop(campaign_app: CampaignApp) -> Iterator[TestClient[CampaignApp]]:
    with TestClient(campaign_app) as client:
        yield client


@pytest.fixture
def token(laptop: TestClient[CampaignApp], url: str, clock: Clock) -> str:
    with sync_engine(url).begin() as connection:
        secret = issue(connection, None, "owner", 1, clock() + timedelta(days=1), clock())
    asked = {"secret": secret, "email": "dana@example.org", "name": "Dana", "password": PASSWORD, "device_id": "laptop"}
    joined: str = laptop.post("/v1/join", json=asked).json()["token"]
    laptop.headers["Authorization"] = f"Bearer {joined}"
    return joined


def exchange(campaign_id: str = "turnout", events: bytes = b"", wait: int = 0) -> bytes:
    return b'{"campaign_id":"%s","device_id":"laptop","events":[%s],"wait":%d}' % (campaign_id.encode(), events, wait)


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_a_laptop_signs_in_asks_who_it_is_and_signs_out(laptop: TestClient[CampaignApp], token: str) -> None:
    asked = {"email": "dana@example.org", "password": PASSWORD, "device_id": "laptop"}
    session = laptop.post("/v1/sign-in", json=asked)
    assert session.status_code == 200
    laptop.headers["Authorization"] = f"Bearer {session.json()['token']}"
    assert laptop.get("/v1/session").json() == session.json()
    assert laptop.post("/v1/sign-out").status_code == 204
    assert laptop.get("/v1/session").json()["type"] == "signed-out"


def test_a_laptop_leaves_its_journals_key_and_gets_it_back(laptop: TestClient[CampaignApp], token: str) -> None:
    key = {"key": b64encode(b"k" * 32).decode()}
    assert laptop.put("/v1/journal-keys/j-1", json=key).status_code == 204
    released = laptop.post("/v1/journal-keys/j-1/release", json={"password": PASSWORD})
    assert (released.status_code, released.json()) == (200, key)
    assert laptop.delete("/v1/journal-keys/j-1").status_code == 204
    gone = laptop.post("/v1/journal-keys/j-1/release", json={"password": PASSWORD})
    assert (gone.status_code, gone.json()["type"]) == (404, "no-such-key")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer made-up", "Basic ZGFuYTpzZWNyZXQ="])
def test_without_a_token_that_holds_there_is_nothing(laptop: TestClient[CampaignApp], header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    for answer in (
        laptop.get("/v1/session", headers=headers),
        laptop.post("/v1/sign-out", headers=headers),
        laptop.post("/v1/exchange", headers=headers, content=exchange()),
        laptop.delete("/v1/journal-keys/j-1", headers=headers),
    ):
        assert (answer.status_code, answer.json()["type"]) == (401, "signed-out")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


# -- the exchange ------------------------------------------------------------------------------------------------------


def test_events_arrive_byte_for_byte(laptop: TestClient[CampaignApp], token: str) -> None:
    reply = laptop.post("/v1/exchange", content=exchange(events=EVENT)).json()
    assert reply["receipts"] == [{"id": "0", "digest": digest(EVENT), "status": "stored"}]
    assert reply["cursor"] == "Dana"


def test_a_gzipped_exchange_is_the_same_exchange(laptop: TestClient[CampaignApp], token: str) -> None:
    body = gzip.compress(exchange(events=EVENT))
    reply = laptop.post("/v1/exchange", content=body, headers={"Content-Encoding": "gzip"}).json()
    assert reply["receipts"][0]["digest"] == digest(EVENT)


def test_a_long_reply_comes_gzipped_and_a_short_one_plain(laptop: TestClient[CampaignApp], token: str) -> None:
    long = laptop.post("/v1/exchange", content=exchange(events=b",".join([EVENT] * 20)))
    assert long.headers["Content-Encoding"] == "gzip"
    assert len(long.json()["receipts"]) == 20
    assert "Content-Encoding" not in laptop.post("/v1/exchange", content=exchange()).headers


def test_a_refusal_of_the_exchange_is_its_problem(laptop: TestClient[CampaignApp], token: str) -> None:
    answer = laptop.post("/v1/exchange", content=exchange("unknown"))
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "no-such-campaign",
        "title": "The campaign is unknown to this caller.",
        "status": 404,
        "detail": "The campaign is unknown to this caller.",
    }


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_every_problem_has_a_status() -> None:
    assert STATUS.keys() == PROBLEMS.keys()


def test_a_client_that_must_wait_is_told_how_long(laptop: TestClient[CampaignApp], token: str) -> None:
    asked = {"email": "dana@example.org", "password": "not the password", "device_id": "thief"}
    for _ in range(10):
        assert laptop.post("/v1/sign-in", json=asked).json()["type"] == "wrong-password"
    answer = laptop.post("/v1/sign-in", json=asked)
    assert (answer.status_code, answer.json()["type"]) == (429, "too-many-tries")
    assert answer.headers["Retry-After"] == "900"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is not what the interface describes."),
        (b'{"email":', "The body cannot be read: Input data was truncated."),
        (b'{"email":1}', "The body cannot be read: Expected `str`, got `int` - at `$.email`."),
        (b'{"email":"e"}', "The body cannot be read: Object missing required field `password`."),
        (b"email=e&password=p", "The body cannot be read: JSON is malformed: invalid character (byte 0)."),
    ],
)
def test_a_body_of_another_shape_is_told_apart(laptop: TestClient[CampaignApp], body: bytes, detail: str) -> None:
    answer = laptop.post("/v1/sign-in", content=body)
    assert (answer.status_code, answer.json()["type"], answer.json()["detail"]) == (400, "bad-request", detail)


@pytest.mark.parametrize(
    ("body", "encoding", "status", "kind", "detail"),
    [
        (b" " * (inflate.LARGEST_SENT + 1), "identity", 413, "too-large", "The body is larger than 1048576 bytes."),
        (
            gzip.compress(b" " * (inflate.LARGEST_BODY + 1)),
            "gzip",
            413,
            "too-large",
            "The body inflates to more than 8388608 bytes.",
        ),
        (b"{}", "gzip", 400, "bad-request", "The body is not gzip, as its Content-Encoding says."),
        (gzip.compress(b"{}" * 99)[:-9], "gzip", 400, "bad-request", "The gzip body ends too early."),
        (b"{}", "br", 415, "bad-request", "The body may be plain or gzip, in no other encoding."),
    ],
    ids=["too long", "a bomb", "no gzip", "cut short", "another encoding"],
)
def test_a_body_that_cannot_be_taken_is_refused(
    laptop: TestClient[CampaignApp], body: bytes, encoding: str, status: int, kind: str, detail: str
) -> None:
    answer = laptop.post("/v1/sign-in", content=body, headers={"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["type"], answer.json()["detail"]) == (status, kind, detail)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v2/exchange", 404), ("GET", "/v1/exchange", 405)])
def test_an_unknown_address_is_a_problem_too(
    laptop: TestClient[CampaignApp], method: str, path: str, status: int
) -> None:
    answer = laptop.request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (status, "not-found")


def test_a_failure_says_nothing_of_what_is_inside(
    laptop: TestClient[CampaignApp], token: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = laptop.post("/v1/exchange", content=exchange("broken"))
    assert (answer.status_code, answer.json()["type"]) == (500, "server-error")
    assert answer.json()["detail"] == "The server failed; the request may be repeated."
    failure = next(record for record in caplog.records if record.getMessage() == "failure")
    assert failure.__dict__["fields"]["error"] == "ZeroDivisionError"
    assert failure.__dict__["fields"]["where"][-1].startswith("answer (")
    assert "Dana" not in answer.text + caplog.text + str([record.__dict__ for record in caplog.records])


# -- the log -----------------------------------------------------------------------------------------------------------


def test_a_request_is_one_line_without_personal_data(
    laptop: TestClient[CampaignApp], token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "phonetui.server")
    laptop.delete("/v1/journal-keys/dana-journal?name=Dana")
    laptop.get("/dana@example.org")
    lines = [record.__dict__["fields"] for record in caplog.records if record.name == "phonetui.server"]
    assert [line.pop("ms") >= 0 for line in lines] == [True, True]
    assert lines == [
        {"method": "DELETE", "route": "/v1/journal-keys/{journal_id}", "status": 204},
        {"method": "GET", "route": None, "status": 404},
    ]


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/join", "/join/", "/join/turnout"])
def test_a_join_link_opens_a_page_that_says_what_to_do(laptop: TestClient[CampaignApp], path: str) -> None:
    page = laptop.get(path)
    assert page.headers["Content-Type"].startswith("text/html")
    for said in ("pipx install phonetui", "phonetui join", "paste the whole link"):
        assert said in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_join_page_loads_nothing_but_its_own_style_and_runs_nothing(laptop: TestClient[CampaignApp]) -> None:
    policy = laptop.get("/join").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert (PAGE.count("<script"), PAGE.count("<style>")) == (0, 1)
    assert "src=" not in PAGE


def test_the_interface_describes_itself(laptop: TestClient[CampaignApp]) -> None:
    schema = laptop.get("/schema").json()
    assert schema == laptop.get("/schema/openapi.json").json()
    asked = schema["paths"]["/v1/exchange"]["post"]
    assert asked["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/ExchangeRequest")
    assert asked["security"] == [{"token": []}]
    assert asked["responses"]["401"]["description"] == "`signed-out`: The token is unknown or has ended."
    assert {"Campaign", "Household", "Lease", "Problem"} <= schema["components"]["schemas"].keys()


def test_a_proxy_may_ask_after_the_servers_health(laptop: TestClient[CampaignApp], clock: Clock) -> None:
    answer = laptop.get("/healthz")
    assert (answer.status_code, answer.json()["wire"]) == (200, 1)
    assert json.dumps(answer.json()["phonetui"]).count(".") == 2
    assert datetime.fromisoformat(answer.json()["time"]) == clock()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_proxy_is_told_of_a_damaged_database_before_a_caller_finds_out(
    laptop: TestClient[CampaignApp], url: str, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert laptop.get("/healthz").status_code == 200
    spoil(engine.sqlite_file(url), "voters")
    clock.passes(minutes=4)
    assert laptop.get("/healthz").status_code == 200  # a large database is not read for every question
    clock.passes(minutes=1)
    for _ in range(2):
        answer = laptop.get("/healthz")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert answer.json()["detail"].startswith("The campaign server's database is damaged; keep what you have")
    assert [record.getMessage() for record in caplog.records].count("the database is damaged") == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_proxy_is_told_of_a_database_that_is_gone(laptop: TestClient[CampaignApp], url: str) -> None:
    file = engine.sqlite_file(url)
    assert file is not None
    file.unlink()
    assert laptop.get("/healthz").status_code == 500


def test_what_is_stored_and_cannot_be_read_is_no_mistake_of_the_callers(
    campaign_app: CampaignApp, laptop: TestClient[CampaignApp], token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meets_a_broken_row(*_: object) -> None:
        msgspec.json.decode(b"\xff Dana")

    monkeypatch.setattr(Echo, "answer", meets_a_broken_row)
    answer = laptop.post("/v1/exchange", content=exchange())
    assert (answer.status_code, answer.json()["type"]) == (500, "server-error")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_database_that_is_damaged_while_it_is_served_is_told_in_a_sentence(
    laptop: TestClient[CampaignApp], token: str, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(engine.sqlite_file(url), "devices")
    answer = laptop.post("/v1/exchange", content=exchange(events=EVENT))
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "60"
    assert answer.json() == {
        "type": "server-error",
        "title": "The server failed; the request may be repeated.",
        "status": 503,
        "detail": "The campaign server's database is damaged; keep what you have until its organiser has put a "
        "backup in place.",
    }
    [line] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (line.getMessage(), line.__dict__["fields"]) == (
        "the database is damaged",
        {
            "code": "SQLITE_CORRUPT",
            "do": "stop the server and put a backup in its place with `phonetui server restore FILE`",
        },
    )
