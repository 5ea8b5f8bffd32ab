"""baresip as a child: what it prints, and that it ends with this process, however that ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress

#: Seconds that it has to end by itself, and when it is told to.
LEAVING = 0.5

#: Runs a command, which says its process id first. When the process that started this one is no more, its end of the
#: pipe is closed: then the command is ended, hanging up first, and its folder, `$0`, is removed. A line tells that all
#: is done.
_KEEPER = """
sh -c 'echo "$$"; exec "$@" </dev/null' "$0" "$@" &
exec >&-
read -r _ && { wait; exit; }
kill "$!"
sleep 1
kill -9 "$!"
rm -rf "$0" "$0.lock"
wait
"""


class BaresipProcess:
    """One child. It prints to a terminal of its own, since only there each line comes at once."""

    def __init__(self, hear: Callable[[bytes], None], gone: Callable[[], None]) -> None:
        """`hear` gets what is printed, `gone` is called when it has ended."""
        self._hear = hear
        self._tell_gone = gone
        self._gone = asyncio.Event()
        self._began = asyncio.Event()
        self._printed = b""
        self._keeper: subprocess.Popen[bytes] | None = None
        self.id = 0

    async def start(self, command: Sequence[str], folder: str) -> None:
        """Run the command, which is about the folder. Raises `OSError` where it cannot be run."""
        self._open(command, folder)
        asyncio.get_running_loop().add_reader(self._terminal, self.read)
        await self._began.wait()

    def _open(self, command: Sequence[str], folder: str) -> None:
        self._terminal, printing = os.openpty()
        os.set_blocking(self._terminal, False)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PHONETUI_")}
        try:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", _KEEPER, folder, *command],
                stdin=subprocess.PIPE,
                stdout=printing,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except OSError:
            os.close(self._terminal)
            raise
        finally:
            os.close(printing)

    def read(self) -> None:
        """What has been printed until now."""
        while not self._gone.is_set():
            try:
                printed = os.read(self._terminal, 65536)
            except BlockingIOError:
                return
            except OSError:  # Linux's end of a terminal
                printed = b""
            if not printed:
                self._end_of_print()
            elif self.id:
                self._hear(printed)
            else:
                self._begin(printed)

    def _begin(self, printed: bytes) -> None:
        self._printed += printed
        line, end, rest = self._printed.partition(b"\n")
        if end:
            self.id = int(line)
            self._began.set()
            self._hear(rest)

    def _end_of_print(self) -> None:
        asyncio.get_running_loop().remove_reader(self._terminal)
        self._gone.set()
        self._began.set()
        self._tell_gone()

    async def end(self) -> None:
        """Wait until it has ended by itself, else end it. Nothing of it is left."""
        if self._keeper is None:
            return
        for signal_number in (None, signal.SIGTERM, signal.SIGKILL):
            if signal_number is not None and self.id:
                with suppress(ProcessLookupError):
                    os.kill(self.id, signal_number)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._gone.wait(), LEAVING)
                break
        with suppress(BrokenPipeError):
            await asyncio.to_thread(self._keeper.communicate, b"all is done\n" if self.id else b"")
        if not self._gone.is_set():  # its terminal went to somebody whom it had started
            asyncio.get_running_loop().remove_reader(self._terminal)
        os.close(self._terminal)
