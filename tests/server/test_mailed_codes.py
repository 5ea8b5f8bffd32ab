"""Proving an address: joining with a code by mail, and a new password for a forgotten one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import timedelta

import msgspec
import pytest

from phonetui.server import mail, tables
from phonetui.server.accounts import Accounts, Caller
from phonetui.server.engine import Database
from phonetui.server.invitations import issue
from phonetui.server.journal_keys import JournalKeys
from phonetui.server.keys import ServerKeys
from phonetui.server.mailed_codes import GOOD_FOR, TRIES, MailedCodes, code_for_password
from phonetui.server.own_account import OwnAccount
from phonetui.server.passwords import Passwords
from phonetui.server.problems import RequestRefused
from phonetui.server.sign_in_tries import MOST_MAILS_FROM_AN_ORIGIN, MOST_MAILS_TO_ONE
from phonetui.wire import ForgottenPassword, Join, JournalKey, KeyRelease, NewPassword, OwnWishes, Session, SignIn
from tests.mail_server import Mailbox, codes_in, mailbox
from tests.server.conftest import Clock
from tests.server.phone_bank import TURNOUT
from tests.server.test_accounts import KEY, OFFICE, PASSWORD, problem

DANA = "dana@example.org"
NEW = "staple battery horse"
WRONG = "00000000"


class Bank:
    """A campaign server that sends mail to `box`."""

    def __init__(self, database: Database, keys: ServerKeys, clock: Clock, box: Mailbox) -> None:
        self.database, self.clock, self.box = database, clock, box
        self.keys = keys
        self.codes = MailedCodes(database, keys.mailing, clock, str)
        self.accounts = Accounts(database, keys.naming, clock, Passwords(), self.codes)
        self.own = OwnAccount(database, clock, self.accounts, Passwords(), self.codes)
        self.journal_keys = JournalKeys(database, keys, self.accounts)
        self.secret = ""

    async def set_up(self) -> None:
        """One campaign, an invitation good for two, and mail."""
        row = {"campaign_id": "turnout", "version": 1, "state": "open", "source": "", "added_at": self.clock()}
        async with self.database.write() as connection:
            await connection.execute(tables.campaigns.insert().values(**row, body=msgspec.json.encode(TURNOUT)))
            await connection.execute(tables.settings.insert().values(name="url", value="https://calls.example.org"))
            await connection.run_sync(mail.keep, mail.mail_server(self.box.url, "calls@example.org"))
            expires_at = self.clock() + timedelta(days=1)
            self.secret = await connection.run_sync(issue, "turnout", "caller", 2, expires_at, self.clock())

    async def join(self, code: str = "", *, email: str = DANA, name: str = "Dana Reyes", **more: str) -> Session:
        asked = {"secret": self.secret, "email": email, "name": name, "password": PASSWORD, "device_id": "laptop"}
        return await self.accounts.join(msgspec.convert({**asked, "code": code, **more}, Join), OFFICE)

    async def joined(self) -> Session:
        """Dana, with the code from her mail."""
        await fails_with("code-sent", self.join())
        return await self.join(self.box.code())

    async def forgets(self, email: str = DANA, address: str = OFFICE) -> None:
        await self.own.forgotten(ForgottenPassword(email), address)
        await self.codes.close()  # the mail is on its way when the answer comes

    async def chooses(self, code: str, password: str = NEW, *, email: str = DANA, device: str = "laptop") -> Session:
        return await self.own.new_password(NewPassword(email, code, password, device), OFFICE)

    async def signs_in(self, password: str, device: str = "laptop") -> Session:
        return await self.accounts.sign_in(SignIn(DANA, password, device), OFFICE)

    async def caller(self, session: Session) -> Caller:
        return await self.accounts.caller(session.token)


async def fails_with(kind: str, doing: Coroutine[object, object, object]) -> str:
    """The sentence with which it is refused."""
    with pytest.raises(RequestRefused) as refused:
        await doing
    assert problem(refused) == kind
    return str(refused.value)


@pytest.fixture
def bank(database: Database, keys: ServerKeys, clock: Clock) -> Iterator[Bank]:
    with mailbox() as box:
        made = Bank(database, keys, clock, box)
        asyncio.run(made.set_up())
        yield made


# -- joining -----------------------------------------------------------------------------------------------------------


def test_who_joins_proves_the_address_first(bank: Bank) -> None:
    async def story() -> None:
        said = await fails_with("code-sent", bank.join())
        assert said == "A code was sent by mail; repeat the request with it."
        [letter] = bank.box.letters
        assert letter["To"] == DANA
        session = await bank.join(bank.box.code())
        assert (session.name, session.calling_name) == ("Dana Reyes", "Dana")
        assert (await bank.caller(session)).email == DANA
        assert len(bank.box.letters) == 1

    asyncio.run(story())


def test_the_mail_says_what_the_code_is_for_and_nothing_that_came_from_outside(bank: Bank) -> None:
    async def story() -> None:
        await fails_with("code-sent", bank.join(name="Click http://evil.example", calling_name="Bcc: x@example.org"))
        [letter] = bank.box.letters
        assert letter.get_content().replace("\r", "") == (
            f"Your code is {bank.box.code()}\n"
            "\n"
            "Type it where phonetui asks for it. It is good for 15 minutes, and once.\n"
            "It was asked for at calls.example.org, to join a phone bank.\n"
            "\n"
            "If that was not you, do nothing: without the code nothing happens.\n"
        )
        assert sorted(letter.keys()) == sorted(
            [
                *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
                *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
            ]
        )

    asyncio.run(story())


@pytest.mark.parametrize("email", ["dana@example.org,eve@example.org", "dana\u00e9@example.org", '"d a"@example.org'])
def test_an_address_that_mail_cannot_be_sent_to_is_refused(bank: Bank, email: str) -> None:
    async def story() -> None:
        said = await fails_with("bad-request", bank.join(email=email))
        assert said in (
            f"No mail can be sent to {email}; use another address.",
            f"{email} is not an e-mail address.",
        )
        assert bank.box.letters == []

    asyncio.run(story())


def test_a_code_is_good_once_and_for_its_own_address(bank: Bank) -> None:
    async def story() -> None:
        await bank.joined()
        spent = bank.box.code()
        said = await fails_with("wrong-code", bank.join(spent, email="eve@example.org"))
        assert said == "The code is wrong or has expired."
        await fails_with("wrong-code", bank.join(spent, password="another password"))

    asyncio.run(story())


def test_a_code_is_good_for_a_quarter_of_an_hour(bank: Bank) -> None:
    async def story() -> None:
        await fails_with("code-sent", bank.join())
        bank.clock.passes(seconds=GOOD_FOR.total_seconds())
        await fails_with("wrong-code", bank.join(bank.box.code()))

    asyncio.run(story())


def test_a_code_ends_after_a_few_wrong_tries(bank: Bank) -> None:
    async def story() -> None:
        await fails_with("code-sent", bank.join())
        for _ in range(TRIES):
            await fails_with("wrong-code", bank.join(WRONG))
        await fails_with("wrong-code", bank.join(bank.box.code()))

    asyncio.run(story())


def test_a_newer_code_ends_the_one_before(bank: Bank) -> None:
    async def story() -> None:
        await fails_with("code-sent", bank.join())
        await fails_with("code-sent", bank.join())
        first, second = (codes_in(letter)[0] for letter in bank.box.letters)
        if first != second:
            await fails_with("wrong-code", bank.join(first))
        await bank.join(f"{second[:4]} {second[4:]}")

    asyncio.run(story())


def test_two_who_use_one_code_at_once_make_one_account(bank: Bank) -> None:
    async def story() -> None:
        await fails_with("code-sent", bank.join())
        code = bank.box.code()
        found = await asyncio.gather(bank.join(code), bank.join(code), return_exceptions=True)
        assert [type(each).__name__ for each in found].count("Session") >= 1
        async with bank.database.read() as connection:
            assert len((await connection.execute(tables.accounts.select())).all()) == 1

    asyncio.run(story())


def test_joining_again_after_a_lost_reply_needs_no_other_code(bank: Bank) -> None:
    async def story() -> None:
        lost = await bank.joined()
        assert (await bank.join(bank.box.code())).caller_id == lost.caller_id
        assert len(bank.box.letters) == 1

    asyncio.run(story())


def test_nobody_learns_without_the_mail_whether_there_is_an_account(bank: Bank) -> None:
    async def story() -> None:
        await bank.joined()
        there = await fails_with("code-sent", bank.join(password="a strangers guess"))
        not_there = await fails_with("code-sent", bank.join(email="eve@example.org"))
        assert there == not_there
        assert len(bank.box.letters) == 3
        await fails_with("wrong-code", bank.join(WRONG, password="a strangers guess"))
        to_dana = codes_in(bank.box.letters[1])[0]
        said = await fails_with("account-exists", bank.join(to_dana, password="a strangers guess"))
        assert said == "dana@example.org has an account already; give that account's password."

    asyncio.run(story())


def test_an_invitation_that_has_ended_sends_no_mail(bank: Bank) -> None:
    async def story() -> None:
        bank.clock.passes(days=1)
        await fails_with("invitation-ended", bank.join())
        assert bank.box.letters == []

    asyncio.run(story())


def test_a_password_that_is_too_short_is_told_before_any_mail(bank: Bank) -> None:
    async def story() -> None:
        await fails_with("weak-password", bank.join(password="short"))
        assert bank.box.letters == []

    asyncio.run(story())


def test_mail_that_is_not_taken_is_told(bank: Bank) -> None:
    async def story() -> None:
        bank.box.refuses = "451 Try again later"
        said = await fails_with("mail-failed", bank.join())
        assert said == "The mail server did not take the mail; try again later."

    asyncio.run(story())


def test_a_calling_name_too_long_for_a_script_is_refused(bank: Bank) -> None:
    said = asyncio.run(fails_with("bad-request", bank.join(calling_name="D" * 41)))
    assert said == "The calling name needs 1 to 40 characters, all of them printable."


# -- how many ----------------------------------------------------------------------------------------------------------


def test_an_address_gets_few_mails_whoever_asks(bank: Bank) -> None:
    async def story() -> None:
        for asked in range(MOST_MAILS_TO_ONE):
            await bank.forgets(address=f"192.0.2.{asked}")
        with pytest.raises(RequestRefused) as refused:
            await bank.forgets(address="192.0.2.99")
        assert refused.value.problem.type == "too-many-tries"
        assert refused.value.retry_after == 900
        bank.clock.passes(minutes=15)
        await bank.forgets()

    asyncio.run(story())


def test_one_who_asks_for_many_addresses_is_stopped(bank: Bank) -> None:
    async def story() -> None:
        for asked in range(MOST_MAILS_FROM_AN_ORIGIN):
            await bank.forgets(f"caller{asked}@example.org")
        with pytest.raises(RequestRefused) as refused:
            await bank.forgets("one-more@example.org")
        assert refused.value.problem.type == "too-many-tries"
        await bank.forgets("one-more@example.org", address="198.51.100.1")

    asyncio.run(story())


# -- a forgotten password ----------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_chosen_anew(bank: Bank) -> None:
    async def story() -> None:
        lost = await bank.joined()
        await bank.forgets(" Dana@Example.org ")
        assert "to choose a new password" in bank.box.letters[-1].get_content()
        session = await bank.chooses(bank.box.code(), device="another-laptop")
        assert session.caller_id == lost.caller_id
        await fails_with("wrong-password", bank.signs_in(PASSWORD))
        await bank.signs_in(NEW)

    asyncio.run(story())


def test_a_new_password_ends_every_other_session(bank: Bank) -> None:
    async def story() -> None:
        sessions = [await bank.joined(), await bank.signs_in(PASSWORD, "office-desk")]
        await bank.forgets()
        new = await bank.chooses(bank.box.code(), device="another-laptop")
        for session in sessions:
            await fails_with("signed-out", bank.caller(session))
        assert (await bank.caller(new)).device_id == "another-laptop"

    asyncio.run(story())


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(bank: Bank) -> None:
    async def story() -> None:
        await bank.joined()
        await bank.forgets()
        await bank.forgets("nobody@example.org")
        assert [letter["To"] for letter in bank.box.letters] == [DANA, DANA]
        there = await fails_with("wrong-code", bank.chooses(WRONG))
        not_there = await fails_with("wrong-code", bank.chooses(WRONG, email="nobody@example.org"))
        assert there == not_there == "The code is wrong or has expired."

    asyncio.run(story())


def test_a_code_to_join_chooses_no_password(bank: Bank) -> None:
    async def story() -> None:
        await bank.joined()
        await fails_with("code-sent", bank.join(password="a strangers guess"))
        await fails_with("wrong-code", bank.chooses(bank.box.code()))

    asyncio.run(story())


def test_a_code_whose_mail_fails_is_as_if_it_had_not_come(bank: Bank) -> None:
    async def story() -> None:
        await bank.joined()
        bank.box.refuses = "451 Try again later"
        await bank.forgets()
        assert len(bank.box.letters) == 1

    asyncio.run(story())


def test_without_mail_the_campaign_itself_gives_a_code_for_a_new_password(bank: Bank) -> None:
    async def story() -> None:
        await bank.joined()
        async with bank.database.write() as connection:
            await connection.run_sync(mail.keep, None)
        sentence = "This server sends no mail; ask the campaign's owner for a code."
        assert await fails_with("no-mail", bank.forgets()) == sentence
        await fails_with("wrong-code", bank.chooses(WRONG))
        async with bank.database.write() as connection:
            code = await connection.run_sync(code_for_password, bank.keys.mailing, DANA, bank.clock())
        await bank.chooses(code)
        await fails_with("wrong-code", bank.chooses(code))

    asyncio.run(story())


def test_a_new_password_is_as_long_as_any_other(bank: Bank) -> None:
    async def story() -> None:
        await bank.joined()
        await bank.forgets()
        code = bank.box.code()
        await fails_with("weak-password", bank.chooses(code, "short"))
        await bank.chooses(code)

    asyncio.run(story())


# -- the key to a journal ----------------------------------------------------------------------------------------------


def test_after_a_new_password_a_key_is_given_only_once_an_owner_allows_it(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.caller(await bank.joined())
        await bank.journal_keys.keep(dana, "j-1", KEY)
        await bank.forgets()
        dana = await bank.caller(await bank.chooses(bank.box.code()))
        release = bank.journal_keys.release(dana, "j-1", KeyRelease(NEW))
        assert await fails_with("key-withheld", release) == (
            "The password was chosen anew by mail since the key was kept; an owner must allow its release."
        )
        async with bank.database.write() as connection:
            await connection.execute(tables.journal_keys.update().values(withheld=False))
        assert await bank.journal_keys.release(dana, "j-1", KeyRelease(NEW)) == KEY

    asyncio.run(story())


def test_a_laptop_that_has_the_key_itself_needs_nobodys_word(bank: Bank) -> None:
    async def story() -> None:
        dana = await bank.caller(await bank.joined())
        await bank.journal_keys.keep(dana, "j-1", KEY)
        await bank.forgets()
        dana = await bank.caller(await bank.chooses(bank.box.code()))
        other = JournalKey("A" * 43 + "=")
        await fails_with("bad-request", bank.journal_keys.keep(dana, "j-1", other))
        await fails_with("key-withheld", bank.journal_keys.release(dana, "j-1", KeyRelease(NEW)))
        await bank.journal_keys.keep(dana, "j-1", KEY)
        assert await bank.journal_keys.release(dana, "j-1", KeyRelease(NEW)) == KEY

    asyncio.run(story())


# -- what voters are told ----------------------------------------------------------------------------------------------


def test_callers_choose_what_voters_call_them_and_whether_to_be_on_the_board(bank: Bank) -> None:
    async def story() -> None:
        session = await bank.joined()
        dana = await bank.caller(session)
        assert await bank.own.wishes(dana) == OwnWishes("Dana", False)
        await bank.own.wish(dana, OwnWishes(" Dee ", True))
        assert await bank.own.wishes(dana) == OwnWishes("Dee", True)
        assert (await bank.accounts.session(await bank.caller(session), session.token)).calling_name == "Dee"
        await bank.own.wish(dana, OwnWishes(""))
        assert await bank.own.wishes(dana) == OwnWishes("Dana", False)
        await fails_with("bad-request", bank.own.wish(dana, OwnWishes("D\nee")))

    asyncio.run(story())


def test_whoever_joins_may_choose_a_calling_name_at_once(bank: Bank) -> None:
    async def story() -> None:
        await fails_with("code-sent", bank.join(calling_name="Dee"))
        assert (await bank.join(bank.box.code(), calling_name="Dee")).calling_name == "Dee"

    asyncio.run(story())
