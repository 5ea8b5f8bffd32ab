"""phonetui in a folder where locks fail, as on a home whose server has none: `… phonetui_without_locks fcntl|flock`.

Linux answers ENOLCK to every such call of this process: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from phonetui.cli import main

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
#: Where `struct seccomp_data` has the call's number and its second argument.
_CALL, _SECOND_ARGUMENT = 0, 24
_CALLS = {"x86_64": {"fcntl": 72, "flock": 73}, "aarch64": {"fcntl": 25, "flock": 32}}
#: F_SETLK and F_SETLKW.
_SETTING_A_LOCK = (6, 7)


def without(call: str) -> None:
    """From now on this process gets no lock from `fcntl`, or none from `flock`."""
    number = _CALLS[os.uname().machine][call]
    refused = _ERROR | errno.ENOLCK
    if call == "flock":
        program = [(_LOAD, 0, 0, _CALL), (_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, refused), (_RETURN, 0, 0, _ALLOW)]
    else:
        one, other = _SETTING_A_LOCK
        program = [
            (_LOAD, 0, 0, _CALL),
            (_IF_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _SECOND_ARGUMENT),
            (_IF_EQUAL, 1, 0, one),
            (_IF_EQUAL, 0, 1, other),
            (_RETURN, 0, 0, refused),
            (_RETURN, 0, 0, _ALLOW),
        ]
    _install(program)


def _install(program: list[tuple[int, int, int, int]]) -> None:
    steps = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))
    filtering = struct.pack("@HP", len(program), ctypes.addressof(steps))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or system.prctl(_SET_SECCOMP, _FILTER, filtering, 0, 0):
        raise OSError(ctypes.get_errno(), "this system takes no filter")


if __name__ == "__main__":
    without(sys.argv.pop())
    sys.exit(main())
