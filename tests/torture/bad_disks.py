"""Promise 3: on a bad disk the screen refuses to move on, says why and how to mend it, and never pretends.

Desks on a small disk that is full up to any byte, and over libfiu's failing syncs and writes; and the application
itself in a terminal, on a disk that fills up, in a folder that is read-only, and where locks fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random

import msgspec

from phonetui.core.refusal import Refused
from tests.terminal import Terminal
from tests.torture.laptop import REPOSITORY, Laptop, offline
from tests.torture.promise import Control, Findings, Promise, Trials

#: Seconds for a desk's evening, at most.
AN_EVENING = 30
#: Where a disk of its own is put over a folder, nobody else sees it: as root alone may, then as anybody may in places.
OWN_MOUNTS = (("--mount",), ("--user", "--map-root-user", "--mount"))
A_DISK = 'mount -t tmpfs -o {options} tmpfs "$0"'
#: Seconds that a voter is looked at before a result.
A_LOOK = 0.4
A_VOTER = "? help"
FULL = "is full, so nothing can be saved; make some room and try again."
READ_ONLY = "cannot be written (Read-only file system); make it writable, or set PHONETUI_HOME to a folder on this"
NO_LOCKS = "cannot be locked, as on some network homes, so two windows could spoil them; set PHONETUI_HOME to a folder"


def prove(kind: str, seeds: Sequence[int], without: str = "") -> Findings:
    """A desk a seed; `kind` of disk as in `bad_desk`."""
    memory = Path("/dev/shm")  # a sync there takes no time
    with tempfile.TemporaryDirectory(prefix="phonetui-disk-", dir=memory if memory.is_dir() else None) as folder:
        desk = (sys.executable, "-m", "tests.torture.bad_desk", kind, folder, without, *map(str, seeds))
        command = (*_on_own_disk(folder), *desk) if kind == "full" else (_found("fiu-run"), "-x", *desk)
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": folder},
            capture_output=True,
            timeout=60 + AN_EVENING * len(seeds),
            check=False,
        )
    if done.returncode:
        return Findings(len(seeds), 0, (f"the desk ends with {done.returncode}: {done.stderr.decode()[-500:]}",))
    return msgspec.json.decode(done.stdout, type=Findings)


def _on_own_disk(folder: str, options: str = "size=4m", before: str = "true") -> tuple[str, ...]:
    """Runs what follows with a small disk over the folder, after the shell's `before`."""
    script = f'{A_DISK.format(options=options)} && {before} && exec "$@"'
    return (*_own_mounts(), "sh", "-c", script, folder)


@cache
def _own_mounts() -> tuple[str, ...]:
    """The command under which mounts are one's own, of those that this computer allows the first."""
    for options in OWN_MOUNTS:
        under = (_found("unshare"), *options)
        if _may_mount(under):
            return under
    raise Refused("Nobody may mount a disk here; run this as root, in a container with the capability SYS_ADMIN.")


def _may_mount(under: tuple[str, ...]) -> bool:
    with tempfile.TemporaryDirectory(prefix="phonetui-disk-") as folder:
        mounting = (*under, "sh", "-c", A_DISK.format(options="size=4m"), folder)
        return subprocess.run(mounting, capture_output=True, check=False).returncode == 0


_PACKAGES = {"fiu-run": "fiu-utils", "unshare": "util-linux"}


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Refused(f"{program} is not on this computer; install the package {_PACKAGES[program]}.")
    return path


# -- the application ---------------------------------------------------------------------------------------------------


def prove_in_terminal(seeds: Sequence[int]) -> Findings:
    """The real application on each kind of bad disk in turn."""
    findings = Findings()
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="phonetui-disk-") as folder:
            try:
                failures = tuple(KINDS[seed % len(KINDS)](Path(folder), Random(seed)))
            except AssertionError as error:
                failures = (str(error),)
        findings += Findings(1, 1, tuple(f"seed {seed}: {wrong.replace(folder, '')}" for wrong in failures))
    return findings


def _fills_up(folder: Path, random: Random) -> Iterator[str]:
    """The disk is full in the middle of a shift, and has room again later."""
    home, kept = folder / "home", folder / "kept"
    home.mkdir()
    laptop = offline(home, 9)
    shutil.copytree(home, kept)
    fetched = f'cp -a "{kept}/." "$0"'
    with _start(laptop, _on_own_disk(str(home), before=fetched)) as terminal:
        terminal.sees(A_VOTER)
        disk = Path(f"/proc/{terminal.process.pid}/root{home}")
        calls = random.randint(1, 3)
        for key in "nbw"[:calls]:
            yield from _calls(terminal, key, moves=True)
        _fill(disk / "fill", random.randrange(4096))
        yield from _calls(terminal, "x", moves=False)
        (disk / "fill").unlink()
        yield from _calls(terminal, "x", moves=True)
        shutil.copytree(disk, home, dirs_exist_ok=True)
        saved = len(laptop.found().events)
        if saved != calls + 1:
            yield f"{saved} calls are saved, not {calls + 1}"
        yield from _leaves(terminal)


def _fill(file: Path, left: int) -> None:
    """Takes all room but so many bytes."""
    system = os.statvfs(file.parent)
    with file.open("wb") as fill:
        os.posix_fallocate(fill.fileno(), 0, max(1, system.f_bavail * system.f_frsize - left))


def _calls(terminal: Terminal, key: str, *, moves: bool) -> Iterator[str]:
    """A result key; the screen moves on, or says that the disk is full and stays."""
    name = _name_on(terminal.text)
    terminal.looks(A_LOOK)
    terminal.press(key)
    if moves:
        terminal.sees(lambda text: _name_on(text) not in ("", name) and "saved for" in text)
        return
    terminal.sees(lambda text: FULL in _flat(text))
    if _name_on(terminal.text) != name or "saved for" in terminal.text:
        yield f"the screen has moved on\n{terminal.text}"


def _is_read_only(folder: Path, random: Random) -> Iterator[str]:
    """The folder cannot be written from the start."""
    laptop = offline(folder, 3)
    kept = folder.with_name(f"{folder.name}-kept")
    shutil.copytree(folder, kept)
    try:
        read_only = f'cp -a "{kept}/." "$0" && mount -o remount,ro "$0"'
        yield from _says(laptop, READ_ONLY, under=_on_own_disk(str(folder), before=read_only))
    finally:
        shutil.rmtree(kept)


def _cannot_lock(call: str, folder: Path, random: Random) -> Iterator[str]:
    """As in a home on a network whose server has no locks: the call fails with ENOLCK."""
    laptop = offline(folder, 3)
    yield from _says(laptop, NO_LOCKS, phonetui=("tests.torture.phonetui_without_locks", call))
    with laptop.start() as terminal:
        terminal.sees(A_VOTER)


def _says(
    laptop: Laptop, sentence: str, *, under: Sequence[str] = (), phonetui: Sequence[str] = ("phonetui",)
) -> Iterator[str]:
    """It does not open, says why, and how to mend it."""
    with _start(laptop, under, phonetui) as terminal:
        code = terminal.ends()
        said = _flat(terminal.output.decode(errors="replace"))
        if code != 1 or sentence not in said or "Traceback" in said:
            yield f"it ends with {code} and\n{said[-1000:]}"


def _start(laptop: Laptop, under: Sequence[str], phonetui: Sequence[str] = ("phonetui",)) -> Terminal:
    environment: Mapping[str, str] = laptop._environment
    return Terminal([*under, sys.executable, "-m", *phonetui], environment)


def _leaves(terminal: Terminal) -> Iterator[str]:
    for shown in ("again to leave", ""):
        terminal.press("q")
        terminal.sees(shown)
    code = terminal.ends()
    if code:
        yield f"it ends with {code} and\n{terminal.text}"


def _name_on(text: str) -> str:
    """Whose name stands at the head of the voter's column."""
    return text.split("\n")[1].partition("│")[0].strip()


def _flat(text: str) -> str:
    return " ".join(text.split())


KINDS: tuple[Callable[[Path, Random], Iterator[str]], ...] = (
    _fills_up,
    _is_read_only,
    partial(_cannot_lock, "fcntl"),
    partial(_cannot_lock, "flock"),
)

PROMISE = Promise(
    number=3,
    title="Bad disks",
    says="On a bad disk nothing moves on unsaved: the screen says why, and what to do.",
    trials=(
        Trials("full", partial(prove, "full"), quick=40, full=200, share=25),
        Trials("failing", partial(prove, "failing"), quick=40, full=200, share=25),
        Trials("failing often", partial(prove, "failing often"), quick=40, full=200, share=25),
        Trials("the application", prove_in_terminal, quick=4, full=20, share=4),
    ),
    controls=(
        Control("saving before moving on", partial(prove, "full", without="saving"), within=10),
        Control("reading back after a failed write", partial(prove, "failing", without="reading back"), within=10),
        Control("taking out what was refused", partial(prove, "failing often", without="taking out"), within=10),
    ),
)
