"""A developer without root, or in a container, proves bad disks all the same, or is told what it takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from tests.torture import bad_disks


@pytest.fixture(autouse=True)
def looks_anew() -> Iterator[None]:
    bad_disks._own_mounts.cache_clear()
    yield
    bad_disks._own_mounts.cache_clear()


def test_root_needs_no_users_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bad_disks, "_may_mount", lambda under: "--user" not in under)

    assert bad_disks._own_mounts()[1:] == ("--mount",)


def test_anybody_else_is_root_among_users_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bad_disks, "_may_mount", lambda under: "--user" in under)

    assert bad_disks._own_mounts()[1:] == ("--user", "--map-root-user", "--mount")


def test_where_neither_is_allowed_it_is_said_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bad_disks, "_may_mount", lambda under: False)

    with pytest.raises(Refused) as refused:
        bad_disks._own_mounts()

    assert str(refused.value) == (
        "Nobody may mount a disk here; run this as root, in a container with the capability SYS_ADMIN."
    )


def test_where_a_program_is_missing_its_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(Refused) as refused:
        bad_disks._own_mounts()

    assert str(refused.value) == "unshare is not on this computer; install the package util-linux."
