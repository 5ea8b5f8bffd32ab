"""The demo's shaky line: it runs beside the screen, its plug can be pulled, and it tells in the end what it did."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import ExitStack
from pathlib import Path
from random import SystemRandom
from threading import Thread
from typing import TypeVar
from urllib.parse import urlsplit

from phonetui.client.view import Offered
from phonetui.core.translation import later, number, tr, tr_n
from phonetui.demo.server import in_another_window
from phonetui.demo.shaky_line import HOST, LATENCY, RATE, ShakyLine

Result = TypeVar("Result")


def start(folder: Path, server_url: str, former_url: str, ending: ExitStack) -> RunningLine:
    """A line to the server at the caller's former address for it, if there is one, until `ending`."""
    port = urlsplit(former_url).port or 0
    running = RunningLine(ShakyLine(urlsplit(server_url).port or 0, SystemRandom(), rate=0.0, latency=(0.0, 0.0)))
    ending.callback(running.stop)
    try:
        running.listen(port)
    except OSError:
        raise in_another_window(folder, port) from None
    return running


class RunningLine:
    """A line on a thread of its own, so that no key waits for it; without faults until `shake`.

    At the desk it offers its plug.
    """

    def __init__(self, line: ShakyLine) -> None:
        self._line = line
        self._out = False
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="shaky line")
        self._thread.start()

    def listen(self, port: int) -> None:
        """Begin to carry; raises `OSError` where the port is taken."""
        self._wait_for(self._line.listen(port))
        self.url = f"http://{HOST}:{self._line.port}"

    def shake(self) -> None:
        """From now on requests meet faults."""
        self._line.rate, self._line.latency = RATE, LATENCY

    @property
    def offered(self) -> Offered:
        """What the key of the plug does."""
        return Offered(tr("plug in"), tr("the plug is out")) if self._out else Offered(tr("pull plug"))

    def do(self) -> str:
        """Pull the plug, or put it back."""
        self._out = not self._out
        self._loop.call_soon_threadsafe(self._line.pull_plug if self._out else self._line.put_plug_back)
        if self._out:
            return tr("The plug is out; the same key puts it back. Go on calling.")
        return tr("The plug is back in; F5 tries now.")

    def told(self, saved: int, stored: int) -> str:
        """What the line did, and what came of it: results saved here, and stored by the campaign's server."""
        met = ", ".join(f"{count} × {name}" for name, count in self._line.met.most_common())
        total = self._line.met.total()
        faults = tr_n("The line met {n} fault.", "The line met {n} faults.", total)
        if met:
            faults = tr_n("The line met {n} fault: {faults}.", "The line met {n} faults: {faults}.", total, faults=met)
        told = later("Results saved: {saved}. Results that the campaign's server has: {stored}, each once.")
        if saved != stored:
            told = later(
                "Results saved: {saved}. Results that the campaign's server has: {stored}; "
                "the others were still on this laptop when you left."
            )
        return f"{faults}\n{tr(told, saved=number(saved), stored=number(stored))}"

    def stop(self) -> None:
        """Break every connection, and end the thread; stopping twice does nothing."""
        if self._loop.is_closed():
            return
        self._wait_for(self._line.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait_for(self, doing: Coroutine[None, None, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result()
