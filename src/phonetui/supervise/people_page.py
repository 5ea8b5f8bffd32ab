"""Who may call: roles, languages and tags, signing out, removing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from phonetui.client.evening_view import ROLES, member_words, unsent_words
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.translation import tr
from phonetui.supervise.list_page import ListPage
from phonetui.supervise.words import typed_words
from phonetui.wire import Role
from phonetui.wire_supervisors import MemberNow, MemberRule


class PeoplePage(ListPage[MemberNow]):
    """Everybody of the campaign, by name."""

    def __init__(self, desk: SupervisorsDesk) -> None:
        super().__init__(desk)
        self._members: tuple[MemberNow, ...] | None = None

    @property
    def heading(self) -> str:
        """What it is called."""
        return tr("People")

    def hints(self) -> Sequence[tuple[str, str]]:
        """Change, and back."""
        return [*([("enter", tr("change"))] if self.entries() else []), ("escape", tr("back"))]

    def on_mount(self) -> None:
        """Ask for them."""
        super().on_mount()
        self.begin(self._load)

    def entries(self) -> Sequence[MemberNow]:
        """As they were when the page was opened, or changed last."""
        return self._members or ()

    def words(self, entry: MemberNow) -> Sequence[str]:
        """Role, and what their laptop has not sent."""
        return member_words(entry, self.desk.now)

    def nothing(self) -> str:
        """On their way."""
        return tr("Asking the server…") if self._members is None else tr("Nobody yet; i on the page before invites.")

    def take(self, entry: MemberNow) -> None:
        """Change it."""
        self.begin(lambda: self._change(entry))

    async def _load(self) -> None:
        self._members = await self.desk.server.members()

    async def _change(self, member: MemberNow) -> None:
        ways = [
            ("r", tr("role")),
            ("l", tr("languages")),
            ("t", tr("tags")),
            ("s", tr("sign out")),
            ("x", tr("remove")),
        ]
        key = await self.choose(member.name, ways)
        if key == "s":
            await self._sign_out(member)
        elif key == "x":
            await self._remove(member)
        elif key:
            await self._rule(member, key)

    async def _rule(self, member: MemberNow, key: str) -> None:
        rule = MemberRule(member.role, member.languages, member.tags)
        if key == "r":
            roles: dict[str, Role] = {"c": "caller", "s": "supervisor", "o": "owner"}
            chosen = await self.choose(
                tr("{name} is to be", name=member.name), [(k, tr(ROLES[r])) for k, r in roles.items()]
            )
            if chosen is None:
                return
            rule = msgspec.structs.replace(rule, role=roles[chosen])
        else:
            before = member.languages if key == "l" else member.tags
            asked = (
                tr("{name} speaks (such as es, en):", name=member.name)
                if key == "l"
                else tr("Tags of {name}:", name=member.name)
            )
            text = await self.type_line(asked, ", ".join(before))
            if text is None:
                return
            field = "languages" if key == "l" else "tags"
            rule = msgspec.structs.replace(rule, **{field: typed_words(text)})
        await self.desk.server.rule_member(member.caller_id, rule)
        await self._load()
        self.say(tr("Changed."))

    async def _sign_out(self, member: MemberNow) -> None:
        about = self._before(member, tr("Sign {name} out everywhere?", name=member.name))
        if await self.confirm(about, "s", tr("sign out")):
            await self.desk.server.sign_out_member(member.caller_id)
            await self._load()
            self.say(tr("{name} is signed out; logging in again goes on where it was.", name=member.name))

    async def _remove(self, member: MemberNow) -> None:
        about = self._before(member, tr("Remove {name}?", name=member.name))
        if await self.confirm(about, "x", tr("remove")):
            await self.desk.server.remove_member(member.caller_id)
            await self._load()
            self.say(tr("{name} is removed; what their laptop has not sent is still taken.", name=member.name))

    def _before(self, member: MemberNow, question: str) -> str:
        """What is not sent is named first."""
        unsent = unsent_words(member.unsent)
        said = tr("{entries}, still taken later.", entries=unsent) if unsent else ""
        return " ".join(filter(None, [said, question]))
