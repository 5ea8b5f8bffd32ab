"""A stick carries a shift: events in a file count once, whichever way they arrive first."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from phonetui.core.event import AnyEvent, HelpQuestion, Outcome, Remark, Report, encode
from phonetui.core.refusal import Refused
from phonetui.server import outbox_import, tables
from phonetui.server.engine import Database, plain_engine
from phonetui.server.outbox_import import AT_ONCE, OutboxReport, read_outbox, take_in
from phonetui.wire_outbox import OutboxEnd, OutboxHead, OutboxLine

from .conftest import Clock
from .phone_bank import KEYS, SCHOOLS, TURNOUT, Laptop, PhoneBank, statuses

Edit = Callable[[list[bytes]], list[bytes]]


class Stick:
    """Carries files from laptops to the server's machine."""

    def __init__(self, url: str, folder: Path, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self.file = folder / "outbox.jsonl"

    def write(self, laptop: Laptop, events: Sequence[AnyEvent], *, edit: Edit | None = None, **head: str | int) -> None:
        """What the laptop would export; `edit` tampers with the lines, and does the sum anew."""
        caller = laptop.caller
        said = {"server": "https://calls.example.org", "caller_id": caller.caller_id, "device_id": caller.device_id}
        first = msgspec.json.encode(msgspec.convert({**said, **head}, OutboxHead))
        lines = [first, *(msgspec.json.encode(OutboxLine(one.campaign_id, Raw(encode(one)))) for one in events)]
        body = b"".join(line + b"\n" for line in (edit(lines) if edit else lines))
        end = msgspec.json.encode(OutboxEnd(body.count(b"\n") - 1, hashlib.sha256(body).hexdigest()))
        self.file.write_bytes(body + end + b"\n")

    def imports(self, told: Callable[[int], None] = lambda events: None) -> OutboxReport:
        return take_in(plain_engine(self._url), KEYS.ticket, self.file, read_outbox(self.file), self._clock(), told)

    def is_stopped_after(self, events: int) -> str:
        """What an import says that Ctrl-C ends."""

        def stop(so_far: int) -> None:
            if so_far >= events:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt) as stopped:
            self.imports(stop)
        return str(stopped.value).replace(str(self.file), "FILE")

    def refusal(self) -> str:
        with pytest.raises(Refused) as refused:
            self.imports()
        return str(refused.value).replace(str(self.file), "FILE")


@pytest.fixture
def stick(url: str, tmp_path: Path, clock: Clock) -> Stick:
    return Stick(url, tmp_path, clock)


@pytest.fixture
def bank(database: Database, clock: Clock) -> PhoneBank:
    """Dana can call Ann, Ben and Cem."""
    bank = PhoneBank(database, clock)

    async def open_it() -> None:
        await bank.add()
        for household_id, name in enumerate(("Ann", "Ben", "Cem"), start=1):
            await bank.household(household_id, name)

    asyncio.run(open_it())
    return bank


async def a_shift(bank: PhoneBank) -> tuple[Laptop, list[Outcome]]:
    """Three calls that no network has carried yet."""
    dana = await bank.join("dana")
    await dana.borrows(25)
    return dana, [dana.outcome(voter_id, "talked") for voter_id in ("1", "2", "3")]


def test_the_stick_first_then_the_line(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, calls = await a_shift(bank)
        stick.write(dana, calls)
        report = await asyncio.to_thread(stick.imports)
        assert (report.caller, report.events, report.stored, report.duplicate, report.rejected) == ("dana", 3, 3, 0, 0)
        reply = await dana.sends(*calls)
        assert statuses(reply.receipts) == ["duplicate"] * 3
        assert reply.stored_through == 3
        assert (await bank.figures()).talks == 3

    asyncio.run(story())


def test_the_line_first_then_the_stick_twice(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, calls = await a_shift(bank)
        assert (await dana.sends(calls[1])).stored_through == 0
        stick.write(dana, calls)
        for stored, duplicate in ((2, 1), (0, 3)):
            report = await asyncio.to_thread(stick.imports)
            assert (report.stored, report.duplicate, report.rejected) == (stored, duplicate, 0)
        assert (await bank.figures()).attempts == 3
        assert (await dana.sends(calls[0], calls[2])).stored_through == 3  # until then the laptop has not said so
        assert await bank.rows(tables.outboxes, "device_id", "stored_through") == [("dana-laptop", 3)]

    asyncio.run(story())


def test_a_long_shift_goes_in_many_transactions_and_can_be_stopped_between_them(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, [first, *_] = await a_shift(bank)
        corrections = [first]
        for _ in range(AT_ONCE + 20):
            corrections.append(dana.outcome("1", "talked", supersedes=corrections[-1].id))
        stick.write(dana, corrections)
        assert await asyncio.to_thread(stick.is_stopped_after, AT_ONCE) == (
            "Stopped: 100 of 121 entries of FILE are taken in. Import it again; what is stored already counts once."
        )
        again = await asyncio.to_thread(stick.imports)
        assert (again.duplicate, again.stored) == (AT_ONCE, len(corrections) - AT_ONCE)
        assert (await bank.figures()).attempts == 1

    asyncio.run(story())


def test_a_call_whose_lease_went_elsewhere_is_late(bank: PhoneBank, stick: Stick, clock: Clock) -> None:
    async def story() -> None:
        dana, calls = await a_shift(bank)
        clock.passes(hours=3)
        eli = await bank.join("eli")
        await eli.borrows(25)
        await eli.sends(eli.outcome("1", "talked"))
        stick.write(dana, calls[:1])
        assert (await asyncio.to_thread(stick.imports)).stored == 1
        figures = await bank.figures()
        assert (figures.attempts, figures.contacts) == (2, 1)
        assert sorted(await bank.rows(tables.attempts, "late")) == [(False,), (True,)]

    asyncio.run(story())


def test_nobody_can_record_for_a_voter_who_was_not_lent_to_them(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, [call, *_] = await a_shift(bank)
        eli = await bank.join("eli")
        forged = msgspec.structs.replace(call, id="eli-1", voter_id="2")
        stick.write(eli, [call, forged])
        report = await asyncio.to_thread(stick.imports)
        reason = "The event's ticket is not one that this server gave this caller for this voter."
        assert (report.stored, report.rejected, report.reasons) == (0, 2, {reason: 2})
        stick.write(dana, [call])
        assert (await asyncio.to_thread(stick.imports)).stored == 1

    asyncio.run(story())


@pytest.mark.parametrize("owner", [False, True])
def test_a_file_that_says_it_is_a_supervisors_corrects_nobody_elses_calls(
    bank: PhoneBank, stick: Stick, owner: bool
) -> None:
    async def story() -> None:
        dana, [call, *_] = await a_shift(bank)
        await dana.sends(call)
        sue = await bank.join("sue", role="supervisor")
        async with bank.database.write() as connection:
            await connection.execute(update(tables.accounts).values(owner=owner))
        forged = msgspec.structs.replace(call, id="s1", seq=1, ticket="", disposition="refused", supersedes=call.id)
        stick.write(sue, [forged])
        report = await asyncio.to_thread(stick.imports)
        assert (report.caller, report.stored, report.rejected) == ("sue", 0, 1)
        assert await bank.rows(tables.attempts, "disposition") == [("talked",)]

    asyncio.run(story())


def test_what_was_rejected_is_tried_again_and_another_event_under_an_id_is_not_stored(
    bank: PhoneBank, stick: Stick
) -> None:
    async def story() -> None:
        dana, [call, other, _] = await a_shift(bank)
        await dana.sends(call)
        changed = msgspec.structs.replace(call, disposition="refused")

        def marked(lines: list[bytes]) -> list[bytes]:
            return [lines[0], lines[1][:-1] + b',"rejected":"Another time."}', lines[2]]

        stick.write(dana, [other, changed], edit=marked)
        report = await asyncio.to_thread(stick.imports)
        assert (report.stored, report.rejected) == (1, 1)
        told = (
            "Something else came first under this one's id, perhaps from a file changed on its way; tell the campaign."
        )
        assert report.reasons == {told: 1}

    asyncio.run(story())


def test_a_made_up_file_does_not_hide_what_a_restored_server_lacks(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, calls = await a_shift(bank)
        made_up = [msgspec.structs.replace(call, id=f"made-up-{call.seq}", ticket="made up") for call in calls[:2]]
        stick.write(dana, made_up)
        assert (await asyncio.to_thread(stick.imports)).rejected == 2
        assert (await dana.sends(calls[2])).stored_through == 0
        assert (await dana.sends(*calls[:2])).stored_through == 3

    asyncio.run(story())


def test_nobody_puts_words_under_anothers_name(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, [call, *_] = await a_shift(bank)
        here = {"campaign_id": TURNOUT.campaign_id, "at": call.at}
        in_a_call = {**here, "voter_id": call.voter_id, "ticket": call.ticket}
        hers = msgspec.convert({**in_a_call, "id": "r1", "seq": 4, "step_id": "hello", "text": "Long."}, Remark)
        made_up: list[AnyEvent] = [
            msgspec.convert({**here, "id": "r2", "seq": 5, "step_id": "hello", "text": "Useless."}, Remark),
            msgspec.convert({**here, "id": "r3", "seq": 6, "about": "name", "text": "Zoe"}, Report),
            msgspec.convert({**here, "id": "r4", "seq": 7, "text": "May I stop?"}, HelpQuestion),
        ]
        stick.write(dana, [hers, *made_up])
        report = await asyncio.to_thread(stick.imports)
        reason = "The event names no voter, so nothing shows who wrote it; it comes when the laptop itself sends it."
        assert (report.stored, report.reasons) == (1, {reason: 3})
        assert statuses((await dana.sends(*made_up)).receipts) == ["stored"] * 3

    asyncio.run(story())


def test_a_ticket_off_a_found_stick_does_not_hide_it_either(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, calls = await a_shift(bank)
        stick.write(dana, [msgspec.structs.replace(calls[2], id="made-up", seq=1)])
        assert (await asyncio.to_thread(stick.imports)).stored == 1
        assert (await dana.sends(calls[1], calls[2])).stored_through == 0
        assert (await dana.sends(calls[0])).stored_through == 3

    asyncio.run(story())


# -- files that are not taken ------------------------------------------------------------------------------------------


def written(bank: PhoneBank, stick: Stick, **head: str | int) -> None:
    async def story() -> None:
        dana, calls = await a_shift(bank)
        stick.write(dana, calls, edit=None, **head)

    asyncio.run(story())


NOT_ONE = "The file FILE is no outbox; name the file that `phonetui outbox export` wrote on the laptop."
CUT = "The file FILE is cut short; copy it again, or export it again on the laptop."
CHANGED = "The file FILE is not as it was written, so nothing of it was taken; export it again on the laptop."


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda whole: whole[:-1].rpartition(b"\n")[0] + b"\n", CUT),
        (lambda whole: whole[: len(whole) // 2], CUT),
        (lambda whole: whole[:-20], CUT),
        (lambda whole: whole.partition(b"\n")[0], CUT),
        (lambda whole: whole.replace(b"talked", b"busy", 1), CHANGED),
        (lambda whole: whole.replace(b"dana", b"eli", 1), CHANGED),
        (lambda whole: whole.replace(b"\n", b"\r\n"), CHANGED),
        (lambda whole: b"", NOT_ONE),
        (lambda whole: b"Voter ID,First Name\n1,Ana\n", NOT_ONE),
        (lambda whole: b"\xff\xfe\x00" * 99, NOT_ONE),
        (lambda whole: b"[" * 100_000, NOT_ONE),
        (lambda whole: b'{"outbox":1}\n', NOT_ONE),
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_not_taken(
    bank: PhoneBank, stick: Stick, damage: Callable[[bytes], bytes], sentence: str
) -> None:
    written(bank, stick)
    stick.file.write_bytes(damage(stick.file.read_bytes()))
    assert stick.refusal() == sentence
    assert asyncio.run(bank.count(tables.events)) == 0


def test_a_file_for_another_server_says_for_which(bank: PhoneBank, stick: Stick) -> None:
    written(bank, stick, caller_id="somebody-else", server="https://calls.example.org\x1b[31m")
    assert stick.refusal() == (
        "The file FILE is from a caller whom this server does not know; it was made for "
        "https://calls.example.org[31m, so import it there."
    )


def test_a_file_of_a_newer_phonetui_says_what_to_do(bank: PhoneBank, stick: Stick) -> None:
    written(bank, stick, outbox=2)
    assert stick.refusal() == ("The file FILE was written by a newer phonetui; install that one here and import again.")


def test_ids_that_are_none_are_not_stored(bank: PhoneBank, stick: Stick) -> None:
    written(bank, stick, device_id="x" * 37)
    assert stick.refusal() == CHANGED


def test_a_campaign_that_the_caller_does_not_call_for_is_named(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, [call, *_] = await a_shift(bank)
        await bank.add(SCHOOLS)
        stick.write(dana, [call, msgspec.structs.replace(call, campaign_id="schools")])

    asyncio.run(story())
    assert stick.refusal() == (
        "The file FILE holds results for schools, which is no campaign of dana's on this server; "
        "invite dana to it, or import the file where it belongs."
    )
    assert asyncio.run(bank.count(tables.events)) == 0


def test_a_file_that_cannot_be_read_is_named(stick: Stick) -> None:
    assert stick.refusal() == (
        "The file FILE cannot be read (No such file or directory); name the file from the laptop."
    )


def test_a_file_that_is_far_too_large_is_not_read(
    bank: PhoneBank, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(bank, stick)
    monkeypatch.setattr(outbox_import, "LARGEST_FILE", 100)
    assert stick.refusal() == NOT_ONE


def test_where_the_database_gives_up_the_file_is_imported_again(
    bank: PhoneBank, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*about: object, **more: object) -> None:
        raise OperationalError("BEGIN", {}, Exception("database is locked"))

    written(bank, stick)
    with monkeypatch.context() as patched:
        patched.setattr("phonetui.server.events.store", busy)
        assert stick.refusal() == (
            "The database could not take all of FILE; import it again, what is stored already counts once."
        )
    assert stick.imports().stored == 3


def test_the_events_bytes_come_through_untouched(bank: PhoneBank, stick: Stick) -> None:
    async def story() -> None:
        dana, [call, *_] = await a_shift(bank)
        body = json.dumps(json.loads(encode(call)), indent=None, separators=(" , ", " : ")).encode()
        stick.write(dana, [call], edit=lambda lines: [lines[0], lines[1].replace(encode(call), body)])
        assert (await asyncio.to_thread(stick.imports)).stored == 1
        assert await bank.rows(tables.events, "body") == [(body,)]
        assert TURNOUT.campaign_id in body.decode()

    asyncio.run(story())
