"""Practice over the call screen: the same screen at another desk."""

from __future__ import annotations

from phonetui.client.practice_desk import PracticeDesk
from phonetui.tui.call_screen import CallScreen


class PracticeScreen(CallScreen):
    """Leaving it goes back to the real calls."""

    def __init__(self, desk: PracticeDesk, over: CallScreen) -> None:
        super().__init__(desk, over._own_keys, over._zone, classes=" ".join(over.classes))
        self._practice, self._over = desk, over
        desk.listen(self._show)

    def end_shift(self) -> None:
        """Back to the desk before."""
        self.run_worker(self._end(), exclusive=True)

    async def _end(self) -> None:
        await self._practice.close()
        self._over.desk.try_now()  # the campaign may have waited for the practice
        self.dismiss()

    def _show(self) -> None:
        if self.saving:
            self.draw()
        elif self.is_mounted:
            self.draw_soon()
