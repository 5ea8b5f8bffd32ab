"""NGP VAN, behind VoteBuilder, OpenVPB and EveryAction: a saved list comes in, each attempt goes back as a response.

There is no public interface for its virtual phone banks, their queues and scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import cast

from phonetui.core.push import Lost, Outgoing, Pushed
from phonetui.server.connectors import van_check
from phonetui.server.connectors.connector import Connector, PulledVoter, Setup, SystemDown, SystemRefused
from phonetui.server.connectors.system import System
from phonetui.server.connectors.van_pull import pull
from phonetui.server.connectors.van_responses import Responses, take_back
from phonetui.server.connectors.van_script import campaign_file
from phonetui.server.connectors.van_server import GONE, VanServer
from phonetui.server.connectors.van_settings import KEYS, TEMPLATE, VanSettings, read_settings


class Van:
    """A campaign's way to one database of NGP VAN."""

    def __init__(self, setup: Setup, settings: VanSettings) -> None:
        self._setup = setup
        self._settings = settings
        self._server = VanServer(setup.name, settings, setup.secrets["key"], setup.wait)

    def check(self) -> Iterable[str]:
        """What pull and push need, read and not changed, and what is lost."""
        return van_check.check(self._setup, self._server, self._settings)

    def losses(self) -> Iterable[str]:
        """What the mapping loses, whatever there is in VAN."""
        return van_check.losses(self._setup.campaign, self._settings)

    def close(self) -> None:
        """Ends the connection."""
        self._server.close()

    def pull(self) -> Iterator[PulledVoter]:
        """All who are on the saved list."""
        return pull(self._setup, self._server, self._settings)

    def send(self, one: Outgoing, *, doubt_since: datetime | None) -> Pushed | Lost:
        """Tells one attempt. In doubt it is left to VAN's own rule wherever that rule is sound."""
        with self._server.one_record():
            return self._tell(one, doubt_since)

    def _tell(self, one: Outgoing, doubt_since: datetime | None) -> Pushed | Lost:
        van_id = _van_id(one)
        try:
            if one.outcome is None:
                return Lost(take_back(self._responses.results, one.corrected))
            telling = self._responses.of(one, one.outcome, doubt_since=doubt_since)
        except SystemDown as down:  # while reading what there is in VAN
            raise SystemDown(str(down), nothing_sent=True) from None
        pushed = Pushed(telling.known_by, telling.said, telling.in_part)
        if telling.body is None:
            return pushed
        try:
            self._server.canvass(van_id, telling.body)
        except SystemRefused as refused:
            if refused.status != GONE:
                raise
            raise SystemRefused(
                f"{refused} Nobody has the VANID {van_id} any more; the voter was probably merged with another: enter "
                "the call there by hand, and pull the list again.",
                GONE,
            ) from None
        return pushed

    def script(self) -> str:
        """A campaign file that asks the survey questions, and offers the activist codes, that are in use."""
        questions, codes = self._server.survey_questions, self._server.activist_codes
        return campaign_file(self._setup.campaign, questions, codes, self._setup.clock().date())

    @cached_property
    def _responses(self) -> Responses:
        return Responses(self._setup, self._server)


def _van_id(one: Outgoing) -> int:
    """Raises `SystemRefused` for a voter who came from elsewhere."""
    if one.file_id.isascii() and one.file_id.isdecimal():
        return int(one.file_id)
    raise SystemRefused("This voter has no VANID: they did not come from NGP VAN, so it cannot be told of the call.")


def _connect(setup: Setup) -> Connector:
    return Van(setup, cast(VanSettings, setup.settings))


SYSTEM = System(
    title="NGP VAN",
    keys=KEYS,
    required=("application",),
    ids_by=("database",),
    template=TEMPLATE,
    read=read_settings,
    connect=_connect,
    secrets={"key": "the API key that NGP VAN's support gave you, without the |0 or |1 behind it"},
)
