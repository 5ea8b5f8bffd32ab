"""Links by which somebody may still join, and ending one."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.evening_view import invitation_words, zone_of
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import tr
from phonetui.supervise.list_page import ListPage
from phonetui.wire_supervisors import OpenInvitation


class InvitationsPage(ListPage[OpenInvitation]):
    """Those that are open, the one that lasts longest first. The links themselves are kept nowhere."""

    def __init__(self, desk: SupervisorsDesk, invitations: Sequence[OpenInvitation]) -> None:
        super().__init__(desk)
        self._invitations = invitations

    @property
    def heading(self) -> str:
        """What it is called."""
        return tr("Open links")

    def hints(self) -> Sequence[tuple[str, str]]:
        """End one, and back."""
        return [*([("enter", tr("end it"))] if self._invitations else []), ("escape", tr("back"))]

    def entries(self) -> Sequence[OpenInvitation]:
        """As they were when the page was opened, or one was ended."""
        return self._invitations

    def id_of(self, entry: OpenInvitation) -> str:
        """The invitation's own."""
        return entry.invitation_id

    def words(self, entry: OpenInvitation) -> Sequence[str]:
        """What it makes of whom, who made it, until when."""
        zone = zone_of(self.desk.evening) if self.desk.evening else None
        return invitation_words(entry, self.desk.now, zone)

    def nothing(self) -> str:
        """None."""
        return tr("No link is open: nobody can join.")

    def take(self, entry: OpenInvitation) -> None:
        """End it, if that is meant."""
        self.begin(lambda: self._end(entry))

    async def _end(self, one: OpenInvitation) -> None:
        if await self.confirm(tr("End this link? Whoever has joined by it stays."), "x", tr("end it")):
            await self.desk.server.end_invitation(one.invitation_id)
            self._invitations = await self.desk.server.invitations()
            self.say(tr("The link is ended; nobody joins by it any more."))
