"""Files that a supervisor names: read, and written anew, with a sentence for whatever goes wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

from phonetui.client.private_files import new_file
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr

#: Bytes of a file that is read; a campaign's is a hundredth of that.
LARGEST = 4 << 20


async def read_text(name: str) -> str:
    """The file's text; raises `Refused`."""
    return await asyncio.to_thread(_read, name)


async def read_bytes(name: str) -> bytes:
    """The file as it is, in whatever coding; raises `Refused`."""
    return await asyncio.to_thread(_read_bytes, name)


async def write_new(name: str, content: bytes) -> Path:
    """A new file that only its owner may read; raises `Refused` where there is one already, or it cannot be written."""
    return await asyncio.to_thread(_write, name, content)


def _read(name: str) -> str:
    try:
        return _read_bytes(name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(tr("{file} is not text in UTF-8; save it as such.", file=Path(name).expanduser())) from None


def _read_bytes(name: str) -> bytes:
    file = Path(name).expanduser()
    try:
        if file.stat().st_size > LARGEST:
            raise Refused(tr("{file} is too large to be what is asked for.", file=file))
        return file.read_bytes()
    except OSError as error:
        raise Refused(
            tr("The file {file} cannot be read ({reason}); check its name.", file=file, reason=error.strerror)
        ) from None


def _write(name: str, content: bytes) -> Path:
    file = Path(name).expanduser()
    try:
        with new_file(file) as writing:
            writing.write(content)
    except FileExistsError:
        raise Refused(tr("There is a file {file} already; give another name.", file=file)) from None
    except OSError as error:
        raise Refused(
            tr("The file {file} cannot be written ({reason}); give another name.", file=file, reason=error.strerror)
        ) from None
    return file
