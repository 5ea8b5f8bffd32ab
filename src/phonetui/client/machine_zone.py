"""The time zone that this computer keeps its clock in, by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from phonetui.core.eligibility import known_zone

#: On Linux and macOS a link to the zone's own file.
LOCALTIME = Path("/etc/localtime")
_FOLDER = "zoneinfo/"


def machine_zone(environ: Mapping[str, str], now: datetime, localtime: Path = LOCALTIME) -> str:
    """Its name; where the system tells none, a zone that is as far from UTC as this computer is at `now`, by hours."""
    linked = str(localtime.resolve()).rpartition(_FOLDER)
    for name in (environ.get("TZ", "").removeprefix(":"), linked[2] if linked[1] else ""):
        if name and known_zone(name) is not None:
            return name
    hours = round((now.astimezone().utcoffset() or timedelta()) / timedelta(hours=1))
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"
