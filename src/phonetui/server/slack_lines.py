"""The server's lines to Slack: one for each connection that there is, added and removed while it serves."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager

from sqlalchemy import Engine

from phonetui.core.refusal import Refused
from phonetui.server.beside import beside
from phonetui.server.connection_work import Office, opened
from phonetui.server.connections import Linked, change, listed
from phonetui.server.connectors.slack import SlackConnector
from phonetui.server.log import log_failure
from phonetui.server.slack_alarms import alarms_of
from phonetui.server.slack_line import SlackLine

#: Seconds between two looks at which connections there are.
LOOK_EVERY = 15.0
SLACK = "slack"
#: A connection by campaign, name and file: with another file it is another line.
_Key = tuple[str, str, str]


class SlackLines:
    """Follows the connections to Slack."""

    def __init__(self, engine: Engine, office: Office) -> None:
        self._engine = engine
        self._office = office
        self._stop = threading.Event()
        self._lines: dict[_Key, SlackLine] = {}

    def beside(self) -> AbstractContextManager[None]:
        """Keeps them open while something else goes on, and stops at once at its end."""
        return beside(self._work, self._stop, "slack")

    def follow(self) -> None:
        """One look: opens lines that are new, ends those that are gone, and changes tokens that Slack refused."""
        with self._engine.begin() as connection:
            wanted = {(one.campaign_id, one.name, one.source): one for one in listed(connection) if one.system == SLACK}
        for key in self._lines.keys() - wanted.keys():
            self._lines.pop(key).stop()
        for key, linked in wanted.items():
            line = self._lines.get(key)
            if line is None or line.is_refused:
                self._open(key, linked)

    def _open(self, key: _Key, linked: Linked) -> None:
        try:
            with self._engine.connect() as connection, opened(connection, linked.name, self._office) as it:
                connector = it.connector
        except Refused as refused:
            self._say(linked, refused)
            return
        before = self._lines.get(key)
        if not isinstance(connector, SlackConnector) or (before and before.tokens == connector.tokens):
            return
        if before:
            before.stop()
        told = alarms_of(linked.campaign_id, linked.name, self._office.clock)
        line = SlackLine(self._engine, linked.campaign_id, linked.name, connector, self._office.clock, told)
        self._lines[key] = line
        line.start()

    def _say(self, linked: Linked, refused: Refused) -> None:
        with self._engine.begin() as connection:
            change(connection, linked, {"said": str(refused)})

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                self.follow()
            except Exception as error:  # noqa: BLE001 - the database may be away; one fault is not to end every line
                log_failure(error)
            self._stop.wait(LOOK_EVERY)
        for line in self._lines.values():
            line.stop()
