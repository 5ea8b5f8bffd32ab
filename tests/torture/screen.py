"""The real call screen of a caller who joined before, without what it takes to log in.

`python -m tests.torture.screen FOLDER join URL SECRET NAME` joins, waits for voters and leaves; `… FOLDER show` goes on
from there; `… wait` too, at a desk whose keys show nothing until what they saved is sent; `… give-up` too, over
connections that stay broken once they are.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from unittest.mock import patch

import msgspec

from phonetui.client.campaign_server import Offline
from phonetui.client.clock import SystemClock
from phonetui.client.credentials import SecretsInMemory
from phonetui.client.desk import PhoneDesk
from phonetui.client.desk_surface import Desk
from phonetui.client.folders import folders_in
from phonetui.client.opening import open_desk
from phonetui.client.sign_in import Laptop, SignedIn, join
from phonetui.client.turn import Turn
from phonetui.client.web import Answer, Web
from phonetui.tui import app
from phonetui.wire import WANT
from tests.torture.served import CAMPAIGN, PATIENCE

_save, _ask = PhoneDesk._save, Web.ask


async def _join(folder: Path, url: str, secret: str, name: str) -> None:
    laptop = Laptop(folders_in(folder), SecretsInMemory(), SystemClock().new_id)
    email, password = f"{name.lower()}@example.org", "correct horse battery"
    signed_in = await join(laptop, f"{url}/join/#{secret}", email, name, password)
    _signed_in(folder).write_bytes(msgspec.json.encode(signed_in))
    desk = await _open(folder)
    changed = asyncio.Event()
    desk.listen(changed.set)
    await desk.start()
    async with asyncio.timeout(PATIENCE):
        while len(desk._outbox.hand.to_call) < WANT:
            changed.clear()
            await changed.wait()
    await desk.close()


async def _open(folder: Path) -> PhoneDesk:
    signed_in = msgspec.json.decode(_signed_in(folder).read_bytes(), type=SignedIn)
    return await open_desk(folders_in(folder), signed_in, CAMPAIGN, SystemClock())


def _signed_in(folder: Path) -> Path:
    return folder / "signed-in.json"


async def _save_and_send(desk: PhoneDesk, turn: Turn) -> None:
    happened = asyncio.Event()
    shown, desk._changed = desk._changed, happened.set
    try:
        await _save(desk, turn)
        while desk._outbox.unsent and desk._line.state != "offline":
            happened.clear()
            await happened.wait()
    finally:
        desk._changed = shown
        shown()


_broken: list[Offline] = []


async def _ask_until_it_fails(web: Web, method: str, path: str, body: bytes = b"", token: str = "") -> Answer:
    if _broken:
        raise _broken[0]
    try:
        return await _ask(web, method, path, body, token)
    except Offline as offline:
        _broken.append(offline)
        raise


#: What the screen is patched with.
WORSE: dict[str, AbstractContextManager[object]] = {
    "show": nullcontext(),
    "wait": patch.object(PhoneDesk, "_save", _save_and_send),
    "give-up": patch.object(Web, "ask", _ask_until_it_fails),
}


def main() -> None:
    """Join, or show the screen."""
    folder, what, *more = Path(sys.argv[1]), *sys.argv[2:]

    async def desk() -> Desk:
        return await _open(folder)

    if what == "join":
        asyncio.run(_join(folder, *more))
    else:
        with WORSE[what]:
            sys.exit(app.call(desk))


if __name__ == "__main__":
    main()
