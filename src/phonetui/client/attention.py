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
        self._promised = ""

    def is_wanted(self, view: View, *, by_key: bool = False) -> bool:
        """Whether this view is the first with a voter after a long enough wait, or with one who was promised a call.

        Who comes `by_key` of the caller's own comes from no wait.
        """
        household = view.call.household
        before, self._promised = self._promised, household.household_id if household and view.promised_at else ""
        if household is None:
            self._nobody_since = self._nobody_since or view.now
            return False
        since, self._nobody_since = self._nobody_since, None
        waited = since is not None and view.now - since >= LONG_ENOUGH
        return self._promised not in ("", before) or (waited and not by_key)
