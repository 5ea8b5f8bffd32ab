"""The window sizes, in cells, at which the screen's layout changes."""

from __future__ import annotations

#: The smallest window in which nothing needed is lost: columns and rows.
SMALLEST = (60, 20)
#: The narrowest window in which the panes stand side by side.
SIDE_BY_SIDE = 80
#: From this width on the columns have more room.
WIDE = 100
#: From this height on no quiet line need go.
HIGH = 24
