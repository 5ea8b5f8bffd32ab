"""Who may call: roles, languages and tags, signing out, removing."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.evening_view import ROLES, may_be_unsent_words, member_words, zone_of
from phonetui.client.supervisors_desk import SupervisorsDesk
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr, tr_n
from phonetui.supervise.list_page import ListPage
from phonetui.supervise.words import typed_languages, typed_tags
from phonetui.wire import Role
from phonetui.wire_supervisors import MemberNow, MemberRule


class PeoplePage(ListPage[MemberNow]):
    """Everybody of the campaign, by name."""

    def __init__(self, desk: SupervisorsDesk) -> None:
        super().__init__(desk)
        self._members: tuple[MemberNow, ...] | None = None
        self._asked = False

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

    def draw(self) -> None:
        """Show what changed; whoever could not be asked for without a line is, once it is back."""
        super().draw()
        if self.desk.line.is_up and self._members is None and not (self._working or self._asked):
            self._asked = True
            self.begin(self._load)
        elif not self.desk.line.is_up:
            self._asked = False

    def entries(self) -> Sequence[MemberNow]:
        """As they were when the page was opened, or somebody was changed last."""
        return self._members or ()

    def id_of(self, entry: MemberNow) -> str:
        """The caller's own."""
        return entry.caller_id

    def words(self, entry: MemberNow) -> Sequence[str]:
        """Role, and what their laptop has not sent."""
        return member_words(entry, self.desk.now)

    def nothing(self) -> str:
        """On their way."""
        if self._members is not None:
            return tr("Nobody yet; i on the page before invites.")
        return tr("Asking the server…") if self._working else tr("They come once the server answers.")

    def take(self, entry: MemberNow) -> None:
        """Change it."""
        self.begin(lambda: self._change(entry.caller_id))

    async def _load(self) -> None:
        self._members = await self.desk.server.members()

    async def _change(self, caller_id: str) -> None:
        """As they are now: somebody else may have changed them, and their laptop may have sent what it had."""
        await self._load()
        member = next((each for each in self.entries() if each.caller_id == caller_id), None)
        if member is None:
            raise Refused(tr("They are not among the campaign's people any more."))
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
        rule = await self._asked_rule(member, key)
        if rule is not None:
            await self.desk.server.rule_member(member.caller_id, rule)
            await self._load()
            self.say(tr("Changed."))

    async def _asked_rule(self, member: MemberNow, key: str) -> MemberRule | None:
        """What is to change of the member; None where a question was closed."""
        if key == "r":
            roles: dict[str, Role] = {"c": "caller", "s": "supervisor", "o": "owner"}
            asked = tr("{name} is to be", name=member.name)
            chosen = await self.choose(asked, [(k, tr(ROLES[r])) for k, r in roles.items()])
            return MemberRule(role=roles[chosen]) if chosen else None
        if key == "l":
            asked = tr("{name} speaks (such as es, en):", name=member.name)
            text = await self.type_line(asked, ", ".join(member.languages))
            return None if text is None else MemberRule(languages=typed_languages(text))
        text = await self.type_line(tr("Tags of {name}:", name=member.name), ", ".join(member.tags))
        return None if text is None else MemberRule(tags=typed_tags(text))

    async def _sign_out(self, member: MemberNow) -> None:
        asked = tr("Sign {name} out on every computer and in every campaign?", name=member.name)
        if await self.confirm(asked, "s", tr("sign out"), over=self._unsent(member)):
            await self.desk.server.sign_out_member(member.caller_id)
            await self._load()
            self.say(tr("{name} is signed out; logging in again goes on where it was.", name=member.name))

    async def _remove(self, member: MemberNow) -> None:
        links = len(await self.desk.server.invitations())
        asked = tr("Remove {name}?", name=member.name)
        if await self.confirm(asked, "x", tr("remove"), over=self._unsent(member)):
            await self.desk.server.remove_member(member.caller_id)
            await self._load()
            said = tr("{name} is removed; what their laptop has not sent is still taken.", name=member.name)
            open_links = tr_n(
                "With another address they could join by the {n} link that is open: Esc, i and e end it.",
                "With another address they could join by one of the {n} links that are open: Esc, i and e end them.",
                links,
            )
            self.say(f"{said} {open_links}" if links else said)

    def _unsent(self, member: MemberNow) -> str:
        """What is not sent is named first."""
        zone = zone_of(self.desk.evening) if self.desk.evening else None
        return may_be_unsent_words(member, self.desk.now, zone)
