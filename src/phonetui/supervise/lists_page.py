"""Lists: which comes first, which rests, and who may call them."""

from __future__ import annotations

from collections.abc import Sequence

from phonetui.client.evening_view import list_words, zone_of
from phonetui.core.refusal import Refused
from phonetui.core.translation import tr, tr_n
from phonetui.supervise.list_page import ListPage
from phonetui.supervise.words import typed_languages, typed_tags
from phonetui.wire_supervisors import PRIORITIES, ListNow, ListRule


class ListsPage(ListPage[ListNow]):
    """The lists, the one that is called first on top."""

    @property
    def heading(self) -> str:
        """What it is called."""
        return tr("Lists")

    def hints(self) -> Sequence[tuple[str, str]]:
        """Change, and back."""
        return [*([("enter", tr("change"))] if self.entries() else []), ("escape", tr("back"))]

    def entries(self) -> Sequence[ListNow]:
        """In the order in which they are called."""
        lists = self.desk.evening.lists if self.desk.evening else ()
        return sorted(lists, key=lambda each: (-each.priority, each.list_id))

    def id_of(self, entry: ListNow) -> str:
        """The list's own."""
        return str(entry.list_id)

    def words(self, entry: ListNow) -> Sequence[str]:
        """How much of it is left, and who may call it."""
        zone = zone_of(self.desk.evening) if self.desk.evening else None
        return list_words(entry, self.desk.now, zone)

    def nothing(self) -> str:
        """No voters."""
        return tr("No list yet: phonetui server voters import takes one in.")

    def take(self, entry: ListNow) -> None:
        """Change it."""
        self.begin(lambda: self._change(entry))

    async def _change(self, one: ListNow) -> None:
        rest = tr("call it again") if one.paused else tr("let it rest")
        ways = [("p", tr("priority")), ("r", rest), ("l", tr("languages")), ("t", tr("tags"))]
        key = await self.choose(one.name, ways)
        rule = await self._asked(one, key) if key else None
        if rule is not None:
            await self.desk.server.rule_list(one.list_id, rule)
            self.desk.try_now()
            self.say(tr("Changed; it counts for the next voters that are given out."))
            if key in ("l", "t"):
                await self._say_who(one, rule)

    async def _say_who(self, one: ListNow, rule: ListRule) -> None:
        """How many may call it, by what was just typed and what was there."""
        languages = one.languages if rule.languages is None else rule.languages
        tags = one.tags if rule.tags is None else rule.tags
        may = sum(
            _have_one(member.languages, languages) and _have_one(member.tags, tags)
            for member in await self.desk.server.members()
        )
        if may:
            self.say(tr_n("Changed; {n} person may call it now.", "Changed; {n} people may call it now.", may))
        else:
            self.say(tr("Changed; but nobody may call it now: m gives people languages and tags."), alarm=True)

    async def _asked(self, one: ListNow, key: str) -> ListRule | None:
        """What is to change of the list; None where a question was closed."""
        if key == "r":
            return ListRule(paused=not one.paused)
        if key == "p":
            text = await self.type_line(tr("Priority (higher is called first):"), str(one.priority))
            return None if text is None else ListRule(priority=_priority(text))
        if key == "l":
            asked = tr("Only callers who speak (such as es, en; nothing: all):")
            text = await self.type_line(asked, ", ".join(one.languages))
            return None if text is None else ListRule(languages=typed_languages(text))
        text = await self.type_line(tr("Only callers with a tag of (nothing: all):"), ", ".join(one.tags))
        return None if text is None else ListRule(tags=typed_tags(text))


def _have_one(theirs: Sequence[str], wanted: Sequence[str]) -> bool:
    """One is enough, as the server lends voters; tags are stored there in small letters."""
    return not wanted or not {each.casefold() for each in wanted}.isdisjoint(theirs)


def _priority(text: str) -> int:
    least, most = PRIORITIES
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and least <= int(text) <= most):
        raise Refused(tr("{text} is not a number from {least} to {most}.", text=text, least=least, most=most))
    return int(text)
