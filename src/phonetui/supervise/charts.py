"""The charts beside the callers: outcomes, the evening, the list. In a small window one of them."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical

from phonetui.client.evening_view import points, zone_of
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import later, tr
from phonetui.screen.line import Line, Span
from phonetui.screen.pane import Pane
from phonetui.screen.terminal import not_begun
from phonetui.supervise.now_lines import evening_bars, outcome_bars

if TYPE_CHECKING:
    from phonetui.supervise.plots import LinePlot


class _Chart(NamedTuple):
    title: str
    is_line: bool = False


CHARTS = {
    "outcomes": _Chart(later("Outcomes today")),
    "evening": _Chart(later("Calls in 15 min, × reached"), True),
    "left": _Chart(later("Households left"), True),
}


def can_draw() -> bool:
    """Whether this terminal shows blocks and dots; where it does not, bars are made of signs that all have."""
    return "utf" in (getattr(sys.__stdout__, "encoding", "") or "").lower()


class Chart(Vertical):
    """One chart under its title. What is a line is drawn by a plot where there can be one, else as bars."""

    def __init__(self, name: str, desk: SupervisorsDesk, *, draws: bool) -> None:
        super().__init__(id=f"chart-{name}", classes="chart")
        self._chart, self._name, self._desk, self._draws = CHARTS[name], name, desk, draws
        self._bars = Pane(self._lines, classes="bars")
        self._plot: LinePlot | None = None

    def compose(self) -> ComposeResult:
        """The title, and bars until there is a plot."""
        yield Pane(lambda width, height: [(Span(tr(self._chart.title), "quiet"),)], classes="row")
        yield self._bars

    def on_mount(self) -> None:
        """The plot's library takes longer to load than a frame, and more than a key."""
        if self._chart.is_line and self._draws:
            self.run_worker(not_begun(self._load))

    async def _load(self) -> None:
        plots = await asyncio.to_thread(import_module, "phonetui.supervise.plots")
        plot: LinePlot = plots.LinePlot()
        plot.display = False  # until there is something to draw
        await self.mount(plot)
        self._plot = plot
        self.call_after_refresh(self.draw)

    @property
    def is_drawn(self) -> bool:
        """Whether nothing is still to be loaded for it."""
        return not self._chart.is_line or not self._draws or self._plot is not None

    def draw(self) -> None:
        """Show what changed of the line; the bars are a pane, which does so by itself."""
        evening = self._desk.evening
        if self._plot is None or evening is None or not self.display:
            return
        drawn = points(evening.slices)
        is_line = len(drawn) > 1
        self._plot.display, self._bars.display = is_line, not is_line
        if is_line:
            self._plot.show(drawn, zone_of(evening), left=self._name == "left")

    def _lines(self, width: int, height: int) -> list[Line]:
        evening, bar = self._desk.evening, "█" if self._draws else "#"
        if evening is None:
            return []
        if not self._chart.is_line:
            return outcome_bars(evening.dispositions, width, bar)
        last = points(evening.slices)[-max(height, 1) :]
        return evening_bars(last, zone_of(evening), width, bar, left=self._name == "left")
