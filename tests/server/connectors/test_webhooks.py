"""Somebody's own program hears of each outcome as it is recorded."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

import msgspec
import pytest

from phonetui.core.push import Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors import webhooks
from phonetui.server.connectors.connector import (
    Pulls,
    Sends,
    SystemBusy,
    SystemDown,
    SystemRefused,
    Writes,
    WrongKey,
)
from tests.server.phone_bank import number

from .given import NOON, connected, outgoing
from .webhook_stand_in import SECRET, Fault, Receiver, receiving, served

NOT_FOLLOWED = "Redirects are not followed; write the address where it leads to."
OTHER_KEY = "Its key may be another; give the receiver's with `phonetui server connect NAME secret key`."
CLEAR = "must begin with https://, or names and numbers would go in the clear."
PASSWORD = "holds a name or a password; leave them out, for what is posted is signed."
NONE = "is none; give one such as https://example.org/phonetui."
GUIDE = Path(webhooks.__file__).parents[2] / "guide" / "webhooks.md"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver(lambda: NOON)


@pytest.fixture
def url(receiver: Receiver) -> Iterator[str]:
    with receiving(receiver) as address:
        yield address


def sender(url: str, secret: str = SECRET, dispositions: dict[str, str] | None = None) -> Sends:
    connector = connected("system: webhooks", secrets={"key": secret, "url": url}, dispositions=dispositions)
    assert isinstance(connector, Sends)
    assert not isinstance(connector, Pulls | Writes)
    return connector


def send(url: str, *outcomes: Outgoing, dispositions: dict[str, str] | None = None) -> None:
    connector = sender(url, dispositions=dispositions)
    for one in outcomes:
        assert connector.send(one, doubt_since=None) == Pushed()
    connector.close()


def test_an_outcome_comes_signed_with_all_that_is_known(url: str, receiver: Receiver) -> None:
    one = outgoing(
        1,
        "call_back",
        answers={"vote": "yes", "help": "bake;drive"},
        note="Ask for Ann",
        call_at=NOON + timedelta(hours=2),
    )
    send(url, one, dispositions={"call_back": "CALLBACK"})
    assert not receiver.wrong
    assert msgspec.to_builtins(receiver.got["event-1"]) == {
        "version": 1,
        "kind": "outcome",
        "id": "event-1",
        "corrects": "",
        "campaign": "turnout",
        "attempt": "attempt-1",
        "at": "2026-10-06T16:00:00Z",
        "caller": "dana",
        "voter": {"file_id": "1", "first_name": "Ann", "last_name": "Doe", "number": number(1)},
        "result": {
            "disposition": "CALLBACK",
            "label": "Call back",
            "contact": True,
            "talk": False,
            "answers": {"vote": "yes", "help": "bake; drive"},
            "note": "Ask for Ann",
            "call_back": "2026-10-06T18:00:00Z",
        },
    }


def test_a_correction_and_an_undo_say_so(url: str, receiver: Receiver) -> None:
    corrected = msgspec.structs.replace(outgoing(2, "refused", corrects="event-1"), attempt_id="attempt-1")
    undone = msgspec.structs.replace(outgoing(3, corrects="event-2", undone=True), attempt_id="attempt-1")
    send(url, outgoing(1, "busy"), corrected, undone)
    assert not receiver.wrong
    kinds = [(got.kind, got.corrects, got.result is None) for got in receiver.got.values()]
    assert kinds == [("outcome", "", False), ("correction", "event-1", False), ("undo", "event-2", True)]
    assert receiver.standing == {}


def test_what_is_told_again_has_the_same_id(url: str, receiver: Receiver) -> None:
    connector = sender(url)
    faults: list[Fault | None] = [None, "lost reply"]
    receiver.fault = faults.pop
    with pytest.raises(SystemDown) as down:
        connector.send(outgoing(1), doubt_since=None)
    assert str(down.value) == (
        f"{urlsplit(url).netloc} did not answer (Server disconnected without sending a response); look whether it "
        "runs, and try again later."
    )
    assert connector.send(outgoing(1), doubt_since=NOON) == Pushed()
    assert (receiver.posts, list(receiver.got), receiver.wrong) == (2, ["event-1"], [])
    connector.close()


def test_a_wrong_key_is_the_receivers_to_tell(url: str, receiver: Receiver) -> None:
    connector = sender(url, "whsec_" + "A" * 40)
    with pytest.raises(SystemRefused):
        connector.send(outgoing(1), doubt_since=None)
    assert receiver.wrong == ["the signature is wrong"]
    connector.close()


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (400, SystemRefused, "{name} answered 400: no such voter."),
        (422, SystemRefused, "{name} answered 422: no such voter."),
        (401, WrongKey, "{name} answered 401: no such voter. " + OTHER_KEY),
        (404, SystemDown, "{name} answered 404: no such voter. Check the address."),
        (500, SystemDown, "{name} answered 500: no such voter."),
        (302, SystemDown, "{name} answered 302: no such voter. " + NOT_FOLLOWED),
        (429, SystemBusy, "{name} answered 429: no such voter."),
        (503, SystemBusy, "{name} answered 503: no such voter."),
    ],
)
def test_what_the_receiver_answers_says_what_becomes_of_it(
    url: str, receiver: Receiver, status: int, kind: type[Refused], sentence: str
) -> None:
    connector = sender(url)
    receiver.fault, receiver.words, receiver.retry_after = lambda: status, b"no such\n\x1b voter", "30"
    with pytest.raises(kind) as refused:
        connector.send(outgoing(1), doubt_since=None)
    assert str(refused.value) == sentence.format(name=urlsplit(url).netloc)
    if isinstance(refused.value, SystemBusy):
        assert refused.value.retry_after == 30
    connector.close()


def test_a_receiver_may_ask_for_a_rest_until_a_date(url: str, receiver: Receiver) -> None:
    connector = sender(url)
    receiver.fault, receiver.retry_after = lambda: 503, format_datetime(NOON + timedelta(minutes=2), usegmt=True)
    with pytest.raises(SystemBusy) as busy:
        connector.send(outgoing(1), doubt_since=None)
    assert busy.value.retry_after == 120
    connector.close()


def test_a_receiver_that_says_nothing_is_told_by_its_status(url: str, receiver: Receiver) -> None:
    connector = sender(url)
    receiver.fault = lambda: 502
    with pytest.raises(SystemDown) as down:
        connector.send(outgoing(1), doubt_since=None)
    assert str(down.value) == f"{urlsplit(url).netloc} answered 502 Bad Gateway."
    connector.close()


def test_check_posts_a_signed_check_and_tells_nothing(url: str, receiver: Receiver) -> None:
    connector = sender(url)
    assert list(connector.check()) == [f"{urlsplit(url).netloc} took a signed check."]
    assert (receiver.posts, receiver.got, receiver.wrong) == (1, {}, [])
    connector.close()


@pytest.mark.parametrize(
    ("address", "mistake"),
    [
        ("http://example.org/calls", CLEAR),
        ("https://dana:secret@example.org/", PASSWORD),
        ("https://example.org/#calls", "cannot end in # and a word; leave that out."),
        ("ftp://example.org", NONE),
        ("https://[::1", NONE),
        ("https://example.org:99999/", NONE),
        ("https://hooks..example.org/", NONE),
        ("https://example.org/\x01", NONE),
        ("", NONE),
    ],
)
def test_an_address_that_is_not_fit_is_refused_and_not_repeated(address: str, mistake: str) -> None:
    with pytest.raises(Refused) as refused:
        sender(address)
    assert str(refused.value) == f"The webhook's address {mistake}"


def test_an_address_in_the_file_is_refused_for_the_file_is_in_the_database() -> None:
    with pytest.raises(Refused) as refused:
        connected("system: webhooks\nurl: https://hooks.example.org/T0/B0/s3cr3t", secrets={"key": SECRET})
    assert str(refused.value) == (
        "evening.yaml:2: url: the address is a secret; take it out of the file, and give it with "
        "`phonetui server connect NAME secret url`"
    )


def test_an_address_is_taken_as_it_was_pasted(url: str, receiver: Receiver) -> None:
    send(f" {url}\n", outgoing(1))
    assert list(receiver.got) == ["event-1"]


def test_the_file_to_begin_with_is_a_connection_as_it_stands(url: str) -> None:
    connected(f"system: webhooks\n{webhooks.SYSTEM.template}", secrets={"key": SECRET, "url": url}).close()


@pytest.mark.parametrize("found", ["169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254", "0.0.0.0", "224.0.0.1"])
def test_a_name_that_leads_where_no_receiver_is_is_refused(monkeypatch: pytest.MonkeyPatch, found: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (found, 443))])
    connector = sender("https://hooks.example.org/calls")
    with pytest.raises(Refused) as refused:
        connector.send(outgoing(1), doubt_since=None)
    shown = found.partition("%")[0].removeprefix("::ffff:")
    assert str(refused.value) == (
        f"The host hooks.example.org of the webhook leads to {shown}, where no receiver can be; give another."
    )
    connector.close()


def test_a_name_that_is_not_found_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    connector = sender("https://hooks.example.org/calls")
    with pytest.raises(SystemDown) as down:
        connector.send(outgoing(1), doubt_since=None)
    assert str(down.value) == ("The host hooks.example.org of the webhook is not found; check its name, and the line.")
    connector.close()


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64 at all!", "whsec_" + "A" * 100, "whsec_é…"]
)
def test_a_key_that_is_none_is_refused(secret: str) -> None:
    with pytest.raises(Refused) as refused:
        sender("https://example.org/calls", secret)
    assert str(refused.value) == (
        "The webhook's key must be whsec_ and 24 to 64 random bytes in base64; "
        'make one: echo "whsec_$(openssl rand -base64 32)".'
    )


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The example of its specification, reckoned by its own libraries."""
    key = webhooks.read_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = webhooks.signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


# -- the guide's receiver ----------------------------------------------------------------------------------------------


def guides_receiver(monkeypatch: pytest.MonkeyPatch, seconds: float) -> tuple[HTTPServer, dict[str, dict[str, str]]]:
    """The program on the guide's page, without its last line, which would serve for ever on a port of its own."""
    [program] = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    *lines, last = program.strip().splitlines()
    assert last.startswith("HTTPServer(")
    monkeypatch.setenv("WEBHOOK_KEY", SECRET)
    names: dict[str, object] = {"__name__": "receiver"}
    exec("\n".join(lines), names)
    names["time"] = SimpleNamespace(time=lambda: seconds)
    handler = cast(type[BaseHTTPRequestHandler], names["Receiver"])
    monkeypatch.setattr(handler, "log_request", lambda *_: None)
    return HTTPServer(("127.0.0.1", 0), handler), cast(dict[str, dict[str, str]], names["told"])


@pytest.mark.parametrize(("late", "taken"), [(0, True), (290, True), (310, False), (-310, False)])
def test_the_guides_receiver_takes_what_is_signed_and_fresh(
    monkeypatch: pytest.MonkeyPatch, late: int, taken: bool
) -> None:
    server, told = guides_receiver(monkeypatch, NOON.timestamp() + late)
    with served(server) as port, closing(sender(f"http://127.0.0.1:{port}/")) as connector:
        if not taken:
            with pytest.raises(WrongKey):
                connector.send(outgoing(1), doubt_since=None)
            assert told == {}
            return
        list(connector.check())
        connector.send(outgoing(1, "busy"), doubt_since=None)
        connector.send(outgoing(1, "busy"), doubt_since=NOON)
        corrected = outgoing(2, "refused", corrects="event-1")
        connector.send(msgspec.structs.replace(corrected, attempt_id="attempt-1"), doubt_since=None)
    assert {attempt: result["disposition"] for attempt, result in told.items()} == {"attempt-1": "refused"}


def test_the_guides_receiver_lets_no_other_key_in(monkeypatch: pytest.MonkeyPatch) -> None:
    server, told = guides_receiver(monkeypatch, NOON.timestamp())
    with (
        served(server) as port,
        closing(sender(f"http://127.0.0.1:{port}/", "whsec_" + "B" * 40)) as connector,
        pytest.raises(WrongKey),
    ):
        connector.send(outgoing(1), doubt_since=None)
    assert told == {}


def test_every_field_is_in_the_guide(url: str, receiver: Receiver) -> None:
    [example] = re.findall(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    send(url, outgoing(1))
    assert shape(msgspec.json.decode(example)) == shape(msgspec.to_builtins(receiver.got["event-1"]))


def shape(found: object) -> object:
    """The keys of objects within objects, but for answers, whose keys are the campaign's."""
    if not isinstance(found, dict):
        return None
    return {key: None if key == "answers" else shape(value) for key, value in found.items()}
