"""Sam says who calls for the campaign; Olga owns the server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, timedelta
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from sqlalchemy import update

from phonetui.client.evening_view import may_be_unsent_words
from phonetui.core.event import Remark, Report
from phonetui.server import admin, tables
from phonetui.server.accounts import caller_of
from phonetui.server.audit import entries
from phonetui.server.problems import RequestRefused
from phonetui.wire import ExchangeReply, Role
from phonetui.wire_supervisors import (
    InvitationLink,
    MemberNow,
    MemberRule,
    WantedInvitation,
    decode_audit,
    decode_invitations,
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


def test_whoever_left_in_good_order_is_told_from_whoever_lost_the_line(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.run(dana.asks(msgspec.structs.replace(dana.request(), leaves=True)))
    clock.passes(minutes=10)
    [now] = here.evening(sam).callers
    assert (now.doing, now.since) == ("left", clock() - timedelta(minutes=10))
    assert members(here, sam)["dana"].left
    here.run(dana.asks(dana.request()))
    assert here.evening(sam).callers[0].doing == "idle"
    assert not members(here, sam)["dana"].left
    here.run(dana.asks(msgspec.structs.replace(dana.request(), leaves=True, unsent=2)))
    clock.passes(minutes=10)
    assert here.evening(sam).callers[0].doing == "offline"  # what was not sent is only there
    assert not members(here, sam)["dana"].left


def test_a_tablet_that_was_left_does_not_hide_the_laptop_in_use(here: SupervisorsOffice, clock: Clock) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    tablet = here.run(here.bank.join("dana", device="dana-tablet"))
    leaves = msgspec.structs.replace(tablet.request(), leaves=True)
    here.borrows(dana, 1)
    here.run(dana.asks(msgspec.structs.replace(dana.request(), shown="1", shown_for=60)))
    heard_at = clock()
    clock.passes(seconds=20)
    here.run(tablet.asks(leaves))
    [now] = here.evening(sam).callers
    assert (now.doing, now.voter) == ("calling", "Ann Doe")
    clock.passes(hours=1)
    here.run(tablet.asks(leaves))
    member = members(here, sam)["dana"]
    assert (member.heard_at, member.unheard_since) == (clock(), heard_at)
    assert may_be_unsent_words(member, clock(), UTC) == (
        "Not heard of since 4:00 pm: calls that are only on their laptop are still taken later."
    )


def test_a_caller_is_promoted_and_gets_languages(here: SupervisorsOffice) -> None:
    sam, dana = here.joins("sam", "supervisor"), here.joins("dana")
    here.does(sam, "PUT", "members/dana", MemberRule(role="supervisor", languages=("ES",), tags=("nurses",)))
    now = members(here, dana)["dana"]
    assert (now.role, now.languages, now.tags) == ("supervisor", ("es",), ("nurses",))
    assert here.audited() == [
        ("sam", "member", "dana tags 1"),
        ("sam", "member", "dana languages 1"),
        ("sam", "member", "dana supervisor"),
    ]


def test_two_who_change_a_member_do_not_undo_each_other(here: SupervisorsOffice) -> None:
    olga, sam = here.owner(), here.joins("sam", "supervisor")
    here.joins("dana")
    here.does(olga, "PUT", "members/dana", MemberRule(role="supervisor"))
    here.does(sam, "PUT", "members/dana", MemberRule(tags=("nurses",)))
    here.does(olga, "PUT", "members/dana", MemberRule(languages=("es",)))
    now = members(here, sam)["dana"]
    assert (now.role, now.languages, now.tags) == ("supervisor", ("es",), ("nurses",))


def test_an_owner_speaks_languages_too(here: SupervisorsOffice) -> None:
    olga = here.owner()
    here.does(olga, "PUT", "members/olga", MemberRule(languages=("es",)))
    now = members(here, olga)["olga"]
    assert (now.role, now.languages) == ("owner", ("es",))


def test_only_owners_make_owners_and_the_last_one_stays(here: SupervisorsOffice) -> None:
    olga, sam, dana = here.owner(), here.joins("sam", "supervisor"), here.joins("dana")
    no = ("not-yours", "Only owners make owners, or change what an owner may do.")
    assert here.refused(sam, "PUT", "members/dana", MemberRule(role="owner")) == no
    assert here.refused(sam, "PUT", "members/olga", MemberRule(role="caller")) == no
    assert here.refused(sam, "DELETE", "members/olga") == ("not-yours", "Only owners sign out or remove an owner.")
    last = ("refused", "olga is the server's last owner; make somebody else an owner first.")
    assert here.refused(olga, "PUT", "members/olga", MemberRule(role="caller")) == last
    here.does(olga, "PUT", "members/dana", MemberRule(role="owner"))
    here.does(dana, "PUT", "members/olga", MemberRule(role="supervisor"))
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


def test_signing_out_stands_in_the_log_of_every_campaign(here: SupervisorsOffice) -> None:
    sam = here.joins("sam", "supervisor")
    here.joins("dana")
    here.does(sam, "POST", "members/dana/sign-out")
    assert here.run(log_of(here.bank, "schools")) == [("signed-out", "dana")]


async def log_of(bank: PhoneBank, campaign_id: str) -> list[tuple[str, str]]:
    async with bank.database.read() as connection:
        log = await connection.run_sync(entries, campaign_id)
    return [(entry.action, entry.subject) for entry in log.entries]


def test_a_removed_callers_laptop_sends_what_it_has_and_gets_nothing(here: SupervisorsOffice) -> None:
    sam, dana, eli = here.joins("sam", "supervisor"), here.joins("dana"), here.joins("eli")
    here.borrows(dana, 2)
    here.does(sam, "DELETE", "members/dana")
    assert "dana" not in members(here, sam)
    here.run(as_now(here.bank, dana))
    reply = here.run(dana.sends(dana.outcome("1", "refused"), want=25))
    assert statuses(reply.receipts) == ["stored"]
    assert (reply.leases, reply.ended, reply.campaign_state) == ((), ("2",), "closed")
    assert reply.out.removed
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

    reply = here.run(story())
    assert (reply.campaign_state, reply.out.removed) == ("closed", True)


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


def joining(here: SupervisorsOffice, link: InvitationLink, email: str = "") -> httpx.Response:
    secret = urlsplit(link.link).fragment
    asked = {"secret": secret, "email": email or f"{secret[:6]}@example.org", "name": "New"}
    return here.client.post("/v1/join", json={**asked, "password": "correct horse b", "device_id": "new"})


def joins_with(here: SupervisorsOffice, link: InvitationLink, email: str = "") -> dict[str, str]:
    session = joining(here, link, email).json()
    return {each["campaign_id"]: each["role"] for each in session["campaigns"]}


def asks_in(here: SupervisorsOffice, who: Laptop, role: Role = "caller", uses: int = 5) -> InvitationLink:
    return decode_link(here.does(who, "POST", "invitations", WantedInvitation(role, uses)))


def test_an_owner_who_is_asked_in_at_the_server_is_one_in_all_things(
    here: SupervisorsOffice, url: str, clock: Clock
) -> None:
    sam = here.joins("sam", "supervisor")
    link = admin.invite(url, "turnout", "owner", 1, clock() + timedelta(hours=1), clock())
    session = joining(here, InvitationLink(link, clock())).json()
    asked = here.client.post(
        "/v1/campaigns/turnout/invitations",
        headers={"Authorization": f"Bearer {session['token']}"},
        content=msgspec.json.encode(WantedInvitation("owner")),
    )
    assert joins_with(here, decode_link(asked.content), "other@example.org") == {"turnout": "owner"}
    new = members(here, sam)["New"]
    assert new.role == "owner"
    assert here.refused(sam, "PUT", f"members/{new.caller_id}", MemberRule(role="caller"))[0] == "not-yours"
    assert here.refused(sam, "DELETE", f"members/{new.caller_id}")[0] == "not-yours"


EVE = "eve@example.org"


def test_whoever_was_removed_comes_back_by_a_new_invitation_alone(here: SupervisorsOffice, clock: Clock) -> None:
    sam = here.joins("sam", "supervisor")
    link = asks_in(here, sam, "supervisor")
    assert joins_with(here, link, EVE) == {"turnout": "supervisor"}
    clock.passes(minutes=5)
    here.does(sam, "DELETE", f"members/{members(here, sam)['New'].caller_id}")
    clock.passes(minutes=5)
    refused = joining(here, link, EVE)
    assert (refused.status_code, refused.json()["type"], refused.json()["detail"]) == (
        410,
        "invitation-ended",
        "The invitation is from before you were taken off; ask the campaign's organiser for a new one.",
    )
    assert list(members(here, sam)) == ["sam"]
    assert joins_with(here, link) == {"turnout": "supervisor"}  # others are let in as before
    assert joins_with(here, asks_in(here, sam), EVE) == {"turnout": "caller"}


def test_whoever_was_made_a_caller_is_made_no_supervisor_by_the_link_of_before(
    here: SupervisorsOffice, clock: Clock
) -> None:
    olga = here.owner()
    link = asks_in(here, olga, "supervisor")
    joins_with(here, link, EVE)
    eve = members(here, olga)["New"].caller_id
    clock.passes(minutes=5)
    here.does(olga, "PUT", f"members/{eve}", MemberRule(role="caller"))
    assert joining(here, link, EVE).status_code == 410
    assert members(here, olga)["New"].role == "caller"


def test_whoever_was_an_owner_is_made_none_by_the_link_of_before(here: SupervisorsOffice, clock: Clock) -> None:
    olga = here.owner()
    link = asks_in(here, olga, "owner")
    joins_with(here, link, EVE)
    eve = members(here, olga)["New"].caller_id
    clock.passes(minutes=5)
    here.does(olga, "PUT", f"members/{eve}", MemberRule(role="supervisor"))
    assert joining(here, link, EVE).status_code == 410
    assert members(here, olga)["New"].role == "supervisor"


def test_open_invitations_are_listed_and_ended(here: SupervisorsOffice, clock: Clock) -> None:
    olga, sam = here.owner(), here.joins("sam", "supervisor")
    link, owners = asks_in(here, sam, "supervisor", 3), asks_in(here, olga, "owner", 1)
    joins_with(here, link)
    [listed] = decode_invitations(here.does(sam, "GET", "invitations")).invitations
    assert (listed.role, listed.uses_left, listed.by) == ("supervisor", 2, "sam")
    assert (listed.issued_at, listed.expires_at) == (clock(), link.expires_at)
    every = decode_invitations(here.does(olga, "GET", "invitations")).invitations
    assert sorted(each.role for each in every) == ["owner", "supervisor"]
    here.does(sam, "DELETE", f"invitations/{listed.invitation_id}")
    assert joining(here, link, EVE).status_code == 410
    assert decode_invitations(here.does(sam, "GET", "invitations")).invitations == ()
    assert here.audited()[0] == ("sam", "invitation-ended", "supervisor")
    [owners_own] = decode_invitations(here.does(olga, "GET", "invitations")).invitations
    no = ("refused", "This invitation is open no more; look at the invitations again.")
    assert here.refused(sam, "DELETE", f"invitations/{owners_own.invitation_id}") == no
    assert joins_with(here, owners) == {"turnout": "owner"}


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
