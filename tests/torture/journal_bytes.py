"""Every byte of a journal as SQLCipher keeps it: all pages of file and log, free ones included, decrypted here.

An export to a plain database would leave the free pages out. The format: https://www.zetetic.net/sqlcipher/design/.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from phonetui.client.journal_pages import PAGE, Seal

SALT, VECTOR, RESERVED = 16, 16, 80
LOG_HEADER, FRAME_HEADER = 32, 24


def plain(journal: Path, key: bytes) -> bytes:
    """All of the journal and of the log beside it; raises `ValueError` for a page of the file that is not sound.

    A kill may leave half a frame in the log: what is not sound there is decrypted with the rest.
    """
    log, seal = journal.with_name(f"{journal.name}-wal"), Seal(key)
    pages = list(_pages(journal.read_bytes()))
    for number, page in pages:
        if not seal.holds(number, page):
            raise ValueError(f"page {number} of {journal} is not sound")
    pages += _frames(log.read_bytes()) if log.exists() else ()
    return b"\n".join(_decrypted(number, page, key) for number, page in pages)


def readable(damaged: Path, key: bytes) -> bytes:
    """The same of a journal that was damaged and moved aside, without its pages that are not sound."""
    seal = Seal(key)
    pages = _pages(damaged.read_bytes())
    return b"\n".join(_decrypted(number, page, key) for number, page in pages if seal.holds(number, page))


def _pages(content: bytes) -> Iterator[tuple[int, bytes]]:
    for at in range(0, len(content), PAGE):
        yield at // PAGE + 1, content[at : at + PAGE]


def _frames(content: bytes) -> Iterator[tuple[int, bytes]]:
    for at in range(LOG_HEADER, len(content) - PAGE - FRAME_HEADER + 1, FRAME_HEADER + PAGE):
        number = int.from_bytes(content[at : at + 4], "big")
        yield number, content[at + FRAME_HEADER : at + FRAME_HEADER + PAGE]


def _decrypted(number: int, page: bytes, key: bytes) -> bytes:
    content = page[SALT if number == 1 else 0 : PAGE - RESERVED]
    vector = page[PAGE - RESERVED :][:VECTOR]
    decryptor = Cipher(AES(key), CBC(vector)).decryptor()
    return decryptor.update(content) + decryptor.finalize()
