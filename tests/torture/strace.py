"""The system calls with which a program changes files, as strace writes them down."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from phonetui.core.refusal import Refused

NAMES = (
    *("open", "openat", "creat", "close", "dup", "dup2", "dup3"),
    *("write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate"),
    *("fsync", "fdatasync", "sync_file_range", "syncfs", "sync", "msync"),
    *("rename", "renameat", "renameat2", "link", "linkat", "symlink", "unlink", "unlinkat"),
    *("mkdir", "mkdirat", "rmdir"),
)
#: The longest write that is written down whole, in bytes.
LONGEST = 1 << 20

_CALL = re.compile(r"^(\d+)\s+(\w+)\((.*)\)\s+= (-?\d+)")
_BEGUN = re.compile(r"^(\d+)\s+(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^(\d+)\s+<\.\.\. \w+ resumed>(.*)$")
_ARGUMENT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"|([^",\s][^",]*)')


class Call(Struct, frozen=True):
    """One call that did not fail: texts and bytes as bytes, all else as strace spells it."""

    name: str
    arguments: tuple[bytes | str, ...]
    answer: int


def traced(command: Sequence[str], environment: Mapping[str, str], trace: Path) -> tuple[bytes, tuple[Call, ...]]:
    """Runs the command to its end; what it printed, and its calls. Raises `Refused` where there is no strace."""
    if shutil.which("strace") is None:
        raise Refused("The proof about power cuts needs strace; install the Debian package strace.")
    strace = ["strace", "--follow-forks", "--seccomp-bpf", "-qq", "-xx", "--signal=none", f"--string-limit={LONGEST}"]
    done = subprocess.run(
        [*strace, f"--trace={','.join(f'?{name}' for name in NAMES)}", f"--output={trace}", *command],
        env=dict(environment),
        capture_output=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise RuntimeError(f"the traced program failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout, tuple(_calls(trace.read_text("ascii").splitlines()))


def _calls(lines: Sequence[str]) -> Iterator[Call]:
    """In the order in which they ended."""
    begun: dict[str, str] = {}
    for line in lines:
        if match := _BEGUN.match(line):
            begun[match[1]] = line.removesuffix(" <unfinished ...>")
            continue
        if match := _RESUMED.match(line):
            line = begun.pop(match[1]) + match[2]
        if (match := _CALL.match(line)) and int(match[4]) >= 0:
            yield Call(match[2], tuple(_arguments(match[3])), int(match[4]))


def _arguments(text: str) -> Iterator[bytes | str]:
    for match in _ARGUMENT.finditer(text):
        yield match[2] if match[1] is None else bytes.fromhex(match[1].replace("\\x", ""))
