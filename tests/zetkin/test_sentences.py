"""What a caller is told where Zetkin, or what is kept for it here, is not as it should be."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from phonetui.client import account_server
from phonetui.client.account import journal_path
from phonetui.client.account_server import reached
from phonetui.client.campaign_server import NotPhonetui, ProblemAnswer, SignedOut
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.folders import folders_in
from phonetui.client.journal import Journal
from phonetui.client.log_out import log_out
from phonetui.client.opening import open_desk
from phonetui.client.settings import Settings, read_settings
from phonetui.client.sign_in import Laptop, SignedIn, unlock
from phonetui.client.zetkin_login import ask
from phonetui.client.zetkin_notebook import Notebook
from phonetui.client.zetkin_sign_in import sign_in_with_code
from phonetui.client.zetkin_web import HeldTokens, OAuthClient, Tokens, ZetkinWeb
from phonetui.client.zetkin_wire import decode_user
from phonetui.core.call_actions import Result
from phonetui.core.refusal import Refused
from phonetui.wire import ExchangeRequest
from tests.client.loopback import http, listening
from tests.client.people import KEY
from tests.zetkin.shift import CAMPAIGN, Clock, Shift, caller
from tests.zetkin.stand_in import StandIn, zetkin
from tests.zetkin.test_login import browse
from tests.zetkin.test_promises import tell
from tests.zetkin.world import CLIENT, SECRET

SETTINGS = Settings(zetkin_client_id=CLIENT, zetkin_client_secret=SECRET)


def refused(story: Awaitable[object]) -> str:
    async def told() -> None:
        await story

    with pytest.raises(Refused) as found:
        asyncio.run(told())
    return str(found.value)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("zetkin_zone: Europe/Nowhere", "a time zone, such as Europe/Stockholm"),
        ("zetkin_country_code: 0", "a country's code, such as 46"),
        ("zetkin_client_id: two words", "one word"),
    ],
)
def test_a_setting_that_cannot_be(written: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        read_settings(Path("settings.yaml"), f"{written}\n")


def test_settings_that_are_empty_are_none() -> None:
    empty = "zetkin_zone: ''\nzetkin_country_code: ''\nzetkin_client_id: ''\n"
    assert set(read_settings(Path("settings.yaml"), empty).values()) == {""}
    assert read_settings(Path("settings.yaml"), "zetkin_country_code: '+46'\n") == {"zetkin_country_code": "46"}


# -- what answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [http(b"<html>Log in</html>", kind="text/html"), http(b'{"data": {"id": "x"}}')])
def test_what_answers_is_not_zetkin(answer: bytes) -> None:
    async def story() -> None:
        async with listening(answer) as loopback:
            held = HeldTokens()
            held.now = Tokens("a", "r")
            url = f"zetkin://{loopback.url.partition('://')[2]}"
            web = ZetkinWeb(url, OAuthClient(CLIENT, SECRET), held)
            try:
                await web.get("/users/me", decode_user)
            finally:
                await web.close()

    with pytest.raises(NotPhonetui, match="is not Zetkin; check the address, and log in to the network in a browser"):
        asyncio.run(story())


def test_tokens_that_were_never_kept_are_none() -> None:
    assert HeldTokens("an opaque token").now == Tokens()
    assert HeldTokens('{"access":"a","refresh":"r"}').now == Tokens("a", "r")


def exchange_with(stand_in: StandIn, folder: Path, request: ExchangeRequest, tokens: Tokens | None = None) -> None:
    async def story() -> None:
        server = caller(stand_in, folder, Clock(), tokens)
        try:
            await server.exchange(request)
        finally:
            await server.close()

    asyncio.run(story())


@pytest.mark.parametrize("campaign_id", ["riverside", "zetkin-7-99"])
def test_an_assignment_that_is_not_there(tmp_path: Path, campaign_id: str) -> None:
    told = "Zetkin has no call assignment for you under this name any more; ask your organiser."
    with zetkin() as stand_in, pytest.raises(ProblemAnswer, match=told):
        exchange_with(stand_in, tmp_path, ExchangeRequest(campaign_id=campaign_id, device_id="laptop"))


def test_without_tokens_nobody_is_asked(tmp_path: Path) -> None:
    with zetkin() as stand_in:
        with pytest.raises(SignedOut, match="Zetkin has ended your log-in"):
            exchange_with(
                stand_in, tmp_path, ExchangeRequest(campaign_id=CAMPAIGN, device_id="laptop"), Tokens("", "refresh-1")
            )
        assert stand_in.asked == []


# -- what comes of a call ----------------------------------------------------------------------------------------------


def told_of(tmp_path: Path, what: str) -> str:
    """What the caller is told after a result, once `what` has happened to the call."""
    told: list[str] = []

    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.shows_somebody()
        await shift.until(lambda: shift.desk.view.on_hand == 1)
        with stand_in.lock:
            if what == "another's":
                stand_in.world.calls[9001]["caller"] = {"id": 99, "name": "Kim"}
            else:
                stand_in.world.frozen = True
        await shift.press(Result("busy", by_line=True))
        await shift.sent()
        assert shift.desk.view.said is not None
        told.append(shift.desk.view.said.text)

    tell(tmp_path, story, people=1)
    return told[0]


def test_a_call_that_is_anothers_by_now(tmp_path: Path) -> None:
    told = told_of(tmp_path, "another's")
    assert "Zetkin does not have this call as yours any more; tell your organiser what came of it." in told


def test_a_report_that_zetkin_does_not_take(tmp_path: Path) -> None:
    told = told_of(tmp_path, "frozen")
    assert "Zetkin does not take this (The assignment is frozen); tell your organiser what came of the call." in told


def test_a_report_that_zetkin_does_not_show_is_sent_again(tmp_path: Path) -> None:
    async def story(stand_in: StandIn, shift: Shift) -> None:
        await shift.until(lambda: shift.desk.view.on_hand == 1)
        stand_in.world.forgets = True
        await shift.press(Result("busy", by_line=True))
        await shift.until(lambda: shift.desk.view.line.state == "offline")
        assert shift.desk.view.line.why == "Zetkin took a report and does not show it; it is sent again by itself."
        stand_in.world.forgets = False
        await shift.sent()

    stand_in = tell(tmp_path, story, people=1)
    assert [each["state"] for each in stand_in.world.reported().values()] == [12]


def test_a_password_signs_nobody_in_at_the_desk(tmp_path: Path) -> None:
    with zetkin() as stand_in:
        dana = asyncio.run(sign_in(stand_in, laptop(tmp_path)))
        _, sign_in_again = reached(caller(stand_in, tmp_path, Clock()), dana, None)
        assert refused(sign_in_again("correct horse battery")) == (
            "Zetkin takes no password here; leave with q and type `phonetui login` to log in, nothing is lost."
        )


# -- the key -----------------------------------------------------------------------------------------------------------


def laptop(folder: Path) -> Laptop:
    ids = map("made-{}".format, count(1))
    return Laptop(folders_in(folder), SecretsInMemory(), lambda: next(ids))


async def sign_in(stand_in: StandIn, here: Laptop) -> SignedIn:
    log_in = ask(stand_in.url, CLIENT)
    code = log_in.code(await asyncio.to_thread(browse, log_in.address))
    return await sign_in_with_code(here, stand_in.url, SETTINGS, code, lambda new: "", "UTC")


def test_calls_whose_key_is_gone_are_never_written_over(tmp_path: Path) -> None:
    async def story(stand_in: StandIn) -> None:
        dana = await sign_in(stand_in, laptop(tmp_path))
        path = journal_path(folders_in(tmp_path), dana.account, CAMPAIGN)
        await (await Journal.open(path, dana.key)).close()
        await sign_in(stand_in, laptop(tmp_path))  # the same computer, with another keyring

    with zetkin() as stand_in:
        told = refused(story(stand_in))
        assert told.startswith("The calls in ")
        assert told.endswith(
            " are locked with a key that is not on this computer any more, and Zetkin has no copy; move that folder "
            "elsewhere to begin anew."
        )


def test_nothing_here_opens_the_calls(tmp_path: Path) -> None:
    async def story(stand_in: StandIn) -> None:
        dana = await sign_in(stand_in, laptop(tmp_path))
        await unlock(laptop(tmp_path), dana.account, "correct horse battery")

    with zetkin() as stand_in:
        assert refused(story(stand_in)) == (
            f"Neither this computer's keyring nor a password opens the calls for {stand_in.domain}; log in again with "
            "`phonetui login`."
        )


def test_logging_in_again_finds_the_same_key_and_the_same_laptop(tmp_path: Path) -> None:
    async def story(stand_in: StandIn) -> None:
        here = laptop(tmp_path)
        first, again = await sign_in(stand_in, here), await sign_in(stand_in, here)
        assert (first.key, first.account.device_id) == (again.key, again.account.device_id)
        assert first.token != again.token

    with zetkin() as stand_in:
        asyncio.run(story(stand_in))


def test_logging_out_gives_back_whom_nobody_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_server, "_TOKENS", {})

    async def story(stand_in: StandIn) -> None:
        here = laptop(tmp_path)
        dana = await sign_in(stand_in, here)
        desk = await open_desk(here.folders, dana, CAMPAIGN, SystemClock(), secrets=here.secrets)
        changed = asyncio.Event()
        desk.listen(changed.set)
        await desk.start()
        async with asyncio.timeout(120):
            while desk.view.on_hand < 3:
                await changed.wait()
                changed.clear()
        await desk.close()
        gone = await log_out(here, dana)
        assert (gone.given_back, gone.still_lent, gone.told) == (3, 0, True)

    with zetkin() as stand_in:
        asyncio.run(story(stand_in))
        assert sorted(stand_in.world.queue) == [1001, 1002, 1003]
        assert stand_in.world.tokens == set()
        assert stand_in.world.complaints == []
        assert not list(tmp_path.rglob("*.journal"))


# -- the notebook ------------------------------------------------------------------------------------------------------


def test_what_was_sent_is_known_to_the_next_start(tmp_path: Path) -> None:
    async def story() -> None:
        await Notebook(tmp_path / "surveys.json", KEY).note(9001, 61, "abc", "begun")
        await Notebook(tmp_path / "surveys.json", KEY).note(9002, 61, "abc", "stored")
        after = Notebook(tmp_path / "surveys.json", KEY)
        assert await after.standing(9001, 61, "abc") == "begun"
        assert await after.standing(9001, 61, "other") is None
        await after.note(9001, 61, "abc", None)
        assert await Notebook(tmp_path / "surveys.json", KEY).standing(9001, 61, "abc") is None
        if os.name == "posix":
            assert (tmp_path / "surveys.json").stat().st_mode & 0o777 == 0o600

    asyncio.run(story())


def test_a_digest_tells_nothing_without_the_journals_key(tmp_path: Path) -> None:
    answers = b'{"responses":[{"question_id":601,"options":[2]}],"signature":1001}'
    ours, theirs = (Notebook(tmp_path / "surveys.json", key) for key in (KEY, bytes(32)))
    assert ours.digest(answers) == Notebook(tmp_path / "surveys.json", KEY).digest(answers)
    assert ours.digest(answers) not in (theirs.digest(answers), sha256(answers).hexdigest())


def test_a_notebook_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "surveys.json"
    file.write_text("nonsense")
    assert refused(Notebook(file, KEY).standing(1, 1, "")) == (
        f"The file {file} is not as phonetui wrote it; move it elsewhere and go on."
    )
    file.unlink()
    file.mkdir()
    told = refused(Notebook(file, KEY).standing(1, 1, ""))
    assert told.startswith(f"The file {file} cannot be read (")
    assert told.endswith("); make it readable.")
    file.rmdir()
    (tmp_path / "surveys.json.new").mkdir()
    told = refused(Notebook(file, KEY).note(1, 1, "", "begun"))
    assert told.startswith(f"The file {file} cannot be written (")
    assert told.endswith("); make some room, or make its folder writable.")
