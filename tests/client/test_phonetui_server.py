"""The HTTP interface against everything that can answer in a campaign server's place."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from httpx import Response

from phonetui.client import interface, web
from phonetui.client.campaign_server import Busy, NoExchange, NotPhonetui, Offline, ProblemAnswer, SignedOut
from phonetui.client.phonetui_server import PhonetuiServer
from phonetui.wire import (
    ExchangeRequest,
    ForgottenPassword,
    Join,
    JournalKey,
    Membership,
    Memberships,
    NewPassword,
    OwnWishes,
    Session,
    SignIn,
)
from tests.client.loopback import Loopback, http, json, listening, problem, zipped
from tests.client.people import KEY, entry, lease, reply

Result = TypeVar("Result")
ASK = ExchangeRequest(campaign_id="fall", device_id="laptop")
SIGN_IN = SignIn("dana@example.org", "correct horse", "laptop")
SESSION = Session(
    "secret-token", "caller-1", "Dana", "dana@example.org", (Membership("fall", "Fall", "Riverside", "caller", "open"),)
)


def ask(
    *answers: bytes | None, what: Callable[[PhonetuiServer], Awaitable[Result]], token: str = ""
) -> tuple[Result, Loopback]:
    """What comes of asking a server that gives those answers, and the server."""

    async def asked() -> tuple[Result, Loopback]:
        async with listening(*answers) as loopback:
            server = PhonetuiServer(loopback.url, token)
            try:
                return await what(server), loopback
            finally:
                await server.close()

    return asyncio.run(asked())


async def exchange(server: PhonetuiServer) -> object:
    return await server.exchange(ASK)


async def sign_in(server: PhonetuiServer) -> Session:
    return await server.sign_in(SIGN_IN)


def fails(
    *answers: bytes | None,
    says: str,
    kind: type[NoExchange] = NotPhonetui,
    what: Callable[[PhonetuiServer], Awaitable[object]] = exchange,
) -> NoExchange:
    """Asking fails, with that sentence about `HOST`."""
    with pytest.raises(kind) as failure:
        ask(*answers, what=what)
    assert type(failure.value) is kind
    assert re.sub(r"127\.0\.0\.1:\d+", "HOST", str(failure.value)) == says
    return failure.value


NOT_OURS = (
    "What answers at HOST is not a phonetui campaign server; check the address, "
    "and log in to the network in a browser if it asks for that."
)

# -- what goes well ----------------------------------------------------------------------------------------------------


def test_an_exchange_brings_the_reply() -> None:
    answer = reply(leases=(lease(1),))
    for sent in (json(answer), zipped(answer)):
        found, _ = ask(sent, what=exchange)
        assert found == answer


def test_a_request_carries_the_least() -> None:
    _, loopback = ask(json(reply()), what=exchange, token="secret-token")
    head, _, body = loopback.requests[0].partition(b"\r\n\r\n")
    names = {line.partition(":")[0] for line in head.decode().split("\r\n")[1:]}
    assert names == {"Host", "Accept-Encoding", "Authorization", "Content-Type", "Content-Length"}
    assert msgspec.json.decode(body, type=ExchangeRequest) == ASK


def test_events_arrive_as_the_very_bytes_of_the_journal() -> None:
    bodies = [entry(seq).body for seq in range(1, 101)]
    asked = msgspec.structs.replace(ASK, events=tuple(map(msgspec.Raw, bodies)))

    async def send(server: PhonetuiServer) -> object:
        return await server.exchange(asked)

    _, loopback = ask(json(reply()), what=send)
    head, _, body = loopback.requests[0].partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    arrived = msgspec.json.decode(gzip.decompress(body), type=ExchangeRequest)
    assert [bytes(memoryview(event)) for event in arrived.events] == bodies


def test_the_connection_is_kept() -> None:
    async def three(server: PhonetuiServer) -> None:
        for _ in range(3):
            await server.exchange(ASK)

    _, loopback = ask(json(reply()), what=three)
    assert (len(loopback.requests), loopback.connections) == (3, 1)


def test_a_watch_has_a_connection_of_its_own() -> None:
    async def watch_and_send() -> None:
        async with listening(None, json(reply())) as loopback:
            server = PhonetuiServer(loopback.url)
            watch = asyncio.create_task(server.exchange(ASK))
            await loopback.asked.wait()
            assert await server.exchange(ASK) == reply()
            assert loopback.connections == 2
            watch.cancel()
            await asyncio.wait([watch])
            await server.close()

    asyncio.run(watch_and_send())


def test_signing_in_takes_the_token_into_use() -> None:
    async def sign_in_and_ask(server: PhonetuiServer) -> Session:
        await server.sign_in(SIGN_IN)
        return await server.session()

    session, loopback = ask(json(SESSION), what=sign_in_and_ask)
    assert session == SESSION
    assert b"Authorization" not in loopback.requests[0]
    assert b"Authorization: Bearer secret-token\r\n" in loopback.requests[1]


def test_joining_does_too() -> None:
    async def join(server: PhonetuiServer) -> str:
        await server.join(Join("secret", "dana@example.org", "Dana", "correct horse", "laptop"))
        return server.token

    assert ask(json(SESSION), what=join)[0] == "secret-token"


def test_signing_out_forgets_the_token() -> None:
    async def sign_out(server: PhonetuiServer) -> str:
        await server.sign_out()
        return server.token

    token, loopback = ask(http(b"", status="204 No Content"), what=sign_out, token="secret-token")
    assert token == ""
    assert loopback.requests[0].startswith(b"POST /v1/sign-out ")


def test_a_journals_key_is_kept_released_and_dropped() -> None:
    async def keep_release_drop(server: PhonetuiServer) -> bytes:
        await server.keep_journal_key("j1", KEY)
        await server.drop_journal_key("j1")
        return await server.release_journal_key("j1", "correct horse")

    done = http(b"", status="204 No Content")
    kept = json(JournalKey("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
    key, loopback = ask(done, done, kept, what=keep_release_drop)
    assert key == KEY
    lines = [request.partition(b"\r\n")[0].decode() for request in loopback.requests]
    assert lines == [
        "PUT /v1/journal-keys/j1 HTTP/1.1",
        "DELETE /v1/journal-keys/j1 HTTP/1.1",
        "POST /v1/journal-keys/j1/release HTTP/1.1",
    ]
    assert loopback.requests[0].endswith(b'{"key":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}')


def test_names_from_a_server_are_cleaned() -> None:
    hostile = msgspec.structs.replace(SESSION, name="Dana\x1b]0;owned\x07")
    assert ask(json(hostile), what=sign_in)[0].name == "Dana]0;owned"


# -- what answers in its place -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        http(b"<html>Welcome to Hotel Bellevue</html>", kind="text/html"),
        http(b"{}", kind="text/plain"),
        json({"hello": "world"}),
        http(b'{"cursor": "c1", "server_time": "2026-'),
        http(b'{"cursor": "\xff\xfe"}'),
        http(b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        http(b"", status="204 No Content"),
        http(b"<h1>Not found</h1>", status="404 Not Found", kind="text/html"),
        http(b'{"detail": "Not found"}', status="404 Not Found"),
        http(b"Log in first", status="401 Unauthorized", kind="text/html"),
        http(b"<h1>Oops</h1>", status="500 Internal Server Error", kind="text/html"),
    ],
    ids=[
        "a hotel's page",
        "text",
        "other JSON",
        "half a JSON",
        "no UTF-8",
        "nested without end",
        "nothing",
        "a page not found",
        "another interface",
        "another log-in",
        "another server's fault",
    ],
)
def test_what_is_not_ours_acknowledges_nothing(answer: bytes) -> None:
    fails(answer, says=NOT_OURS)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
def test_a_redirect_is_never_followed(status: str) -> None:
    async def redirected() -> None:
        async with listening(json(reply())) as elsewhere:
            async with listening(http(b"", f"Location: {elsewhere.url}/v1/exchange", status=status)) as hotel:
                server = PhonetuiServer(hotel.url, "secret-token")
                try:
                    with pytest.raises(NotPhonetui) as failure:
                        await server.exchange(ASK)
                finally:
                    await server.close()
            assert str(failure.value) == (
                f"What answers at {hotel.url[7:]} points elsewhere, as the log-in page of a hotel's network does; "
                "log in to the network in a browser, or check the address."
            )
            assert elsewhere.requests == []

    asyncio.run(redirected())


def test_a_key_of_another_length_is_none() -> None:
    async def release(server: PhonetuiServer) -> bytes:
        return await server.release_journal_key("j1", "correct horse")

    fails(json(JournalKey("AAEC")), says=NOT_OURS, what=release)


def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST_ANSWER", 1000)
    says = "The answer of HOST is far too large to be a phonetui campaign server's."
    fails(http(b" " * 2000), says=says)
    fails(http(gzip.compress(b" " * 1_000_000), "Content-Encoding: gzip"), says=says)


def test_an_answer_packed_otherwise_is_not_read() -> None:
    says = "The answer of HOST is packed in a way that was not asked for."
    fails(http(b"x", "Content-Encoding: br"), says=says)


# -- a bad line --------------------------------------------------------------------------------------------------------


def test_a_cut_off_answer_is_no_answer() -> None:
    whole = json(reply(leases=(lease(1),)))
    fails(whole[:-10], kind=Offline, says="The line to HOST broke off; try again, or try another network.")
    fails(whole[:20], kind=Offline, says="The line to HOST broke off; try again, or try another network.")
    fails(b"", kind=Offline, says="The line to HOST broke off; try again, or try another network.")


def test_a_damaged_gzip_is_no_answer() -> None:
    packed = gzip.compress(msgspec.json.encode(reply(leases=(lease(1),))))
    cut = http(packed[:-12], "Content-Encoding: gzip")
    fails(cut, kind=Offline, says="The answer of HOST was cut off; try again, or try another network.")
    torn = http(packed[:40] + b"\0" * 20 + packed[60:], "Content-Encoding: gzip")
    fails(torn, kind=Offline, says="The answer of HOST came damaged; try again, or try another network.")


def test_nothing_that_answers_is_said() -> None:
    async def nowhere() -> None:
        async with listening(None) as loopback:
            url = loopback.url
        await PhonetuiServer(url).sign_in(SIGN_IN)

    with pytest.raises(Offline, match=r"^Nothing answers at 127\.0\.0\.1:\d+; check the address, or ask whether the"):
        asyncio.run(nowhere())


def test_an_unknown_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Offline) as failure:
        asyncio.run(PhonetuiServer("https://calls.invalid").sign_in(SIGN_IN))
    assert str(failure.value) == "No server is known by the name calls.invalid; check the address and the network."


def test_a_server_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "LONGEST", 0.05)
    says = "HOST does not answer in time; try again, or try another network."
    fails(None, kind=Offline, says=says, what=sign_in)


def test_a_bad_certificate_is_said(tmp_path: Path) -> None:
    async def visit() -> None:
        async with listening(json(reply()), tls=self_signed(tmp_path)) as loopback:
            server = PhonetuiServer(loopback.url, "secret-token")
            try:
                await server.exchange(ASK)
            finally:
                await server.close()
                assert loopback.requests == []

    with pytest.raises(Offline) as failure:
        asyncio.run(visit())
    assert re.sub(r"127\.0\.0\.1:\d+", "HOST", str(failure.value)) == (
        "The certificate of HOST cannot be trusted (self-signed certificate); check the address and this computer's "
        "clock, log in to the network in a browser, or ask the campaign."
    )


def test_a_server_without_https_is_said() -> None:
    async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async def visit() -> None:
        async with await asyncio.start_server(speak_http, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await PhonetuiServer(f"https://127.0.0.1:{port}").sign_in(SIGN_IN)

    with pytest.raises(Offline, match=r"^What answers at 127\.0\.0\.1:\d+ does not speak https; check the address\.$"):
        asyncio.run(visit())


# -- what a campaign server refuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        (
            "wrong-password",
            "403 Forbidden",
            "HOST knows no account with this e-mail and password; type them again, "
            "or ask the campaign for an invitation.",
        ),
        (
            "too-many-tries",
            "429 Too Many Requests",
            "There were too many tries at HOST; wait 15 minutes and try again.",
        ),
        (
            "invitation-ended",
            "410 Gone",
            "This invitation has been used, has expired or was ended; ask the campaign for a new one.",
        ),
        (
            "account-exists",
            "409 Conflict",
            "There is an account with this e-mail already; join with that account's password.",
        ),
        ("code-sent", "409 Conflict", "A code is on its way by mail; give it to go on."),
        (
            "wrong-code",
            "403 Forbidden",
            "This code is wrong, or older than 15 minutes; type it again, or ask for a new one.",
        ),
        (
            "no-mail",
            "409 Conflict",
            "HOST sends no mail; ask the campaign's owner for a code.",
        ),
        (
            "mail-failed",
            "503 Service Unavailable",
            "HOST could not send the mail with the code; try again later, or tell the campaign.",
        ),
        (
            "no-such-phone-bank",
            "404 Not Found",
            "This phone bank is over or has been called off; look at the list again.",
        ),
        (
            "key-withheld",
            "403 Forbidden",
            "HOST has the key to the calls on this computer, and gives it out only with the owner's word since your "
            "password was chosen anew by mail; ask the campaign's owner to allow it, then log in again. "
            "Nothing is lost.",
        ),
        ("weak-password", "422 Unprocessable", "This password is too short; use at least 10 characters."),
        (
            "not-yours",
            "403 Forbidden",
            "The campaign has not given this account the right to do that; ask the campaign.",
        ),
        ("no-such-campaign", "404 Not Found", "The campaign is no longer open to this account; ask the campaign."),
        ("no-such-key", "404 Not Found", "HOST keeps no key for the calls on this computer; ask the campaign."),
        ("too-large", "413 Content Too Large", "This is more than HOST takes at once."),
        ("bad-request", "400 Bad Request", "HOST did not understand phonetui; install the newest version."),
        (
            "not-found",
            "404 Not Found",
            "HOST is a phonetui campaign server of another version; install the newest version.",
        ),
    ],
)
def test_each_refusal_is_one_clear_sentence(kind: str, status: str, says: str) -> None:
    failure = fails(problem(kind, status, "Retry-After: 900"), says=says, kind=ProblemAnswer, what=sign_in)
    assert isinstance(failure, ProblemAnswer)
    assert (failure.kind, failure.retry_after) == (kind, 900.0)


def test_signed_out_is_a_state_of_its_own() -> None:
    says = "You are signed out; log in again, nothing is lost."
    fails(problem("signed-out", "401 Unauthorized"), kind=SignedOut, says=says)


@pytest.mark.parametrize(
    ("answer", "rest"),
    [
        (problem("server-error", "503 Service Unavailable", "Retry-After: 30"), 30.0),
        (problem("server-error", "500 Internal Server Error"), 0.0),
        (http(b"<h1>Bad gateway</h1>", status="502 Bad Gateway", kind="text/html"), 0.0),
        (http(b"", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT", status="503 Busy", kind="text/html"), 0.0),
    ],
    ids=["stopping", "a fault", "the proxy in front of it", "with a date"],
)
def test_a_busy_server_is_asked_again_later(answer: bytes, rest: float) -> None:
    failure = fails(answer, kind=Busy, says="HOST cannot answer just now; it is asked again by itself.")
    assert isinstance(failure, Busy)
    assert failure.retry_after == rest


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


# -- the connection ----------------------------------------------------------------------------------------------------


def test_a_connection_that_died_without_a_word_is_found_out_within_a_minute() -> None:
    options: dict[str, int] = {}

    async def look(response: Response) -> None:
        connection = response.extensions["network_stream"].get_extra_info("socket")
        options["alive"] = connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        for name in ("TCP_KEEPIDLE", "TCP_KEEPALIVE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"):
            if hasattr(socket, name):
                options[name] = connection.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))

    async def story() -> None:
        async with listening(json(reply())) as loopback:
            server = PhonetuiServer(loopback.url)
            await exchange(server)
            assert isinstance(server._web, web.Web)
            assert server._web._client is not None
            server._web._client.event_hooks = {"response": [look]}
            await exchange(server)
            await server.close()

    asyncio.run(story())
    assert options["alive"]
    silence = options.get("TCP_KEEPIDLE") or options["TCP_KEEPALIVE"]
    assert silence + options["TCP_KEEPINTVL"] * options["TCP_KEEPCNT"] <= 60
    assert options.get("TCP_USER_TIMEOUT", 60_000) <= 60_000


def test_a_proxy_that_the_computer_is_set_to_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> bytes:
        async with listening(http(b"", status="403 Forbidden")) as proxy:
            monkeypatch.setenv("https_proxy", proxy.url.removeprefix("http://"))
            server = PhonetuiServer("https://calls.example.org")
            with pytest.raises(Offline):
                await exchange(server)
            await server.close()
            return proxy.requests[0]

    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert asyncio.run(story()).startswith(b"CONNECT calls.example.org:443 ")


def test_a_server_that_the_computer_reaches_without_its_proxy_is_reached_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.org")

    assert web._proxy("https://calls.example.org") is None
    assert web._proxy("https://calls.example.net") == "http://127.0.0.1:9"


# -- choosing, practising, and what one is called --------------------------------------------------------------------


NOTHING = http(b"", status="204 No Content", kind="")
Doing = Callable[[PhonetuiServer], Awaitable[None]]


@pytest.mark.parametrize(
    ("doing", "first_line", "body"),
    [
        (
            lambda server: server.sign_up("fall", "sat/urday"),
            "PUT /v1/campaigns/fall/phone-banks/sat%2Furday",
            b"",
        ),
        (lambda server: server.cancel("fall", "saturday"), "DELETE /v1/campaigns/fall/phone-banks/saturday", b""),
        (lambda server: server.practised("fall"), "PUT /v1/campaigns/fall/practice", b""),
        (
            lambda server: server.wish(OwnWishes("Dee", True)),
            "PUT /v1/me",
            b'{"calling_name":"Dee","on_board":true}',
        ),
        (
            lambda server: server.forgotten_password(ForgottenPassword("dana@example.org")),
            "POST /v1/forgotten-password",
            b'{"email":"dana@example.org"}',
        ),
    ],
)
def test_what_is_asked_for_and_done(doing: Doing, first_line: str, body: bytes) -> None:
    _, loopback = ask(NOTHING, what=doing, token="t")
    [request] = loopback.requests
    assert request.decode().startswith(f"{first_line} HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\n" + body)


def test_campaigns_and_names_are_cleaned_like_all_that_a_server_says() -> None:
    hostile = Membership("fall", "Fall\x1b[2J", "River\u202eside", "caller", "open")
    campaigns, _ = ask(json(Memberships((hostile,))), what=lambda server: server.campaigns(), token="t")
    assert [(each.name, each.organisation) for each in campaigns] == [("Fall[2J", "Riverside")]
    wishes, _ = ask(json(OwnWishes("De\x07e")), what=lambda server: server.wishes(), token="t")
    assert wishes.calling_name == "Dee"


def test_a_new_password_gives_a_token() -> None:
    asked = NewPassword("dana@example.org", "12345678", "correct horse", "laptop")
    session, loopback = ask(json(SESSION), what=lambda server: server.new_password(asked))
    assert session == SESSION
    assert msgspec.json.decode(loopback.requests[0].partition(b"\r\n\r\n")[2], type=NewPassword) == asked
