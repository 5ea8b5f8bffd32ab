"""A first evening with the real application in a real terminal: what its files, its output and its processes tell."""

from __future__ import annotations

import asyncio
import random
import re
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import msgspec

from phonetui.client.account import load_accounts
from phonetui.client.sign_in import SignedIn
from phonetui.core.call_flow import HELD_DOWN
from tests.keyrings import BACKEND, VARIABLE, WORKING, turn
from tests.terminal import Terminal
from tests.torture import canary, canary_bank
from tests.torture.canary_caller import PASSWORD
from tests.torture.canary_home import Home, Stage, look, on_hand, tells

CALLS = (3, 6)
#: Results that want their key once.
RESULTS = "nbwxrmt"
A_LOOK = HELD_DOWN + 0.1
#: Stands at the foot of the script once there is a voter.
A_VOTER = "· Space"
#: What a terminal takes for the title of its window or icon.
_TITLE = re.compile(rb"\x1b\][012];([^\x07\x1b]*)")


def wrong(folder: Path, prepared: Path, seed: int) -> Iterator[str]:
    """What is told that should not be, a sentence each."""
    home, keyring, chance = Home(folder / "home"), folder / "keyring", random.Random(seed)
    turn(keyring, WORKING)
    home.environment |= {"PYTHON_KEYRING_BACKEND": BACKEND, VARIABLE: str(keyring), "TERM": "xterm-256color"}
    with canary_bank.serving(prepared, folder / "server") as link:
        with _types(home, "join") as terminal:
            _join(terminal, link)
            signed_in = _signed_in(home, keyring)
            for _ in range(chance.randint(*CALLS)):
                _call(terminal, chance)
                yield from _processes(terminal.process.pid, signed_in)
            terminal.sees("all sent")
            _leave(terminal)
            shown = terminal.output
        voters = asyncio.run(on_hand(home, signed_in))
        yield from look(home, signed_in, Stage("after the shift", voters, notes=True))
        with _types(home, "logout") as terminal:
            if terminal.ends():
                yield "the log-out failed"
            shown += terminal.output
    yield from look(home, signed_in, Stage("after the log-out"))
    yield from (f"the window's title was {title!r}" for title in set(_TITLE.findall(shown)) - {b"phonetui"})
    log = (folder / "server" / canary_bank.LOG).read_bytes()
    yield from tells(log, signed_in, "the server's log")


def _types(home: Home, command: str) -> Terminal:
    return Terminal([sys.executable, "-m", "phonetui", command], home.environment)


def _join(terminal: Terminal, link: str) -> None:
    answers = (
        ("Paste the invitation's link:", link),
        ("Your name:", "Dana"),
        ("Your e-mail:", "dana@example.org"),
        ("What voters are to call you, if not Dana:", ""),
        ("Choose a password", PASSWORD),
        ("The same again:", PASSWORD),
        ("1 to 2:", "1"),
    )
    for question, answer in answers:
        terminal.sees(question)
        terminal.press(f"{answer}\r")
    terminal.sees(A_VOTER)


def _call(terminal: Terminal, chance: random.Random) -> None:
    terminal.looks(A_LOOK)
    terminal.press(" ")  # no talk without the disclosure
    terminal.looks(A_LOOK)
    if chance.random() < 0.5:
        terminal.press("i")
        terminal.looks(A_LOOK)
        terminal.press(f"{canary.NOTE}\r")
        terminal.looks(A_LOOK)
    terminal.press(chance.choice(RESULTS))
    terminal.sees("✓")


def _leave(terminal: Terminal) -> None:
    terminal.looks(A_LOOK)
    terminal.press("q")
    terminal.sees("again to leave")
    terminal.looks(A_LOOK)
    terminal.press("q")
    terminal.ends()


def _signed_in(home: Home, keyring: Path) -> SignedIn:
    """The caller as the keyring has them."""
    [account] = load_accounts(home.folders)
    secrets: dict[str, str] = msgspec.json.decode((keyring / "secrets").read_bytes())
    key = b64decode(secrets[f"journal key {account.key_id}"])
    return SignedIn(account=account, key=key, token=secrets[f"token {account.device_id}"])


def _processes(pid: int, signed_in: SignedIn) -> Iterator[str]:
    """What the list of processes shows of phonetui and of whatever it has started."""
    for process in _family(pid):
        for what in ("cmdline", "environ"):
            try:
                content = (process / what).read_bytes()
            except OSError:  # it has ended
                continue
            yield from tells(content, signed_in, f"{what} of a process")


def _family(pid: int) -> Iterator[Path]:
    yield Path(f"/proc/{pid}")
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))
