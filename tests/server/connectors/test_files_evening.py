"""A whole evening on files and on webhooks: every outcome is there once, though disks fill up and runs are killed."""

from __future__ import annotations

import csv
import errno
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from phonetui.core.voter import decode_voter
from phonetui.server.connectors import files_whole
from phonetui.server.connectors.files_rows import TYPES
from phonetui.server.engine import sync_engine
from phonetui.server.results import export
from phonetui.server.tables import voters
from phonetui.server.voter_import import import_voters
from tests.server.phone_bank import PhoneBank

from .evening import CAMPAIGN, Evening, Faults, Played, Recorded, play
from .meanings import MEANINGS, OURS, ended
from .webhook_stand_in import SECRET, Receiver, receiving

PEOPLE = range(100, 170)


def voters_file(folder: Path) -> Path:
    """A list that ThruTalk would take, of people in New York."""
    file = folder / "voters.csv"
    rows = [f"P{nth},Doe,212555{nth:04},{nth},10001" for nth in PEOPLE]
    file.write_text("\n".join(["First Name,Last Name,Phone,Unique Identifier,Zip", *rows, ""]), encoding="utf-8")
    return file


@contextmanager
def full_disk(random: Random, share: float = 0.2) -> Iterator[None]:
    """While this goes on, a file in five cannot be finished."""
    real = os.fsync

    def perhaps(descriptor: int) -> None:
        if random.random() < share:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files_whole, "os", SimpleNamespace(**{**vars(os), "fsync": perhaps}))
        yield


def rows_in(folder: Path) -> list[dict[str, str]]:
    """All rows of all days."""
    assert not list(folder.glob(".*"))
    rows: list[dict[str, str]] = []
    for file in sorted(folder.glob("there-*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            rows += csv.DictReader(text)
    return rows


def evening_of(url: str, folder: Path, source: str, seed: int) -> tuple[Played, list[dict[str, str]]]:
    """The evening over that connection, and the rows that are there at its end."""
    results = folder / "results"
    results.mkdir()
    with full_disk(Random(seed)):
        source = f"campaign: {CAMPAIGN.campaign_id}\nresults: {results}\n{source}"
        played = play(Evening(url, folder, source, secrets={}), seed=seed)
    assert played.pulled.imported == len(PEOPLE)
    assert played.then == played.left == dict.fromkeys(map(str, PEOPLE), "") | ended(played.results)
    return played, rows_in(results)


@pytest.mark.parametrize(("theirs", "ids"), [("", ["1", ""]), ("ids: theirs\n", ["1", "2"])])
def test_an_id_of_another_list_is_in_no_file(url: str, tmp_path: Path, theirs: str, ids: list[str]) -> None:
    ours = tmp_path / "ours.csv"
    ours.write_text("ID,Name,Phone\n2,Bo Lee,2125550177\n", encoding="utf-8")
    there = tmp_path / "there.csv"
    there.write_text("ID,Name,Phone\n1,Ann Doe,2125550101\n", encoding="utf-8")
    source = f"system: files\ncampaign: {CAMPAIGN.campaign_id}\nvoters: {there}\nresults: {tmp_path}\n{theirs}"
    evening = Evening(url, tmp_path, source, secrets={})
    with evening.engine.connect() as connection:
        import_voters(connection, CAMPAIGN.campaign_id, ours, erasing_key=b"e" * 32, now=evening.clock())
    evening.pull()

    async def story(bank: PhoneBank) -> None:
        dana = await bank.join("Dana")
        await dana.borrows(2)
        called = [voter_id for lease in dana.hand.values() for voter_id in lease.tickets]
        await dana.sends(*(dana.outcome(voter_id, "not_home", done=True) for voter_id in called))

    evening._call(story)
    evening.clock.passes(minutes=11)
    evening.push()
    rows = sorted(rows_in(tmp_path), key=lambda row: row["number"])
    assert [row["voter_file_id"] for row in rows] == ids


def test_files_hold_every_outcome_once(url: str, tmp_path: Path) -> None:
    played, rows = evening_of(url, tmp_path, f"system: files\nvoters: {voters_file(tmp_path)}", 1)
    told = {row["event_id"]: (row["voter_file_id"], row["number"], row["disposition"], row["note"]) for row in rows}
    assert len(told) == len(rows)
    assert told == {one.event_id: (one.file_id, one.number, one.disposition, one.note) for one in played.recorded}
    out = StringIO(newline="")
    with sync_engine(url).connect() as connection:
        export(connection, CAMPAIGN.campaign_id, out)
    exported = list(csv.DictReader(StringIO(out.getvalue(), newline="")))
    alike = [(name, name) for name in TYPES if name in exported[0]] + [("answer_plan", "plan")]
    assert [[row[ours] for ours, _ in alike] for row in rows] == [
        [row[theirs] for _, theirs in alike] for row in exported
    ]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_who_has_voted_when_comes_in_too(url: str, tmp_path: Path) -> None:
    file = tmp_path / "voters.csv"
    file.write_text("ID,Name,Phone,2024 General,G22\n1,Ann Doe,2125550101,,Y\n2,Bo Poe,2125550102,Y,Y\n", "utf-8")
    source = f"system: files\ncampaign: {CAMPAIGN.campaign_id}\nvoters: {file}"
    assert Evening(url, tmp_path, source, secrets={}).pull().imported == 2
    with sync_engine(url).connect() as connection:
        bodies = connection.scalars(select(voters.c.body).order_by(voters.c.voter_id)).all()
    assert [decode_voter(body).elections for body in bodies] == [("2022 general",), ("2022 general", "2024 general")]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_thrutalks_file_holds_every_outcome_once(url: str, tmp_path: Path) -> None:
    source = (
        f"system: thrutalk\nupload: {voters_file(tmp_path)}\nvoter_id_type: VANID\nresult_question: plan\n"
        'answers: {plan: {"yes": Will vote, "no": Will not vote}}\ndispositions: {do_not_call: Do not call}'
    )
    played, rows = evening_of(url, tmp_path, source, 3)
    told = Counter((row["Voter ID"], row["Voter Phone"], row["Result"]) for row in rows)
    assert told == Counter((one.file_id, one.number.removeprefix("+1"), in_thrutalk(one)) for one in played.recorded)


def in_thrutalk(one: Recorded) -> str:
    """The result of a talk is that of the script."""
    if one.disposition == "talked":
        return {"yes": "Will vote", "no": "Will not vote"}[one.answers["plan"]]
    return MEANINGS[one.disposition].thrutalk or OURS[one.disposition]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_hub_dialers_file_holds_every_outcome_once(url: str, tmp_path: Path) -> None:
    source = (
        f"system: hubdialer\nvoters: {voters_file(tmp_path)}\ncolumns: {{id: Unique Identifier}}\n"
        "result_columns: {Contact: voter_file_id, Outcome: disposition}\ndispositions: {busy: Engaged}"
    )
    played, rows = evening_of(url, tmp_path, source, 4)
    told = Counter((row["Contact"], row["Outcome"]) for row in rows)
    called = {"busy": "Engaged"}
    assert told == Counter((one.file_id, called.get(one.disposition, one.disposition)) for one in played.recorded)


def test_webhooks_tell_every_outcome_once(url: str, tmp_path: Path) -> None:
    random, receiver = Random(5), Receiver(lambda: evening.clock())
    with receiving(receiver) as address, Faults(random).meet():
        source = f"system: webhooks\ncampaign: {CAMPAIGN.campaign_id}"
        evening = Evening(url, tmp_path, source, secrets={"key": SECRET, "url": address})
        with sync_engine(url).connect() as connection:
            import_voters(
                connection, CAMPAIGN.campaign_id, voters_file(tmp_path), erasing_key=b"e" * 32, now=evening.clock()
            )
        with evening.calling() as dana:
            dana.calls(50)
            dana.sends()
            evening.clock.passes(minutes=11)
            evening.push_until_done(random, kills=3)
            dana.corrects()
            dana.sends()
            evening.clock.passes(minutes=11)
            evening.push_until_done(random, kills=2)
            recorded = evening.recorded(dana)
        posts = receiver.posts
        evening.nothing_to_tell()
    assert (receiver.posts, receiver.wrong) == (posts, [])
    assert receiver.standing == {one.attempt_id: one.disposition for one in recorded}
    assert {got.kind for got in receiver.got.values()} == {"outcome", "correction", "undo"}
