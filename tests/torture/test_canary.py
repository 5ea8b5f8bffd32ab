"""A search that finds nothing must be one that would have found something."""

from __future__ import annotations

import asyncio
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from phonetui.client.journal import Journal
from phonetui.client.outbox import Taken
from tests.client.people import KEY, lease, reply
from tests.torture import canary, journal_bytes

TEXT = f"x{canary.FIRST}{canary.word(7)} {canary.LAST}, 3 {canary.STREET} St, {canary.number(7)}, {canary.note(7)}"
ALL = {"name", "street", "number", "note"}


@pytest.mark.parametrize(
    "written",
    [
        str.encode,
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        *(lambda text, before=before: b64encode(before + text.encode()) for before in (b"", b"a", b"ab")),
        lambda text: urlsafe_b64encode(text.encode()),
    ],
)
def test_every_canary_is_found_however_it_is_written(written: Callable[[str], bytes]) -> None:
    assert {found.what for found in canary.search(b"\0\xff" + written(TEXT) + b"\xff")} == ALL


@pytest.mark.parametrize("number", ["+19295550007", "(929) 555-0007", "929.555.0007", "929-5550007"])
def test_a_number_is_found_whatever_is_in_between(number: str) -> None:
    assert [(found.what, found.voter) for found in canary.search(number.encode())] == [("number", 7)]


def test_what_is_cut_short_is_found_and_is_nobodys() -> None:
    assert [(found.what, found.voter) for found in canary.search(canary.FIRST.encode() + b"ha\0")] == [("name", None)]


@pytest.mark.parametrize("how", [bytes, lambda key: key.hex().upper().encode(), lambda key: b"ab" + b64encode(key)])
def test_a_key_is_found_however_it_is_written(how: Callable[[bytes], bytes]) -> None:
    assert list(canary.search_secret(b"key: " + how(KEY) + b";", KEY))


def test_a_journals_pages_and_log_can_be_read_and_its_files_tell_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "fall.journal"

    def read() -> tuple[bytes, bytes]:
        return b"".join(file.read_bytes() for file in tmp_path.iterdir()), journal_bytes.plain(journal, KEY)

    async def lend() -> tuple[bytes, bytes]:
        opened = await Journal.open(journal, KEY)
        name, number = f"{canary.FIRST}{canary.word(7)}", canary.number(7)
        await opened.take(Taken(reply=reply(leases=(lease(1, names=(name,), phone=number),))))
        written = read()
        await opened.close()
        return written

    files, plain = asyncio.run(lend())
    assert list(canary.search(files)) == []
    assert {(found.what, found.voter) for found in canary.search(plain)} == {("name", 7), ("number", 7)}
