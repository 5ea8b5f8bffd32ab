from __future__ import annotations

import asyncio
from base64 import b64encode
from collections import Counter
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select

from phonetui.core.campaign import CallingRules, Campaign
from phonetui.server import invitations, tables
from phonetui.server.accounts import Accounts, Caller
from phonetui.server.engine import Database
from phonetui.server.journal_keys import JournalKeys
from phonetui.server.keys import ServerKeys, keys_from
from phonetui.server.mailed_codes import MailedCodes
from phonetui.server.passwords import Passwords
from phonetui.server.problems import RequestRefused
from phonetui.server.sign_in_tries import MOST_FOR_A_PAIR, MOST_FOR_AN_ORIGIN, network
from phonetui.wire import Join, JournalKey, KeyRelease, Role, Session, SignIn

from .conftest import Clock

PASSWORD = "correct horse battery"
OFFICE = "192.0.2.7"
KEY = JournalKey(b64encode(b"k" * 32).decode())


class Bank:
    """A campaign server with two campaigns, as far as its accounts go."""

    def __init__(self, database: Database, keys: ServerKeys, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        codes = MailedCodes(database, keys.mailing, clock, str)
        self.accounts = Accounts(database, b"n" * 32, clock, Passwords(), codes)
        self.journal_keys = JournalKeys(database, keys, self.accounts)

    async def add_campaigns(self) -> None:
        day = self.clock().date()
        for campaign_id in ("schools", "turnout"):
            body = Campaign(
                campaign_id=campaign_id,
                name=f"The {campaign_id} campaign",
                organisation="Riverside Votes",
                languages=("en",),
                starts=day,
                ends=day,
                calling=CallingRules(hours={}),
                dispositions=(),
                steps=(),
            )
            row = tables.campaigns.insert().values(
                campaign_id=campaign_id,
                version=1,
                state="open",
                source="",
                body=msgspec.json.encode(body),
                added_at=self.clock(),
            )
            async with self.database.write() as connection:
                await connection.execute(row)

    async def invite(
        self, campaign_id: str | None = "turnout", role: Role = "caller", uses: int = 1, until: datetime | None = None
    ) -> str:
        expires_at = until or self.clock() + timedelta(days=7)
        async with self.database.write() as connection:
            return await connection.run_sync(invitations.issue, campaign_id, role, uses, expires_at, self.clock())

    async def join(self, secret: str, password: str = PASSWORD, device: str = "laptop") -> Session:
        return await self.accounts.join(Join(secret, "Dana@Example.org", "Dana", password, device), OFFICE)

    async def sign_in(self, password: str = PASSWORD, device: str = "laptop", address: str = OFFICE) -> Session:
        return await self.accounts.sign_in(SignIn("dana@example.org", password, device), address)

    async def dana(self) -> Caller:
        session = await self.join(await self.invite())
        return await self.accounts.caller(session.token)


@pytest.fixture
def bank(database: Database, keys: ServerKeys, clock: Clock) -> Bank:
    made = Bank(database, keys, clock)
    asyncio.run(made.add_campaigns())
    return made


def problem(refused: pytest.ExceptionInfo[RequestRefused]) -> str:
    return refused.value.problem.type


# -- joining -----------------------------------------------------------------------------------------------------------


def test_an_invitation_makes_an_account_that_opens_its_campaign(bank: Bank) -> None:
    async def story() -> None:
        session = await bank.join(await bank.invite())
        assert (session.name, session.email) == ("Dana", "dana@example.org")
        assert [(m.campaign_id, m.name, m.role) for m in session.campaigns] == [
            ("turnout", "The turnout campaign", "caller")
        ]
        caller = await bank.accounts.caller(session.token)
        assert (caller.caller_id, caller.device_id) == (session.caller_id, "laptop")
        assert (caller.role("turnout"), caller.role("schools")) == ("caller", None)

    asyncio.run(story())


def test_the_owners_invitation_opens_every_campaign(bank: Bank) -> None:
    async def story() -> None:
        session = await bank.join(await bank.invite(None, "owner"))
        assert [(m.campaign_id, m.role) for m in session.campaigns] == [("schools", "owner"), ("turnout", "owner")]
        assert session.joined == ""
        assert (await bank.accounts.caller(session.token)).role("turnout") == "owner"

    asyncio.run(story())


def test_an_invitation_is_spent_once_a_use(bank: Bank) -> None:
    async def story() -> None:
        secret = await bank.invite(uses=2)
        for email in ("a@example.org", "b@example.org"):
            await bank.accounts.join(Join(secret, email, "Caller", PASSWORD, "laptop"), OFFICE)
        with pytest.raises(RequestRefused) as refused:
            await bank.accounts.join(Join(secret, "c@example.org", "Caller", PASSWORD, "laptop"), OFFICE)
        assert problem(refused) == "invitation-ended"
        async with bank.database.read() as connection:
            assert len((await connection.execute(select(tables.accounts))).all()) == 2

    asyncio.run(story())


def test_an_invitation_ends_at_its_time(bank: Bank) -> None:
    async def story() -> None:
        secret = await bank.invite(until=bank.clock() + timedelta(days=1))
        bank.clock.passes(days=1)
        with pytest.raises(RequestRefused) as refused:
            await bank.join(secret)
        assert problem(refused) == "invitation-ended"

    asyncio.run(story())


def test_an_unknown_invitation_is_refused(bank: Bank) -> None:
    with pytest.raises(RequestRefused) as refused:
        asyncio.run(bank.join("made up"))
    assert problem(refused) == "invitation-ended"
    assert str(refused.value) == "The invitation is unknown, spent or expired."


def test_joining_again_after_a_lost_reply_spends_nothing_more(bank: Bank) -> None:
    async def story() -> None:
        secret = await bank.invite(uses=1)
        lost = await bank.join(secret)
        again = await bank.join(secret)
        assert again.caller_id == lost.caller_id
        with pytest.raises(RequestRefused) as refused:
            await bank.accounts.caller(lost.token)
        assert problem(refused) == "signed-out"

    asyncio.run(story())


def test_a_second_campaign_is_added_to_the_account(bank: Bank) -> None:
    async def story() -> None:
        first = await bank.join(await bank.invite("turnout"))
        second = await bank.join(await bank.invite("schools", "supervisor"))
        assert second.caller_id == first.caller_id
        assert (first.joined, second.joined, (await bank.sign_in()).joined) == ("turnout", "schools", "")
        assert [(m.campaign_id, m.role) for m in second.campaigns] == [("schools", "supervisor"), ("turnout", "caller")]

    asyncio.run(story())


def test_a_lesser_invitation_takes_no_role_away(bank: Bank) -> None:
    async def story() -> None:
        await bank.join(await bank.invite("turnout", "supervisor"))
        session = await bank.join(await bank.invite("turnout", "caller"))
        assert [m.role for m in session.campaigns] == ["supervisor"]

    asyncio.run(story())


def test_a_strangers_password_does_not_join_an_account_to_a_campaign(bank: Bank) -> None:
    async def story() -> None:
        await bank.join(await bank.invite("turnout"))
        secret = await bank.invite("schools")
        with pytest.raises(RequestRefused) as refused:
            await bank.join(secret, password="not the password")
        assert problem(refused) == "account-exists"
        assert str(refused.value) == "dana@example.org has an account already; give that account's password."
        assert len((await bank.join(secret)).campaigns) == 2

    asyncio.run(story())


def test_two_who_join_at_once_with_one_address_make_one_account(bank: Bank) -> None:
    async def story() -> None:
        secret = await bank.invite(uses=2)
        joining = (bank.join(secret), bank.join(secret, password="another one of hers"))
        found = await asyncio.gather(*joining, return_exceptions=True)
        assert sorted(type(each).__name__ for each in found) == ["RequestRefused", "Session"]
        async with bank.database.read() as connection:
            assert (await connection.execute(select(tables.invitations.c.uses_left))).scalar_one() == 1

    asyncio.run(story())


def test_a_short_password_is_refused_and_the_invitation_kept(bank: Bank) -> None:
    async def story() -> None:
        secret = await bank.invite()
        with pytest.raises(RequestRefused) as refused:
            await bank.join(secret, password="ninechars")
        assert problem(refused) == "weak-password"
        assert str(refused.value) == "The password needs 10 characters or more."
        await bank.join(secret, password="ten chars!")

    asyncio.run(story())


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Join("s", "dana", "Dana", PASSWORD, "laptop"), "dana is not an e-mail address."),
        (Join("s", "d ana@example.org", "Dana", PASSWORD, "laptop"), "d ana@example.org is not an e-mail address."),
        (
            Join("s", "d@example.org", " ", PASSWORD, "laptop"),
            "The name needs 1 to 200 characters, all of them printable.",
        ),
        (
            Join("s", "d@example.org", "D\x00", PASSWORD, "laptop"),
            "The name needs 1 to 200 characters, all of them printable.",
        ),
        (
            Join("s", "d@example.org", "Dana", PASSWORD, "lap top"),
            "The device_id needs 1 to 36 letters, digits, hyphens or underscores.",
        ),
    ],
)
def test_what_cannot_be_stored_is_refused(bank: Bank, asked: Join, sentence: str) -> None:
    async def story() -> None:
        secret = await bank.invite()
        with pytest.raises(RequestRefused) as refused:
            await bank.accounts.join(msgspec.structs.replace(asked, secret=secret), OFFICE)
        assert (problem(refused), str(refused.value)) == ("bad-request", sentence)

    asyncio.run(story())


# -- signing in and out ------------------------------------------------------------------------------------------------


def test_signing_in_gives_a_token_for_this_device(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.dana()
        session = await bank.accounts.sign_in(SignIn(" DANA@example.org", PASSWORD, "desktop"), OFFICE)
        assert (await bank.accounts.caller(session.token)).caller_id == dana.caller_id
        assert await bank.accounts.session(dana, session.token) == session

    asyncio.run(story())


def test_no_token_is_stored(bank: Bank) -> None:
    async def story() -> None:
        session = await bank.join(await bank.invite())
        async with bank.database.read() as connection:
            assert session.token not in str((await connection.execute(select(tables.devices))).all())

    asyncio.run(story())


def test_signing_in_again_ends_the_devices_former_token_and_no_other(bank: Bank) -> None:
    async def story() -> None:
        laptop = await bank.join(await bank.invite())
        desktop = await bank.sign_in(device="desktop")
        again = await bank.sign_in(device="laptop")
        for token in (desktop.token, again.token):
            await bank.accounts.caller(token)
        with pytest.raises(RequestRefused) as refused:
            await bank.accounts.caller(laptop.token)
        assert problem(refused) == "signed-out"

    asyncio.run(story())


def test_signing_out_ends_the_token(bank: Bank) -> None:
    async def story() -> None:
        session = await bank.join(await bank.invite())
        await bank.accounts.sign_out(await bank.accounts.caller(session.token))
        with pytest.raises(RequestRefused) as refused:
            await bank.accounts.caller(session.token)
        assert str(refused.value) == "The token is unknown or has ended."

    asyncio.run(story())


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(bank: Bank) -> None:
    async def story() -> None:
        await bank.dana()
        for email, password in (("dana@example.org", "something else"), ("nobody@example.org", PASSWORD)):
            with pytest.raises(RequestRefused) as refused:
                await bank.accounts.sign_in(SignIn(email, password, "phone"), OFFICE)
            assert problem(refused) == "wrong-password"
            assert str(refused.value) == "No account has this e-mail and password."

    asyncio.run(story())


# -- tries -------------------------------------------------------------------------------------------------------------


async def guess(bank: Bank, times: int, device: str = "thief", address: str = OFFICE) -> None:
    for _ in range(times):
        with pytest.raises(RequestRefused) as refused:
            await bank.sign_in("not the password", device, address)
        assert problem(refused) == "wrong-password"


def test_guessing_one_account_from_one_address_ends_soon(bank: Bank) -> None:
    async def story() -> None:
        await bank.dana()
        await guess(bank, MOST_FOR_A_PAIR)
        with pytest.raises(RequestRefused) as refused:
            await bank.sign_in(PASSWORD, "thief")
        assert problem(refused) == "too-many-tries"
        assert str(refused.value) == "Too many tries; wait 15 minutes, then try again."
        assert refused.value.retry_after == 900
        bank.clock.passes(minutes=15)
        await bank.sign_in(PASSWORD, "thief")

    asyncio.run(story())


def test_guessing_elsewhere_locks_nobody_out(bank: Bank) -> None:
    async def story() -> None:
        await bank.dana()
        await guess(bank, MOST_FOR_A_PAIR)
        await bank.sign_in(device="new-laptop", address="198.51.100.1")

    asyncio.run(story())


def test_a_known_device_is_not_locked_out_by_others_at_its_address(bank: Bank) -> None:
    async def story() -> None:
        await bank.dana()
        await guess(bank, MOST_FOR_A_PAIR)
        await bank.sign_in(device="laptop")

    asyncio.run(story())


def test_a_stolen_known_device_may_not_guess_for_ever(bank: Bank) -> None:
    async def story() -> None:
        await bank.dana()
        await guess(bank, MOST_FOR_A_PAIR, device="laptop")
        with pytest.raises(RequestRefused) as refused:
            await bank.sign_in(device="laptop")
        assert problem(refused) == "too-many-tries"

    asyncio.run(story())


def test_the_right_password_clears_the_slips_before_it(bank: Bank) -> None:
    async def story() -> None:
        await bank.dana()
        for _ in range(2):
            await guess(bank, MOST_FOR_A_PAIR - 1, device="tablet", address="198.51.100.9")
            await bank.sign_in(device="phone", address="198.51.100.9")

    asyncio.run(story())


def test_guessing_many_accounts_from_one_address_ends_too(bank: Bank) -> None:
    async def story() -> None:
        for number in range(MOST_FOR_AN_ORIGIN):
            with pytest.raises(RequestRefused) as refused:
                await bank.accounts.sign_in(SignIn(f"{number}@example.org", PASSWORD, "thief"), OFFICE)
            assert problem(refused) == "wrong-password"
        with pytest.raises(RequestRefused) as refused:
            await bank.accounts.sign_in(SignIn("another@example.org", PASSWORD, "thief"), OFFICE)
        assert problem(refused) == "too-many-tries"

    asyncio.run(story())


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(bank: Bank) -> None:
    async def story() -> None:
        await bank.dana()
        tries = (bank.sign_in("not the password", "thief") for _ in range(4 * MOST_FOR_A_PAIR))
        refusals = await asyncio.gather(*tries, return_exceptions=True)
        kinds = Counter(refused.problem.type for refused in refusals if isinstance(refused, RequestRefused))
        assert kinds == {"wrong-password": MOST_FOR_A_PAIR, "too-many-tries": 3 * MOST_FOR_A_PAIR}

    asyncio.run(story())


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unix socket", "unix socket"),
    ],
)
def test_an_ipv6_household_counts_as_one_address(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


# -- journals' keys ----------------------------------------------------------------------------------------------------


def test_a_journals_key_comes_back_for_the_password_alone(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.dana()
        await bank.journal_keys.keep(dana, "journal-1", KEY)
        await bank.journal_keys.keep(dana, "journal-1", KEY)
        assert await bank.journal_keys.release(dana, "journal-1", KeyRelease(PASSWORD)) == KEY
        with pytest.raises(RequestRefused) as refused:
            await bank.journal_keys.release(dana, "journal-1", KeyRelease("not the password"))
        assert problem(refused) == "wrong-password"

    asyncio.run(story())


def test_a_key_is_stored_sealed(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.dana()
        await bank.journal_keys.keep(dana, "journal-1", KEY)
        async with bank.database.read() as connection:
            assert b"k" * 8 not in (await connection.execute(select(tables.journal_keys.c.sealed))).scalar_one()

    asyncio.run(story())


def test_a_kept_key_is_never_replaced(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.dana()
        await bank.journal_keys.keep(dana, "journal-1", KEY)
        with pytest.raises(RequestRefused) as refused:
            await bank.journal_keys.keep(dana, "journal-1", JournalKey(b64encode(b"x" * 32).decode()))
        assert str(refused.value) == "Another key is kept for this journal; drop that one first."
        assert await bank.journal_keys.release(dana, "journal-1", KeyRelease(PASSWORD)) == KEY

    asyncio.run(story())


def test_a_dropped_key_is_gone(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.dana()
        await bank.journal_keys.keep(dana, "journal-1", KEY)
        await bank.journal_keys.drop(dana, "journal-1")
        with pytest.raises(RequestRefused) as refused:
            await bank.journal_keys.release(dana, "journal-1", KeyRelease(PASSWORD))
        assert str(refused.value) == "No journal key is kept under this id."

    asyncio.run(story())


def test_another_caller_gets_no_key_by_its_journals_name(bank: Bank) -> None:
    async def story() -> None:
        await bank.journal_keys.keep(await bank.dana(), "journal-1", KEY)
        asked = Join(await bank.invite(), "eve@example.org", "Eve", PASSWORD, "laptop")
        eve = await bank.accounts.caller((await bank.accounts.join(asked, OFFICE)).token)
        with pytest.raises(RequestRefused) as refused:
            await bank.journal_keys.release(eve, "journal-1", KeyRelease(PASSWORD))
        assert problem(refused) == "no-such-key"

    asyncio.run(story())


def test_a_key_sealed_with_another_servers_secret_is_said_to_be(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.dana()
        await bank.journal_keys.keep(dana, "journal-1", KEY)
        elsewhere = JournalKeys(bank.database, keys_from(b"other" * 7), bank.accounts)
        with pytest.raises(RequestRefused) as refused:
            await elsewhere.release(dana, "journal-1", KeyRelease(PASSWORD))
        assert str(refused.value) == "The key was sealed with another server's secret."

    asyncio.run(story())


@pytest.mark.parametrize("key", ["", "c2hvcnQ=", "not base64!"])
def test_what_is_no_key_is_refused(bank: Bank, key: str) -> None:
    async def story() -> None:
        with pytest.raises(RequestRefused) as refused:
            await bank.journal_keys.keep(await bank.dana(), "journal-1", JournalKey(key))
        assert str(refused.value) == "A journal's key is 32 bytes in base64."

    asyncio.run(story())
