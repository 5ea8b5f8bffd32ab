"""When whoever waits is to be told, by a beep or by a flash, that there is somebody to call."""

from __future__ import annotations

from datetime import datetime, timedelta

from phonetui.client.view import View

#: Who waits for no longer than this is still looking at the screen.
LONG_ENOUGH = timedelta(seconds=10)


class Attention:
    """Looks at every view of the desk."""

    def __init__(self) -> None:
        self._nobody_since: datetime | None = None

    def is_wanted(self, view: View) -> bool:
        """Whether this view is the first with a voter after a long enough wait."""
        if view.call.voter is None:
            self._nobody_since = self._nobody_since or view.now
            return False
        since, self._nobody_since = self._nobody_since, None
        return since is not None and view.now - since >= LONG_ENOUGH
