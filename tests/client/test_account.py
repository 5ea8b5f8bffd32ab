"""Who has logged in where, and where things are."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import msgspec
import pytest

from phonetui.client import account
from phonetui.client.account import Account, account_folder, forget_account, journal_path, load_accounts, save_account
from phonetui.client.folders import folders, folders_in
from phonetui.core.refusal import Refused

DANA = Account(
    server_url="https://calls.example.org",
    email="dana@example.org",
    caller_id="caller-1",
    name="Dana",
    device_id="laptop-1",
    key_id="f" * 64,
)
ELSEWHERE = msgspec.structs.replace(DANA, server_url="https://other.example.org", device_id="laptop-2")


def test_the_account_last_used_comes_first(tmp_path: Path) -> None:
    here = folders_in(tmp_path)
    assert load_accounts(here) == ()
    save_account(here, DANA)
    save_account(here, ELSEWHERE)
    assert load_accounts(here) == (ELSEWHERE, DANA)
    used = msgspec.structs.replace(DANA, campaign_id="fall")
    save_account(here, used)
    assert load_accounts(here) == (used, ELSEWHERE)
    forget_account(here, ELSEWHERE)
    assert load_accounts(here) == (used,)


def test_nobody_else_can_read_who_calls(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save_account(folders_in(tmp_path / "data"), DANA)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "accounts.json").stat().st_mode) == 0o600


def test_a_file_that_is_not_ours_is_said_and_left_alone(tmp_path: Path) -> None:
    file = folders_in(tmp_path).accounts_file
    file.write_text("[")
    for read in (load_accounts, lambda here: save_account(here, DANA)):
        with pytest.raises(Refused) as refused:
            read(folders_in(tmp_path))
        assert str(refused.value) == f"The file {file} is not as phonetui wrote it; move it elsewhere and log in again."
    assert file.read_text() == "["


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    file = folders_in(tmp_path).accounts_file
    file.mkdir()
    with pytest.raises(Refused) as refused:
        load_accounts(folders_in(tmp_path))
    assert str(refused.value) == f"The file {file} cannot be read (Is a directory); make it readable."


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(account, "write_private", full)
    with pytest.raises(Refused) as refused:
        save_account(folders_in(tmp_path), DANA)
    assert str(refused.value) == (
        f"The folder {tmp_path} cannot be written (No space left on device); "
        "make it writable, or set PHONETUI_HOME to a folder that is."
    )


def test_each_caller_and_campaign_has_a_journal_of_its_own(tmp_path: Path) -> None:
    here = folders_in(tmp_path)
    paths = {journal_path(here, one, name) for one in (DANA, ELSEWHERE) for name in ("fall", "../../etc/passwd")}
    assert len(paths) == 4
    for one in (DANA, ELSEWHERE):
        folder = account_folder(here, one.server_url, one.caller_id)
        assert folder.parent == tmp_path / "journals"
        assert sum(path.parent == folder for path in paths) == 2


def test_one_variable_moves_every_folder(tmp_path: Path) -> None:
    moved = folders({"PHONETUI_HOME": str(tmp_path)})
    assert moved.settings_file == tmp_path / "settings.yaml"
    assert moved.accounts_file == tmp_path / "accounts.json"
    assert folders({}).data.name == "phonetui"
