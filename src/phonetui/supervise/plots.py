"""The evening and the list as lines, drawn by plotext; loaded once the first frame is painted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual_plotext import PlotextPlot

from phonetui.client.evening_view import Point
from phonetui.core.translation import number
from phonetui.core.when import clock

#: Cells that a clock below a plot needs.
CLOCK = 12


class LinePlot(PlotextPlot):
    """One line over the evening, in the style of its text; a second one in crosses."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = "clear"
        self._drawn: object = None

    def show(self, points: Sequence[Point], zone: tzinfo | None, *, left: bool) -> None:
        """The calls of each stretch with those reached as crosses, or what was `left` of the list; paints only news."""
        what = tuple(points), self.size, left
        if what == self._drawn or not self.size or not points:
            return
        self._drawn = what
        values = [each.left if left else each.counts.attempts for each in points]
        plot = self.plt
        plot.clear_figure()
        plot.theme("clear")
        plot.plot(list(range(len(points))), values, marker="braille")
        if not left:
            plot.scatter(list(range(len(points))), [each.counts.contacts for each in points], marker="x")
        plot.xaxes(True, False)
        plot.yaxes(True, False)
        plot.ylim(0, max(*values, 1))
        most = max(*values, 1)
        plot.yticks([0, most], ["0", number(most)])
        places, clocks = self._clocks([each.at for each in points], zone)
        plot.xticks(places, clocks)
        self.refresh()

    def _clocks(self, at: Sequence[datetime], zone: tzinfo | None) -> tuple[list[float], list[str]]:
        """The first and the last, and between them as many as there is room for."""
        apart = max(-(-len(at) * CLOCK // max(self.size.width, 1)), 1)
        places = range(0, len(at), apart)
        return [float(place) for place in places], [clock(at[place].astimezone(zone)) for place in places]
