"""Being told to end, in an orderly way: a signal, Ctrl-C, the window closed."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from tests.terminal import Terminal
from tests.torture import sittings
from tests.torture.at_the_keys import Caller, Deed, Memory, any_deed, note
from tests.torture.laptop import Laptop
from tests.torture.promise import Findings

#: Seconds in which the application has ended; with nothing else to do it takes half of one.
IN_TIME = 4.0
#: What a terminal does by itself: it shows its cursor and wraps long lines.
_USUAL_MODES = {b"25", b"7"}
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")


class Ending(Struct, frozen=True):
    """How the application is told, which waits for its exit code, and what that is to be."""

    name: str
    end: Callable[[Terminal], int]
    code: int


def _signalled(by: signal.Signals) -> Ending:
    def end(terminal: Terminal) -> int:
        terminal.process.send_signal(by)
        return terminal.ends()

    return Ending(by.name, end, 128 + by)


def _press_ctrl_c(terminal: Terminal) -> int:
    terminal.press("\x03")
    terminal.sees("Ctrl-C again")
    terminal.press("\x03")
    return terminal.ends()


CTRL_C = Ending("Ctrl-C", _press_ctrl_c, 128 + signal.SIGINT)
CLOSED = Ending("a closed window", Terminal.hangs_up, 128 + signal.SIGHUP)
#: A line to type takes Ctrl-C for copying, so that there the signal is sent.
INTERRUPTED = _signalled(signal.SIGINT)
ENDINGS = (_signalled(signal.SIGTERM), _signalled(signal.SIGHUP), CTRL_C, CLOSED)


def prove_endings(seeds: Sequence[int]) -> Findings:
    """One of the four endings after the other."""
    return sittings.prove(seeds, _trial)


def _trial(caller: Caller, laptop: Laptop, seed: int) -> str:
    ending, terminal, random = ENDINGS[seed % len(ENDINGS)], caller.terminal, caller.random
    before = terminal.modes
    if random.random() < 0.2:
        ending = INTERRUPTED if ending is CTRL_C else ending
        _while_it_opens(caller)
    else:
        ending = _in_a_call(caller, ending)
    told = time.monotonic()
    code, seconds = ending.end(terminal), time.monotonic() - told
    if code != ending.code:
        return f"{ending.name} ended it with the exit code {code}"
    if seconds > IN_TIME:
        return f"{ending.name} ended it after {seconds:.1f} s"
    if ending is not CLOSED and (terminal.modes != before or not restored(terminal.output)):
        return f"{ending.name} left the terminal in another state"
    if left := {name for name in laptop.files if not name.endswith((".journal", ".fingerprint"))}:
        return f"{ending.name} left {left} behind"
    return ""


def _while_it_opens(caller: Caller) -> None:
    """As soon as the terminal is taken over, or a little later; the shift's end may be too soon to be written."""
    caller.terminal.answers()
    caller.terminal.looks(caller.random.choice((0, caller.random.uniform(0, 0.4))))
    caller.pending = Deed("leave", (), _left(caller.memory), lambda text: False)


def _in_a_call(caller: Caller, ending: Ending) -> Ending:
    """Between two keys, just after one, or in a note."""
    caller.arrives()
    for _ in range(caller.random.randint(0, 2)):
        caller.does(any_deed)
    deed = caller.begins(caller.random.choice((any_deed, note)), slowly=0.03) if caller.random.random() < 0.6 else None
    time.sleep(caller.random.uniform(0, 0.02))
    caller.memory = _left(caller.memory)
    if deed is not None:
        caller.pending = msgspec.structs.replace(deed, after=_left(deed.after))
    typing = deed is not None and deed.what == "note"
    return INTERRUPTED if ending is CTRL_C and (typing or caller.random.random() < 0.5) else ending


def _left(memory: Memory) -> Memory:
    return msgspec.structs.replace(memory, back=())


def restored(output: bytes) -> bool:
    """Whether every mode that was asked for was given up again, and the keyboard's too."""
    modes = dict(_MODE.findall(output))
    return (
        all((state == b"h") == (mode in _USUAL_MODES) for mode, state in modes.items())
        and output.count(b"\x1b[>") == output.count(b"\x1b[<u")
        and output.count(b"\x1b[22;0t") == output.count(b"\x1b[23;0t")
    )
