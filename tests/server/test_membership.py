"""Sam says who calls for the campaign; Olga owns the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
import pytest
from sqlalchemy import update

from phonetui.core.event import Remark, Report
from phonetui.server import tables
from phonetui.server.accounts import caller_of
from phonetui.server.problems import RequestRefused
from phonetui.wire import ExchangeReply
from phonetui.wire_supervisors import (
    InvitationLink,
    MemberNow,
    MemberRule,
    WantedInvitation,
    decode_audit,
    decode_link,
    decode_members,
    decode_told,
)

from .conftest import Clock
from .phone_bank import Laptop, PhoneBank, number, statuses
from .supervisors_office import SupervisorsOffice, office


@pytest.fixture
def here(url: str, clock: Clock) -> Iterator[SupervisorsOffice]:
    with office(url, clock) as opened:
        yield opened


def members(here: SupervisorsOffice, who: Laptop) -> dict[str, MemberNow]:
    return {member.name: member for member in decode_members(here.does(who, "GET", "members")).members}


async def as_now(bank: PhoneBank, who: Laptop) -> Laptop:
    """The laptop, with the roles that its token has now."""
    async with bank.database.read() as connection:
        who.caller = await caller_of(connection, who.caller.token_hash)
    return who


def test_everybody_is_listed_with_what_their_laptops_have_not_sent(here: SupervisorsOffice, clock: Clock) -> None:
    olga, sam, dana = here.owner(), here.joins("sam", "supervisor"), here.joins("dana")
    here.run(dana.asks(msgspec.structs.replace(dana.request(), unsent=4)))
    found = members(here, sam)
    assert list(found) == ["dana", "olga", "sam"]
    assert {name: member.role for name, member in found.items()} == {
        "dana": "caller",
        "olga": "owner",
        "sam": "supervisor",
    }
    assert (found["dana"].unsent, found["dana"].devices, found["dana"].heard_at) == (4, 1, clock())
    assert members(here, olga) == found


def test_a_caller_is_promoted_and_gets_languages(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.does(sam, "PUT", "members/dana", MemberRule("supervisor", ("ES",), ("nurses",)))
    now = members(here, dana)["dana"]
    assert (now.role, now.languages, now.tags) == ("supervisor", ("es",), ("nurses",))
    assert here.audited() == [("sam", "member", "dana supervisor")]


def test_only_owners_make_owners_and_the_last_one_stays(here: SupervisorsOffice) -> None:
    olga, sam, dana = here.owner(), here.joins("sam", "supervisor"), here.joins("dana")
    no = ("not-yours", "Only owners make owners, or change what an owner may do.")
    assert here.refused(sam, "PUT", "members/dana", MemberRule("owner")) == no
    assert here.refused(sam, "PUT", "members/olga", MemberRule("caller")) == no
    assert here.refused(sam, "DELETE", "members/olga") == ("not-yours", "Only owners sign out or remove an owner.")
    last = ("refused", "olga is the server's last owner; make somebody else an owner first.")
    assert here.refused(olga, "PUT", "members/olga", MemberRule("caller")) == last
    here.does(olga, "PUT", "members/dana", MemberRule("owner"))
    here.does(dana, "PUT", "members/olga", MemberRule("supervisor"))
    assert {name: member.role for name, member in members(here, dana).items()} == {
        "dana": "owner",
        "olga": "supervisor",
        "sam": "supervisor",
    }
    assert here.refused(dana, "DELETE", "members/dana") == (
        "refused",
        "dana is an owner of the server; make them a caller first.",
    )


def test_whoever_is_signed_out_logs_in_again_to_send(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.does(sam, "POST", "members/dana/sign-out")
    with pytest.raises(RequestRefused, match="The token is unknown or has ended"):
        here.run(as_now(here.bank, dana))
    assert members(here, sam)["dana"].devices == 0
    assert here.audited() == [("sam", "signed-out", "dana")]


def test_a_removed_callers_laptop_sends_what_it_has_and_gets_nothing(here: SupervisorsOffice) -> None:
    sam, dana, eli = here.joins("sam", "supervisor"), here.joins("dana"), here.joins("eli")
    here.borrows(dana, 2)
    here.does(sam, "DELETE", "members/dana")
    assert "dana" not in members(here, sam)
    here.run(as_now(here.bank, dana))
    reply = here.run(dana.sends(dana.outcome("1", "refused"), want=25))
    assert statuses(reply.receipts) == ["stored"]
    assert (reply.leases, reply.ended, reply.campaign_state) == ((), ("2",), "closed")
    assert here.run(eli.borrows(25)) == [number(2), number(3)]
    assert here.run(here.bank.figures()).attempts == 1
    assert here.evening(sam).today.attempts == 1


def test_a_watching_laptop_hears_that_its_caller_was_removed(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")

    async def story() -> ExchangeReply:
        await dana.sends()
        watching = asyncio.create_task(dana.sends(wait=20))
        while not (here.bank.exchange.bells.waiting or watching.done()):
            await asyncio.wait([watching], timeout=0.001)
        await asyncio.to_thread(here.does, sam, "DELETE", "members/dana")
        here.bank.exchange.wake("turnout")
        return await watching

    assert here.run(story()).campaign_state == "closed"


def test_a_strangers_campaign_stays_unknown_to_them(here: SupervisorsOffice) -> None:
    dana = here.joins("dana")
    here.run(stranger(here.bank, "dana"))
    here.run(as_now(here.bank, dana))
    with pytest.raises(RequestRefused) as refused:
        here.run(dana.sends())
    assert refused.value.problem.type == "no-such-campaign"


async def stranger(bank: PhoneBank, caller_id: str) -> None:
    async with bank.database.write() as connection:
        of = tables.members.c.caller_id == caller_id
        await connection.execute(update(tables.members).where(of).values(campaign_id="schools"))


def test_nobody_of_that_id_calls_here(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    assert here.refused(sam, "DELETE", "members/nobody") == (
        "refused",
        "Nobody of that id calls for turnout; look at the members again.",
    )


def test_supervisors_ask_people_in(here: SupervisorsOffice, clock: Clock) -> None:
    olga, sam = here.owner(), here.joins("sam", "supervisor")
    link = decode_link(here.does(sam, "POST", "invitations", WantedInvitation("supervisor", 3, 24)))
    assert link.expires_at == clock().replace(day=7)
    assert joins_with(here, link) == {"turnout": "supervisor"}
    no = ("not-yours", "Only owners ask in owners.")
    assert here.refused(sam, "POST", "invitations", WantedInvitation("owner")) == no
    assert joins_with(here, decode_link(here.does(olga, "POST", "invitations", WantedInvitation("owner")))) == {
        "turnout": "owner"
    }
    assert [(action, subject) for _, action, subject in here.audited()] == [
        ("invited", "owner 1"),
        ("invited", "supervisor 3"),
    ]


def joins_with(here: SupervisorsOffice, link: InvitationLink) -> dict[str, str]:
    secret = urlsplit(link.link).fragment
    asked = {"secret": secret, "email": f"{secret[:6]}@example.org", "name": "New", "password": "correct horse b"}
    session = here.client.post("/v1/join", json={**asked, "device_id": "new"}).json()
    return {each["campaign_id"]: each["role"] for each in session["campaigns"]}


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (WantedInvitation(uses=0), "An invitation is good for 1 to 1,000 people."),
        (WantedInvitation(hours=0), "An invitation is good for 1 to 2,160 hours."),
    ],
)
def test_an_invitation_has_limits(here: SupervisorsOffice, wanted: WantedInvitation, sentence: str) -> None:
    sam = here.joins("sam", "supervisor")
    assert here.refused(sam, "POST", "invitations", wanted) == ("refused", sentence)


def test_corrections_and_words_on_the_script_are_told_the_newest_first(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.borrows(dana, 1)
    ticket = dana.known["1"].tickets["1"]
    said = {"at": clock(), "campaign_id": "turnout", "voter_id": "1", "ticket": ticket}
    here.run(dana.sends(Report(id="r-1", seq=1, about="name", text="It is Anne.", **said)))  # type: ignore[arg-type]
    clock.passes(minutes=1)
    remark = Remark(id="r-2", seq=2, at=clock(), campaign_id="turnout", step_id="opening", text="Too long.")
    here.run(dana.sends(remark))
    told = decode_told(here.does(sam, "GET", "told")).told
    assert [(one.kind, one.about, one.text, one.voter, one.caller) for one in told] == [
        ("remark", "opening", "Too long.", "", "dana"),
        ("report", "name", "It is Anne.", "Ann Doe", "dana"),
    ]


def test_the_log_is_read_page_by_page(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    for state in ("paused", "open"):
        here.does(sam, "PUT", "state", {"state": state})
    log = decode_audit(here.does(sam, "GET", "audit"))
    assert [entry.action for entry in log.entries] == ["opened", "paused"]
    assert decode_audit(here.does(sam, "GET", "audit", before=1)).entries == ()
