"""A connection to the small NGP VAN, and a campaign's server as far as it needs one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from phonetui.core.campaign import Campaign
from phonetui.core.event import Outcome
from phonetui.core.marked_yaml import Page
from phonetui.core.push import Outgoing, Pushed
from phonetui.core.refusal import Refused
from phonetui.server.connectors.connector import Setup
from phonetui.server.connectors.van import SYSTEM, Van
from tests.server.connectors.given import CAMPAIGN, NOON, NoIds
from tests.server.connectors.van_stand_in import APPLICATION, KEY, VanStandIn


class Office(NoIds):
    """A campaign's server as far as its connection to VAN sees it; time passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = NOON
        self.van = VanStandIn(lambda: self.now)
        self.told: list[tuple[datetime, Outcome]] = []
        self.pushed: dict[str, Pushed] = {}
        self.ids: dict[tuple[str, str, str], str] = {}
        self.waited: list[float] = []

    def find(self, kind: str, file_id: str, ours: str = "") -> str:
        return self.ids.get((kind, file_id, ours), "")

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    @contextmanager
    def connects(
        self,
        file: str = "list: 4711",
        *,
        campaign: Campaign = CAMPAIGN,
        dispositions: Mapping[str, str] | None = None,
        answers: Mapping[str, Mapping[str, str]] | None = None,
        key: str = KEY,
    ) -> Iterator[Van]:
        settings = read(f"application: {APPLICATION}\nurl: {self.van.url}\n{file}")
        folder = TemporaryDirectory()
        setup = Setup(
            name="van",
            campaign=campaign,
            settings=settings,
            dispositions=dispositions or {},
            answers=answers or {},
            secrets={"key": key},
            remote_ids=self,
            folder=Path(folder.name),
            wait=self.wait,
            clock=lambda: self.now,
            told=self._told,
        )
        connector = SYSTEM.connect(setup)
        assert isinstance(connector, Van)
        try:
            yield connector
        finally:
            connector.close()
            folder.cleanup()

    def tells(self, van: Van, one: Outgoing, doubt_since: datetime | None = None) -> str:
        """Tells it as the outbox does, which remembers what was told; returns what was said."""
        if one.outcome is not None:
            self.told.append((self.now, one.outcome))
        if one.corrects in self.pushed:
            one = msgspec.structs.replace(one, remote_id=self.pushed[one.corrects].remote_id)
        pushed = van.send(one, doubt_since=doubt_since)
        if isinstance(pushed, Pushed):
            self.pushed[one.event_id] = pushed
        return pushed.said

    def _told(self, voter_id: str, since: datetime) -> Sequence[Outcome]:
        return [outcome for at, outcome in self.told if at >= since and outcome.voter_id == voter_id]


def read(file: str) -> msgspec.Struct:
    """The settings of a connection's file; raises `Refused` with its mistakes."""
    page = Page("van.yaml")
    top = page.top(file, "")
    assert top
    settings = SYSTEM.read(top.mapping(SYSTEM.keys))
    if page.mistakes:
        raise Refused("\n".join(map(str, page.mistakes)))
    return settings
