"""A saved list as a file: asked for as an export job, waited for, and fetched from where VAN puts it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import SystemDown
from phonetui.server.connectors.system_http import TIMEOUT, check_address
from phonetui.server.connectors.van_server import VanServer
from phonetui.server.connectors.van_settings import VanSettings
from phonetui.server.connectors.van_wire import ExportJob, plain

#: Seconds between two looks at an export, the first and the longest, and after which it is given up for now.
FIRST_LOOK, LONGEST_LOOK, GIVEN_UP = 2.0, 30.0, 1800.0
#: Bytes of a list; one of a whole state is smaller.
LARGEST_FILE = 4 << 30


def export(server: VanServer, settings: VanSettings, file: Path, wait: Callable[[float], None]) -> None:
    """Has the saved list exported and writes it to the file."""
    job = server.begin_export(settings.list_id, settings.export_type)
    waited, pause = 0.0, FIRST_LOOK
    while not _is_done(job, settings.list_id):
        if waited >= GIVEN_UP:
            raise SystemDown(
                f"NGP VAN's export of list {settings.list_id} is still {job.status} after {waited / 60:.0f} minutes."
            )
        wait(pause)
        waited, pause = waited + pause, min(pause * 2, LONGEST_LOOK)
        job = server.export_job(job.export_job_id)
    _fetch(job.download_url or "", file)


def _is_done(job: ExportJob, list_id: int) -> bool:
    """Raises `SystemDown` where VAN failed over it."""
    if plain(job.status) == "error":
        code = f" ({job.error_code})" if job.error_code else ""
        raise SystemDown(f"NGP VAN failed over the export of list {list_id}{code}.")
    return plain(job.status) == "completed"


def _fetch(url: str, file: Path) -> None:
    """The file lies elsewhere than the interface does, and its address is all that opens it: no key goes there."""
    import httpx  # with it comes its command line, and rich

    try:
        check_address(url)
    except Refused:
        raise SystemDown("NGP VAN gave no address that is safe to fetch the export from.") from None
    size = 0
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=False) as response, file.open("wb") as written:
            if response.status_code != httpx.codes.OK:
                raise SystemDown(f"NGP VAN's export could not be fetched: {response.status_code}.")
            for part in response.iter_bytes():
                size += len(part)
                if size > LARGEST_FILE:
                    raise SystemDown("NGP VAN's export is far too large.")
                written.write(part)
    except httpx.HTTPError as error:
        why = f"NGP VAN's export did not arrive, or not to the end ({type(error).__name__})"
        raise SystemDown(f"{why}; pull again later.") from None
    except OSError as error:
        raise Refused(f"NGP VAN's export cannot be written to {file.parent} ({error.strerror}).") from None
