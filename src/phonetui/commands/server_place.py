"""Where a campaign server keeps its data, as `--data` and `--database` say it."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace
from pathlib import Path

from msgspec import Struct
from platformdirs import user_data_path

from phonetui.server.engine import database_url
from phonetui.server.keys import ServerKeys, read_keys


class ServerPlace(Struct, frozen=True):
    """The database's SQLAlchemy URL, and the folder of the secret; none where the environment is to hold it.

    `options` are those that a person has to repeat with the next command, a blank before each.
    """

    url: str
    data: Path | None
    options: str

    def keys(self) -> ServerKeys:
        """The server's keys; raises `Refused` where its secret is missing."""
        return read_keys(self.data, os.environ)


def place_of(arguments: Namespace) -> ServerPlace:
    """What the command line names: a folder, a database, or neither and so a folder of this user's own."""
    data: Path | None = arguments.data
    if data is None and arguments.database is None:
        data = user_data_path("phonetui", appauthor=False) / "server"
    options = f" --data {shlex.quote(str(arguments.data))}" if arguments.data else ""
    options += " --database URL" if arguments.database else ""
    return ServerPlace(database_url(data, arguments.database), data, options)
