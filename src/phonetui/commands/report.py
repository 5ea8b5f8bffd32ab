"""What is written down when phonetui itself has failed: where in the code, and nothing of whom or what it was about."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from importlib import metadata
from pathlib import Path

from phonetui.client.private_files import private_folder
from phonetui.core.translation import tr

LIBRARIES = ("phonetui", "textual", "httpx", "sqlcipher3", "litestar", "sqlalchemy")


def write_report(error: BaseException, folder: Path) -> str:
    """Writes a report into `folder`; the sentence that says where it is.

    It holds each error's kind and the places in the code that it passed; messages and variables, which may hold a
    voter, are left out.
    """
    try:
        private_folder(folder)
        descriptor, name = tempfile.mkstemp(prefix="report-", suffix=".txt", dir=folder)
        file = Path(name)
        file.chmod(0o600)  # the umask may have taken even the owner's right
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write("\n".join([*_versions(), "", *_places(error)]) + "\n")
    except OSError as unwritten:
        return tr(
            "phonetui has failed, which is a mistake in it, not of yours; "
            "what happened could not be written to {folder} ({reason}).",
            folder=folder,
            reason=unwritten.strerror,
        )
    return tr("phonetui has failed, which is a mistake in it, not of yours; what happened is in {file}.", file=file)


def _versions() -> list[str]:
    lines = [f"Python {platform.python_version()} on {platform.system()} {platform.release()}"]
    for name in LIBRARIES:
        try:
            lines.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            lines.append(f"{name} is not installed")
    return lines


def _places(error: BaseException) -> list[str]:
    """The error and those that led to it, the first one first."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_places(earlier), "", "and then"] if earlier else []
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
    for frame in traceback.extract_tb(error.__traceback__):
        file = Path(*Path(frame.filename).parts[-3:])  # what is above may be somebody's name
        lines.append(f"  {file}:{frame.lineno} in {frame.name}")
    if isinstance(error, BaseExceptionGroup):
        lines += [line for inner in error.exceptions for line in ("", "one of:", *_places(inner))]
    return lines
