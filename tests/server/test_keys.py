from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server.keys import VARIABLE, keys_from, make_keys, read_keys

SECRET = b64encode(b"s" * 32).decode()


def test_a_new_servers_secret_is_a_private_file_that_is_read_back(tmp_path: Path) -> None:
    made = make_keys(tmp_path / "server", {})
    assert read_keys(tmp_path / "server", {}) == made
    assert (tmp_path / "server" / "secret").stat().st_mode & 0o777 == 0o600
    assert make_keys(tmp_path / "server", {}) == made


def test_two_servers_share_no_key(tmp_path: Path) -> None:
    one, other = make_keys(tmp_path / "one", {}), make_keys(tmp_path / "other", {})
    assert len({one.ticket, one.sealing, one.erasing, other.ticket, other.sealing, other.erasing}) == 6


def test_the_secret_may_come_from_the_environment(tmp_path: Path) -> None:
    assert make_keys(None, {VARIABLE: SECRET + "\n"}) == read_keys(tmp_path, {VARIABLE: SECRET}) == keys_from(b"s" * 32)
    assert list(tmp_path.iterdir()) == []


def test_keys_are_not_printed() -> None:
    keys = keys_from(b"s" * 32)
    assert repr(keys) == f"ServerKeys({keys.fingerprint})"


def test_without_a_folder_the_environment_must_have_it() -> None:
    with pytest.raises(Refused) as refused:
        make_keys(None, {})
    assert str(refused.value) == (
        "The server's secret is missing: "
        "set PHONETUI_SERVER_SECRET to what `openssl rand -base64 32` prints, and keep it."
    )


def test_a_missing_secret_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_keys(tmp_path, {})
    assert str(refused.value) == (
        f"The server's secret {tmp_path}/secret cannot be read (No such file or directory); put its copy back."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "c2hvcnQ=", "nonsense!", "ä" * 44])
def test_a_damaged_secret_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text, "utf-8")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(Refused) as refused:
        read_keys(tmp_path, {})
    assert str(refused.value) == (
        f"The server's secret in {tmp_path}/secret is not 32 bytes in base64; put its copy back."
    )


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_keys(tmp_path, {})
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(Refused) as refused:
        read_keys(tmp_path, {})
    assert str(refused.value) == (
        f"The server's secret {tmp_path}/secret is open to other users; run `chmod 600 {tmp_path}/secret`."
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as refused:
        make_keys(tmp_path / "file", {})
    assert str(refused.value) == (f"The folder {tmp_path}/file cannot be written (File exists); choose another --data.")
