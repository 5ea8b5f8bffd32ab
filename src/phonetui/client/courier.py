"""The long-lived worker that carries the outbox's requests."""

from __future__ import annotations

from collections.abc import Callable

from phonetui.client.campaign_server import CampaignServer
from phonetui.client.clock import Clock
from phonetui.client.journal import Journal
from phonetui.client.outbox import Outbox, Taken
from phonetui.client.view import Line


class Courier:
    """Two tasks, a send and a watch, from `start` to `close`; a reply counts once the journal has it."""

    def __init__(
        self,
        outbox: Outbox,
        journal: Journal,
        server: CampaignServer,
        clock: Clock,
        on_taken: Callable[[Taken], None],
        on_line: Callable[[Line], None],
    ) -> None:
        raise NotImplementedError

    def start(self) -> None:
        """Begin to exchange."""
        raise NotImplementedError

    def poke(self) -> None:
        """Exchange now rather than when the next try is due."""
        raise NotImplementedError

    async def close(self) -> None:
        """Let a send under way come to its end, for a moment, then stop."""
        raise NotImplementedError
