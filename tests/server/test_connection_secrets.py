"""Secrets of other systems: where they are found, and that a keyring which goes wrong stops nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetui.core.refusal import Refused
from phonetui.server import connection_secrets
from phonetui.server.connection_secrets import keep_in_keyring, read_secrets, secret
from phonetui.server.connectors.system import System, system
from tests.keyrings import FOR_EVER, VARIABLE, WRONG, TurningKeyring, turn
from tests.server.connectors.small import Small, install

MISSING = (
    "Give the key of Small: phonetui server connect van secret key, or set PHONETUI_CONNECT_VAN_KEY in the environment."
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> System:
    """A system with one secret."""
    install(monkeypatch, Small())
    return system("small")


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A keyring that works, and is empty."""
    folder = tmp_path / "keyring"
    turn(folder, "working")
    monkeypatch.setenv(VARIABLE, str(folder))
    monkeypatch.setattr(connection_secrets, "LIMIT", FOR_EVER)
    monkeypatch.setattr(connection_secrets, "_keyring", TurningKeyring)
    return folder


def test_the_environment_comes_before_the_file_and_the_file_before_the_keyring(small: System, tmp_path: Path) -> None:
    variable = {"PHONETUI_CONNECT_VAN_KEY": "from the environment"}
    with pytest.raises(Refused) as refused:
        read_secrets("van", small, tmp_path, {})
    assert str(refused.value) == MISSING
    keep_in_keyring("van", "key", "from the keyring")
    assert read_secrets("van", small, tmp_path, {}) == {"key": "from the keyring"}
    secret("van", "key").keep(tmp_path, "from the file")
    assert (tmp_path / "connection-van-key").stat().st_mode & 0o777 == 0o600
    assert read_secrets("van", small, tmp_path, {}) == {"key": "from the file"}
    assert read_secrets("van", small, tmp_path, variable) == {"key": "from the environment"}
    assert read_secrets("van", small, None, variable) == {"key": "from the environment"}


def test_a_file_that_others_may_read_is_refused(small: System, tmp_path: Path) -> None:
    secret("van", "key").keep(tmp_path, "k")
    file = tmp_path / "connection-van-key"
    file.chmod(0o644)
    with pytest.raises(Refused) as refused:
        read_secrets("van", small, tmp_path, {})
    assert str(refused.value) == f"The connection's secret {file} is open to other users; run `chmod 600 {file}`."


@pytest.mark.parametrize("kind", WRONG)
def test_a_keyring_that_goes_wrong_is_as_one_without_the_secret(
    small: System, tmp_path: Path, ring: Path, kind: str
) -> None:
    keep_in_keyring("van", "key", "k")
    turn(ring, kind)
    with pytest.raises(Refused) as refused:
        read_secrets("van", small, tmp_path, {})
    assert str(refused.value) == MISSING


@pytest.mark.parametrize("kind", ["absent", "locked", "hanging", "null"])
def test_a_keyring_that_keeps_nothing_says_so(ring: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(connection_secrets, "LIMIT", 0.2 if kind == "hanging" else FOR_EVER)
    turn(ring, kind)
    with pytest.raises(Refused) as refused:
        keep_in_keyring("van", "key", "k")
    assert str(refused.value) == (
        "This machine has no keyring that keeps it; leave out --keyring, and it is kept in a file."
    )
