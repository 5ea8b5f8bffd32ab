from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from phonetui.core.event import Dial, Remark, Report, encode
from phonetui.server import tables
from phonetui.server.engine import Database
from phonetui.server.results import Figures
from phonetui.wire import REJECTIONS, Receipt, digest

from .conftest import Clock
from .phone_bank import SCHOOLS, PhoneBank, dana_calls_ann, statuses

ATTEMPTS = ("attempt_id", "voter_id", "disposition", "contact", "talk", "round", "late")


def test_a_receipt_names_the_event_and_the_digest_of_its_bytes(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        body = encode(dana.outcome(ann, "talked")).replace(b",", b" ,\n ")
        reply = await dana.sends(body)
        assert reply.receipts == (Receipt("dana-laptop-1", digest(body), "stored"),)
        assert await bank.rows(tables.events, "event_id", "kind", "body") == [("dana-laptop-1", "outcome", body)]
        assert await bank.rows(tables.attempts, *ATTEMPTS) == [("dana-laptop-1", 1, "talked", True, True, 0, False)]
        assert await bank.rows(tables.voters, "voter_id", "ended") == [(1, "talked")]
        assert await bank.rows(tables.households, "household_id", "state", "attempts") == [(1, "closed", 1)]

    asyncio.run(story())


def test_an_event_sent_twice_is_stored_once(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        outcome = dana.outcome(ann, "not_home")
        await dana.asks(dana.request(outcome))
        again = await dana.sends(outcome, outcome)
        assert statuses(again.receipts) == ["duplicate", "duplicate"]
        assert again.stored_through == 1
        assert await bank.count(tables.attempts) == await bank.count(tables.events) == 1

    asyncio.run(story())


def test_the_same_id_with_other_bytes_is_a_conflict(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        outcome = dana.outcome(ann, "not_home")
        other = msgspec.structs.replace(outcome, disposition="talked")
        reply = await dana.sends(outcome, other)
        assert statuses(reply.receipts) == ["stored", "conflict"]
        assert reply.receipts[1].digest == digest(encode(other))
        assert await bank.rows(tables.attempts, "disposition") == [("not_home",)]

    asyncio.run(story())


def test_what_this_server_does_not_know_yet_is_kept(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        pledge = b'{"kind":"pledge","id":"p","seq":1,"campaign_id":"turnout","amount":{"usd":25}}'
        newer = encode(dana.outcome(ann, "talked"))[:-1] + b',"mood":"warm"}'
        reply = await dana.sends(pledge, newer)
        assert statuses(reply.receipts) == ["stored", "stored"]
        assert await bank.rows(tables.events, "kind", "body") == [("outcome", newer), ("pledge", pledge)]

    asyncio.run(story())


GOOD = {
    "kind": "remark",
    "id": "r",
    "seq": 1,
    "at": "2026-10-06T16:00:00Z",
    "campaign_id": "turnout",
    "step_id": "hello",
    "text": "Too long.",
}
OUTCOME = {**GOOD, "kind": "outcome", "voter_id": "1", "disposition": "busy", "number_ending": "01"}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({**GOOD, "text": 7}, "The event cannot be read: Expected `str`, got `int` - at `$.text`."),
        ({**GOOD, "seq": "x"}, "The event cannot be read: Expected `int`, got `str` - at `$.seq`."),
        ({**GOOD, "seq": 0}, "The event's seq is not a count from 1 up."),
        ({**GOOD, "seq": 2**31}, "The event's seq is not a count from 1 up."),
        ({**GOOD, "id": ""}, "The event has no id or no kind."),
        ({**GOOD, "id": "i" * 37}, "The event's id is longer than 36 characters, or holds a NUL."),
        ({**GOOD, "id": "\0"}, "The event's id is longer than 36 characters, or holds a NUL."),
        ({**GOOD, "kind": "k" * 21}, "The event's kind is longer than 20 characters, or holds a NUL."),
        ({**GOOD, "text": "x" * 65536}, "The event has 65650 bytes; 65536 are allowed."),
        ({**GOOD, "campaign_id": "schools"}, "The event belongs to another campaign than the request."),
        ({**GOOD, "at": "2026-10-06T16:00:00"}, "The event's at has no time zone, or lies outside the calendar."),
        ({**GOOD, "at": "0001-01-01T00:00:00+14:00"}, "The event's at has no time zone, or lies outside the calendar."),
        ({**GOOD, "kind": "undo"}, "The undo does not say what it takes back."),
        ({**GOOD, "kind": "undo", "supersedes": "r"}, "The event takes the place of itself."),
        ({**GOOD, "kind": "undo", "supersedes": "x"}, "The event does not say which voter it is about."),
        ({**GOOD, "kind": "skip"}, "The event does not say which voter it is about."),
        ({**OUTCOME, "number_ending": "911"}, "The event's number_ending is not the last 2 digits of a number."),
        ({**OUTCOME, "voter_id": "9" * 5000}, "The event's voter is not one of this campaign."),
        (OUTCOME, "The event's ticket is not one that this server gave this caller for this voter."),
    ],
)
def test_a_bad_event_is_rejected_by_name(
    database: Database, clock: Clock, event: dict[str, object], reason: str
) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        body = msgspec.json.encode(event)
        reply = await dana.sends(body, msgspec.json.encode({**GOOD, "id": "good", "seq": 2}))
        bad, good = reply.receipts
        assert (bad.id, bad.digest, bad.status, bad.reason) == (event["id"], digest(body), "rejected", reason)
        assert REJECTIONS[bad.code].format_map(bad.of) == reason
        assert good.status == "stored"

    asyncio.run(story())


@pytest.mark.parametrize("body", [b"7", b"[]", b"null", b'{"id":5}', b'{"id":"\xff"}', b"[" * 5000 + b"]" * 5000])
def test_what_is_no_event_at_all_harms_no_other(database: Database, clock: Clock, body: bytes) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        reply = await dana.sends(body, msgspec.json.encode({**GOOD, "id": "good", "seq": 2}))
        assert statuses(reply.receipts) == ["rejected", "stored"]
        assert reply.receipts[0].digest == digest(body)

    asyncio.run(story())


def test_a_rejected_event_leaves_no_gap(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")

        def remark(seq: int, **more: object) -> bytes:
            return msgspec.json.encode({**GOOD, "id": f"r{seq}", "seq": seq, **more})

        assert (await dana.sends(remark(1), remark(4, text=0), remark(5))).stored_through == 1
        assert (await dana.sends(remark(3))).stored_through == 1
        assert (await dana.sends(remark(2))).stored_through == 5
        assert (await dana.sends()).stored_through == 5
        assert await bank.count(tables.rejected_seqs) == 0

    asyncio.run(story())


def test_a_long_outbox_arrives_to_its_end(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana = await bank.join("dana")
        remarks = [msgspec.json.encode({**GOOD, "id": f"r{seq}", "seq": seq}) for seq in range(1, 2302)]
        await dana.sends(*remarks[1:1000])
        await dana.sends(*remarks[1000:2000])
        assert (await dana.sends(*remarks[2000:])).stored_through == 0
        assert (await dana.sends(remarks[0])).stored_through == 2301

    asyncio.run(story())


async def restore_a_backup(database: Database) -> None:
    """Everything is as before the first lease."""
    async with database.write() as connection:
        for name in ("events", "attempts", "outboxes", "lendings", "number_locks"):
            await connection.execute(tables.metadata.tables[name].delete())
        await connection.execute(tables.voters.update().values(ended=""))
        blank = {"state": "ready", "attempts": 0, "ready_at": None, "lent_to": "", "lent_until": None}
        await connection.execute(tables.households.update().values(**blank, lent_at=None, lent_device=""))


def test_a_restored_server_says_how_far_it_has_the_outbox(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann], [ben] = await bank.household(1), await bank.household(2)
        dana = await bank.join("dana")
        await dana.borrows(2)
        first, second = dana.outcome(ann, "talked"), dana.outcome(ben, "not_home")
        await dana.sends(first)
        await restore_a_backup(database)
        reply = await dana.sends(second)
        assert (statuses(reply.receipts), reply.stored_through) == (["stored"], 0)
        reply = await dana.sends(first, second)
        assert (statuses(reply.receipts), reply.stored_through) == (["stored", "duplicate"], 2)
        assert await bank.rows(tables.attempts, "disposition", "late") == [("not_home", False), ("talked", False)]

    asyncio.run(story())


def test_a_restored_server_lends_again_what_was_taken_back(database: Database, clock: Clock) -> None:
    async def story() -> None:
        _, dana, ann = await dana_calls_ann(database, clock)
        tickets = dana.hand["1"].tickets
        await restore_a_backup(database)
        clock.passes(minutes=5)
        talked = dana.outcome(ann, "talked")
        assert (await dana.sends(talked, dana.undo(talked))).ended == ()
        [lease] = (await dana.asks(dana.request(held=[]))).leases
        assert lease.tickets == tickets

    asyncio.run(story())


def test_nobody_records_for_a_voter_never_lent_to_them(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        await bank.add(SCHOOLS)
        [ann], [ben] = await bank.household(1), await bank.household(2)
        dana, eli = await bank.join("dana", campaigns=[SCHOOLS]), await bank.join("eli")
        await eli.borrows(25)
        eli_s = eli.outcome(ann, "talked")
        another_voter = msgspec.structs.replace(eli.outcome(ben, "talked"), voter_id=ann)
        dana.caller.roles["turnout"] = "caller"
        reply = await dana.sends(eli_s)
        assert statuses(reply.receipts) == ["rejected"]
        reply = await eli.sends(another_voter)
        assert statuses(reply.receipts) == ["rejected"]
        assert await bank.count(tables.events) == 0

    asyncio.run(story())


def test_an_id_that_another_caller_used_is_a_conflict(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        dana, eli = await bank.join("dana"), await bank.join("eli")
        remark = msgspec.json.encode(GOOD)
        assert statuses((await dana.sends(remark)).receipts) == ["stored"]
        assert statuses((await eli.sends(remark)).receipts) == ["conflict"]

    asyncio.run(story())


def test_late_events_are_stored_and_a_contact_counts_once(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        [ann] = await bank.household(1)
        dana, eli = await bank.join("dana"), await bank.join("eli")
        await dana.borrows()
        called_at = clock.passes(minutes=5)
        clock.passes(hours=3)
        await eli.borrows()
        await eli.sends(eli.outcome(ann, "language"))
        reply = await dana.sends(dana.outcome(ann, "language", at=called_at))
        assert statuses(reply.receipts) == ["stored"]
        assert reply.ended == ()
        rows = await bank.rows(tables.attempts, "caller_id", "round", "late")
        assert rows == [("dana", 0, True), ("eli", 0, False)]
        assert await bank.figures() == Figures(attempts=2, contacts=1, talks=0)
        assert await bank.rows(tables.households, "attempts") == [(2,)]

    asyncio.run(story())


def test_the_server_knows_better_than_a_clock_that_is_wrong(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank = PhoneBank(database, clock)
        await bank.add()
        voters = [(await bank.household(household_id))[0] for household_id in (1, 2)]
        dana = await bank.join("dana")
        await dana.borrows(2)
        lent_at = clock()
        stored_at = clock.passes(minutes=10)
        long_ago, far_off = datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
        await dana.sends(dana.outcome(voters[0], "busy", at=long_ago), dana.outcome(voters[1], "busy", at=far_off))
        assert await bank.rows(tables.attempts, "voter_id", "at") == [(1, lent_at), (2, stored_at)]

    asyncio.run(story())


def test_what_is_not_an_attempt_is_only_kept(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        ticket = dana.hand["1"].tickets[ann]
        events = (
            Dial(id="d", seq=1, at=clock(), campaign_id="turnout", voter_id=ann, ticket=ticket, number_ending="01"),
            Report(
                id="p", seq=2, at=clock(), campaign_id="turnout", voter_id=ann, ticket=ticket, about="name", text="Anne"
            ),
            Remark(id="r", seq=3, at=clock(), campaign_id="turnout", step_id="hello", text="Too long"),
        )
        reply = await dana.sends(*events)
        assert statuses(reply.receipts) == ["stored"] * 3
        assert await bank.rows(tables.events, "kind", "voter_id", "household_id") == [
            ("dial", 1, 1),
            ("remark", None, None),
            ("report", 1, 1),
        ]
        assert await bank.rows(tables.households, "state", "lent_to") == [("lent", "dana")]

    asyncio.run(story())


def test_a_disposition_that_the_campaign_no_longer_has_is_kept(database: Database, clock: Clock) -> None:
    async def story() -> None:
        bank, dana, ann = await dana_calls_ann(database, clock)
        reply = await dana.sends(dana.outcome(ann, "left_pigeon"))
        assert statuses(reply.receipts) == ["stored"]
        assert await bank.rows(tables.attempts, "disposition", "contact") == [("left_pigeon", False)]
        assert await bank.rows(tables.households, "state") == [("resting",)]

    asyncio.run(story())
