"""The organiser says through which Asterisk the server places calls."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server.small_ari import SECRET, SmallAri, small_ari
from tests.shell import Shell

TRUNK = ("--trunk", "PJSIP/{number}@carrier")
NUMBER = ("--number", "+18125550111")


@contextmanager
def asterisk() -> Iterator[SmallAri]:
    """A small one on a thread of its own."""
    ready = threading.Event()
    made: list[SmallAri] = []
    stopping: list[Callable[[], object]] = []

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        async with small_ari() as ari:
            made.append(ari)
            stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="asterisk")
    thread.start()
    assert ready.wait(10)
    yield made[0]
    stopping[0]()
    thread.join(10)


def test_an_asterisk_is_tried_before_it_is_used(shell: Shell, server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ("--data", server)
    assert shell.run("server", "bridge", *data) == 0
    assert shell.out == (
        "The server places no calls. To place them through an Asterisk: "
        'phonetui server bridge --ari http://phonetui@127.0.0.1:8088/ari --trunk "PJSIP/{number}@carrier" '
        "--number +18125550111\n"
    )
    with asterisk() as ari:
        bridge = ("server", "bridge", "--ari", ari.url, *TRUNK, *NUMBER, *data)
        assert shell.refusal(*bridge) == (
            "Set PHONETUI_ARI_SECRET to the secret of phonetui in the environment, then type this again."
        )
        monkeypatch.setenv("PHONETUI_ARI_SECRET", "wrong")
        assert shell.refusal(*bridge) == (
            f"The phone system at 127.0.0.1:{ari.port} does not take the user phonetui and the secret."
        )
        monkeypatch.setenv("PHONETUI_ARI_SECRET", SECRET)
        assert shell.run(*bridge) == 0, shell.err
    through = (
        f"Calls go through the Asterisk at 127.0.0.1:{ari.port}, as the application phonetui, and out by {TRUNK[1]}, "
        "showing +18125550111."
    )
    kept = server / "ari-secret"
    assert shell.out == f"{through} Its secret is kept in {kept}. The server uses it from its next start on.\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert shell.run("server", "bridge", *data) == 0
    assert shell.out == f"{through}\n"
    assert shell.run("server", "bridge", "--off", *data) == 0
    assert shell.out == "From its next start on the server places no calls.\n"
    assert shell.facts("server", "bridge", *data) == {"ari": "", "application": "", "trunk": "", "number": ""}


def test_half_of_what_is_needed_is_refused(shell: Shell, server: Path) -> None:
    assert shell.refusal("server", "bridge", *TRUNK, "--data", server) == (
        "Give all of --ari URL, --trunk DIALED and --number NUMBER."
    )


def test_a_server_whose_phone_systems_secret_is_gone_does_not_start(
    shell: Shell, server: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with asterisk() as ari:
        monkeypatch.setenv("PHONETUI_ARI_SECRET", SECRET)
        assert shell.run("server", "bridge", "--ari", ari.url, *TRUNK, *NUMBER, "--data", server) == 0, shell.err
        monkeypatch.delenv("PHONETUI_ARI_SECRET")
        (server / "ari-secret").unlink()
        assert shell.refusal("server", "run", "--data", server) == (
            f"The secret of the phone system at 127.0.0.1:{ari.port} is missing: set PHONETUI_ARI_SECRET to it, "
            "or place no calls with `phonetui server bridge --off`."
        )
