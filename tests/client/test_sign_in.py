"""A caller comes in, comes back, and goes out for good."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from itertools import count
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from phonetui.client import account_server
from phonetui.client import sign_in as sign_in_module
from phonetui.client.account import journal_path, load_accounts, save_account
from phonetui.client.campaign_server import NoExchange, Offline, ProblemAnswer
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.journal_key import fingerprint
from phonetui.client.log_out import log_out
from phonetui.client.outbox import Taken
from phonetui.client.sign_in import (
    Laptop,
    SignedIn,
    join,
    lock_with_password,
    resume,
    sign_in,
    unlock,
    wrapped_key_file,
)
from phonetui.core.call import Call, Draft, Phase
from phonetui.core.refusal import Refused
from phonetui.core.script import Place
from phonetui.wire import Join, Membership, Session, SignIn
from tests.client.people import entry, household, lease, reply

Result = TypeVar("Result")

URL = "https://calls.example.org"
PASSWORD = "correct horse"
FALL = Membership("fall", "Fall", "Riverside", "caller", "open")


class World:
    """One campaign server with one account, and what its interface was asked; `fails` is in the way of everything."""

    def __init__(self) -> None:
        self.keys: dict[str, bytes] = {}
        self.tokens = map("token-{}".format, count(1))
        self.asked: list[tuple[str, object]] = []
        self.fails: NoExchange | None = None

    def session(self, email: str) -> Session:
        return Session(next(self.tokens), "caller-1", "Dana", email, (FALL,))


class Server:
    """Stands in for `PhonetuiServer`."""

    world: World

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.host, self.token = url, url.partition("//")[2], token

    def ask(self, what: str, about: object) -> None:
        if self.world.fails is not None:
            raise self.world.fails
        self.world.asked.append((what, about))

    async def sign_in(self, asked: SignIn) -> Session:
        self.ask("sign in", asked)
        return self.world.session(asked.email)

    async def join(self, asked: Join) -> Session:
        self.ask("join", asked)
        return self.world.session(asked.email)

    async def keep_journal_key(self, journal_id: str, key: bytes) -> None:
        self.ask("keep", journal_id)
        self.world.keys[journal_id] = key

    async def release_journal_key(self, journal_id: str, password: str) -> bytes:
        self.ask("release", password)
        if journal_id not in self.world.keys:
            raise ProblemAnswer("No key.", "no-such-key")
        return self.world.keys[journal_id]

    async def drop_journal_key(self, journal_id: str) -> None:
        self.ask("drop", journal_id)
        self.world.keys.pop(journal_id, None)

    async def sign_out(self) -> None:
        self.ask("sign out", self.token)

    async def close(self) -> None:
        pass


class NoKeyring(SecretsInMemory):
    """Keeps nothing."""

    async def put(self, name: str, secret: str) -> bool:
        return False


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(Server, "world", world, raising=False)
    monkeypatch.setattr(sign_in_module, "PhonetuiServer", Server)
    monkeypatch.setattr(account_server, "PhonetuiServer", Server)
    return world


def laptop(tmp_path: Path, secrets: SecretsInMemory | None = None) -> Laptop:
    ids = map("made-{}".format, count(1))
    return Laptop(folders_in(tmp_path), secrets or SecretsInMemory(), lambda: next(ids))


def run(story: Coroutine[object, object, Result]) -> Result:
    return asyncio.run(story)


async def make_a_call(here: Laptop, dana: SignedIn) -> None:
    """Leave a journal with one unsent result."""
    journal = await Journal.open(journal_path(here.folders, dana.account, "fall"), dana.key)
    await journal.record(entries=[entry(1)], call=b"")
    await journal.close()


# -- coming in ---------------------------------------------------------------------------------------------------------


def test_signing_in_remembers_the_account_and_has_the_key_kept(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, "calls.example.org/", " Dana@Example.org ", PASSWORD))
    assert (dana.token, dana.campaigns, dana.kept) == ("token-1", (FALL,), True)
    assert world.asked[0] == ("sign in", SignIn("dana@example.org", PASSWORD, "made-1"))
    assert world.keys == {fingerprint(dana.key): dana.key}
    assert load_accounts(here.folders) == (dana.account,)
    assert (dana.account.server_url, dana.account.device_id) == (URL, "made-1")


def test_joining_does_the_same(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(join(here, f"{URL}/join/#s3cret", "dana@example.org", " Dana ", PASSWORD))
    assert world.asked[0] == ("join", Join("s3cret", "dana@example.org", "Dana", PASSWORD, "made-1"))
    assert world.keys == {dana.account.key_id: dana.key}


def test_the_next_start_asks_nobody(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    world.fails = Offline("No network.")
    again = run(resume(here, dana.account))
    assert again is not None
    assert (again.key, again.token) == (dana.key, dana.token)


def test_signing_in_again_is_the_same_laptop_with_the_same_key(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    first = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    save_account(here.folders, msgspec.structs.replace(first.account, campaign_id="fall"))
    again = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    assert again.key == first.key
    assert again.account == msgspec.structs.replace(first.account, campaign_id="fall")
    assert again.token == "token-2"


def test_a_campaign_that_is_no_longer_open_is_not_opened_again(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    first = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    save_account(here.folders, msgspec.structs.replace(first.account, campaign_id="spring"))
    assert run(sign_in(here, URL, "dana@example.org", PASSWORD)).account.campaign_id == ""


# -- without a keyring -------------------------------------------------------------------------------------------------


def test_without_a_keyring_the_next_start_needs_the_password(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path, NoKeyring())
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    assert not dana.kept
    assert run(resume(here, dana.account)) is None
    again = run(unlock(here, dana.account, PASSWORD))
    assert (again.key, again.token) == (dana.key, "token-2")
    assert ("release", PASSWORD) in world.asked


def test_a_wiped_keyring_loses_no_call(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    run(make_a_call(here, dana))
    wiped = msgspec.structs.replace(here, secrets=SecretsInMemory())
    assert run(resume(wiped, dana.account)) is None
    assert run(unlock(wiped, dana.account, PASSWORD)).key == dana.key


def test_a_lost_list_of_accounts_loses_no_call(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    run(make_a_call(here, dana))
    here.folders.accounts_file.unlink()
    again = run(sign_in(msgspec.structs.replace(here, secrets=NoKeyring()), URL, "dana@example.org", PASSWORD))
    assert again.key == dana.key


def test_without_keyring_and_line_the_password_opens_what_is_here(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path, NoKeyring())
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    run(lock_with_password(here, dana, PASSWORD))
    world.fails = Offline("No network.")
    again = run(unlock(here, dana.account, PASSWORD))
    assert (again.key, again.token, again.kept) == (dana.key, "", False)
    with pytest.raises(Refused, match=r"^This is not the password that the calls on this computer are locked with;"):
        run(unlock(here, dana.account, "another horse"))


def test_without_anything_the_line_is_what_is_missing(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path, NoKeyring())
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    world.fails = Offline("Nothing answers at calls.example.org.")
    with pytest.raises(Offline, match=r"^Nothing answers at calls\.example\.org\.$"):
        run(unlock(here, dana.account, PASSWORD))


def test_calls_whose_key_nobody_has_are_never_written_over(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path, NoKeyring())
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    run(make_a_call(here, dana))
    world.keys.clear()
    path = journal_path(here.folders, dana.account, "fall")
    with pytest.raises(Refused) as refused:
        run(sign_in(here, URL, "dana@example.org", PASSWORD))
    assert str(refused.value) == (
        f"The calls in {path.parent} are locked with a key that neither this computer nor calls.example.org has; "
        "tell the campaign, and move that folder elsewhere to begin anew."
    )
    path.unlink()
    path.with_suffix(".fingerprint").unlink()
    assert run(sign_in(here, URL, "dana@example.org", PASSWORD)).key != dana.key


def test_a_server_that_gives_back_another_key_is_not_believed(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path, NoKeyring())
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    run(make_a_call(here, dana))
    world.keys[dana.account.key_id] = bytes(32)
    with pytest.raises(Refused, match=r"^The calls in .* are locked with a key that neither this computer nor"):
        run(sign_in(here, URL, "dana@example.org", PASSWORD))


# -- going out ---------------------------------------------------------------------------------------------------------


def test_logging_out_leaves_nothing_here_and_no_key_there(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    run(lock_with_password(here, dana, PASSWORD))
    run(make_a_call(here, dana))
    wrapped_key_file(here, dana.account).with_name("key.wrapped.new").touch()  # a kill while it was written
    assert run(log_out(here, dana, discard=1)).told
    assert world.keys == {}
    assert ("sign out", "token-1") in world.asked
    assert load_accounts(here.folders) == ()
    assert run(resume(here, dana.account)) is None
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["accounts.json"]


def test_logging_out_is_refused_while_something_is_unsent(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    run(make_a_call(here, dana))
    for discard in (0, 2):
        with pytest.raises(Refused) as refused:
            run(log_out(here, dana, discard=discard))
        assert str(refused.value) == (
            "1 entry is not with the campaign yet, so nothing was removed; "
            "connect once to send it, or give it up with --discard 1."
        )
    assert load_accounts(here.folders) == (dana.account,)
    assert run(resume(here, dana.account)) is not None


def test_logging_out_is_refused_while_something_typed_has_no_result(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    note, answers, only_read = (
        Draft(note="Needs a ride"),
        Draft(Place(answers={"plan": "sure"})),
        Draft(Place(("open",))),
    )
    drafts = {"v1a": note, "v3a": only_read, "v9a": note}  # the last was about somebody who is long gone
    ben = household(2, names=("Ben",))
    call = Call(phase=Phase.CALLING, household=ben, voter_id="v2a", draft=answers, drafts=drafts)

    async def type_about_both() -> None:
        journal = await Journal.open(journal_path(here.folders, dana.account, "fall"), dana.key)
        await journal.take(Taken(reply=reply(leases=(lease(1), lease(3), lease(4)))))
        await journal.record(entries=[entry(4)], finished=["h4"], call=msgspec.json.encode(call))
        await journal.close()

    run(type_about_both())
    with pytest.raises(Refused) as refused:
        run(log_out(here, dana, discard=1))
    assert str(refused.value) == (
        "1 entry is not with the campaign yet, so nothing was removed; "
        "connect once to send it, or give it up with --discard 3.\n"
        "What you typed about Ana, Ben has no result yet, so nothing was removed; type phonetui and save one, or give "
        "it up with --discard 3."
    )
    assert load_accounts(here.folders) == (dana.account,)
    assert run(log_out(here, dana, discard=3)).told


def test_logging_out_without_a_line_still_removes_all_that_is_here(tmp_path: Path, world: World) -> None:
    here = laptop(tmp_path)
    dana = run(sign_in(here, URL, "dana@example.org", PASSWORD))
    world.fails = Offline("No network.")
    assert not run(log_out(here, dana)).told
    assert load_accounts(here.folders) == ()
    assert run(resume(here, dana.account)) is None
