"""The command palette's commands, from the same registry as the keys."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from phonetui.core.actions import ACTIONS
from phonetui.core.keys import show_key
from phonetui.core.text import clean
from phonetui.core.translation import tr
from phonetui.screen.line import LONGEST
from phonetui.tui.call_screen import CallScreen


class DeskCommands(Provider):
    """Every action and every result; choosing one presses its key."""

    async def discover(self) -> Hits:
        """All of them, in the registry's order."""
        for label, sentence, key in self._commands():
            yield DiscoveryHit(Content(label), partial(self._press, key), text=label, help=sentence)

    async def search(self, query: str) -> Hits:
        """Those whose name or sentence is like what was typed."""
        matcher, found = self.matcher(query), False
        for label, sentence, key in self._commands():
            score = max(matcher.match(label), matcher.match(sentence) / 2)
            if score > 0:
                found = True
                yield Hit(score, Content(label), partial(self._press, key), text=label, help=sentence)
        if not found:  # Textual says so in English alone
            yield Hit(0, tr("Nothing here is called that."), self._do_nothing)

    def _do_nothing(self) -> None:
        """Choosing that nothing was found."""

    def _commands(self) -> Iterator[tuple[str, str, str]]:
        """Label, sentence and key of each."""
        screen = self.screen
        if not isinstance(screen, CallScreen):
            return
        for action in ACTIONS:
            key = screen.keys.first(action.id)
            if key and action.id != "answer":
                yield f"{action.label}  ({show_key(key)})", action.help, key
        campaign = screen.view.campaign
        if campaign is None:
            return
        for disposition in campaign.dispositions:
            label, key = clean(campaign.words(disposition.label), LONGEST), screen.keys.results[disposition.id]
            yield f"{label}  ({key})", tr("Save this result and go on to the next voter."), key

    async def _press(self, key: str) -> None:
        if isinstance(self.screen, CallScreen):
            self.screen.tour.end()
            await self.screen.press(key)
