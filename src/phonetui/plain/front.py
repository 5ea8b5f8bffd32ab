"""The desk line by line: says what is new, asks for a line, and carries it out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import tzinfo

import msgspec

from phonetui.client.asking import LONGEST_LINE
from phonetui.client.attention import Attention
from phonetui.client.desk_surface import Desk
from phonetui.client.front_end import Work
from phonetui.client.help_line import news_of
from phonetui.client.leaving import interrupted
from phonetui.client.left_lines import LeftLines
from phonetui.client.phone_keys import offered_actions
from phonetui.client.view import View
from phonetui.client.waiting import coming
from phonetui.core.call_actions import Action, Result
from phonetui.core.campaign import Campaign
from phonetui.core.follow_up import Message
from phonetui.core.keymap import Keymap, Keys, keymap
from phonetui.core.refusal import Refused
from phonetui.core.text import clean
from phonetui.core.translation import tr
from phonetui.plain import words
from phonetui.plain.carrying_out import carry_out
from phonetui.plain.keyboard import Keyboard
from phonetui.plain.phone_words import is_under_way
from phonetui.plain.telling import Teller
from phonetui.plain.typed_words import chosen_of
from phonetui.plain.voice import Voice

#: Seconds until it is said that something is waited for, and until waiting for it ends: then a line can be typed.
SOON, PATIENCE = 1.0, 15.0
#: Seconds in which what comes by a pipe waits for a voter who may be on the way; nobody is there to type again.
PIPE_WAITS = 3.0
#: An empty line that comes sooner after the prompt, in seconds, was not typed in answer to it.
A_LOOK = 0.25
#: What is typed to close a question, and to empty a line.
CLOSING, EMPTY = ("esc", "escape"), "-"


class PlainFront:
    """Everything is said in answer to a line: what happens while a line may be being typed waits for its end."""

    def __init__(
        self,
        desk: Desk,
        keyboard: Keyboard,
        voice: Voice,
        own_keys: Keys,
        *,
        zone: tzinfo | None = None,
        short: bool = False,
        beep: bool = True,
    ) -> None:
        self.desk = desk
        self.zone = zone
        self._teller = Teller(voice, zone, short=short)
        self._keyboard = keyboard
        self._voice = voice
        self._own_keys = own_keys
        self._keys: tuple[Campaign | None, Keymap] = (None, keymap(None, own_keys))
        self._notices: list[str] = []
        self._begun: list[Work] = []
        self._beside: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None
        self._other: PlainFront | None = None
        self._ahead = ""
        self._typed: asyncio.Task[str | None] | None = None
        self._at_leisure = False
        self._trying = False
        self._left = False
        self._prompted = False
        self._asked_to_end = False
        self._changed = asyncio.Event()
        self.left_lines = LeftLines()
        self._attention = Attention()
        self._answers = 0
        self._beeps = beep
        desk.listen(self._desk_changed)

    @property
    def short(self) -> bool:
        """Whether less is said."""
        return self._teller.short

    @short.setter
    def short(self, short: bool) -> None:
        self._teller.short = short

    @property
    def view(self) -> View:
        """The desk as it is now."""
        return self.desk.view

    @property
    def keys(self) -> Keymap:
        """Which key does what, in the campaign as it is now."""
        view = self.view
        if view.campaign is not self._keys[0]:
            self._keys = view.campaign, keymap(view.campaign, self._own_keys, offered_actions(view))
        return self._keys[1]

    async def run(self) -> None:
        """Until the caller leaves, or there are no more lines."""
        view = self.view
        self._keys = view.campaign, keymap(view.campaign, self._own_keys, offered_actions(view))
        await self._wait_for_what_comes()
        self.say(words.heading(self.view), tr("Type a key or a word, then Enter; ? says what can be typed."))
        if self.desk.first_shift.is_new:
            self.say(*words.offer_lines())
        line: str | None = "again"
        while not self._left:
            await self._wait_for_what_comes()
            before = self._voice.paragraphs
            await self._tell_what_is_new()
            if not line and before == self._voice.paragraphs and not is_under_way(self.view):
                self._teller.tell_what_is_asked(self.view, self.keys)
            await self._follow_call()
            line = await self._line()
            if line is None:
                return
            await carry_out(self, line)
            while self._begun:
                await self._begun.pop()()
            self._ahead = ""

    async def _tell_what_is_new(self) -> None:
        self._tell_notices()
        await self._tell_news()
        self._teller.tell(self.view, self.keys)

    async def _follow_call(self) -> None:
        """What becomes of a call is told as it happens, before a line is asked for; one may be typed all the while."""
        if not is_under_way(self.view):
            return
        if self._keyboard.is_terminal:
            self._typed = asyncio.create_task(self._keyboard.line())
            self._typed.add_done_callback(lambda _: self._changed.set())
        with suppress(TimeoutError):
            async with asyncio.timeout(None if self._keyboard.is_terminal else PIPE_WAITS):
                while is_under_way(self.view) and not self._has_typed:
                    self._changed.clear()
                    await self._changed.wait()
                    if not self._has_typed:  # the line may ask for what there is to tell
                        await self._tell_what_is_new()

    @property
    def _has_typed(self) -> bool:
        return self._typed is not None and self._typed.done()

    # -- what lines do -----------------------------------------------------------------------------------------------

    @property
    def knows_who(self) -> bool:
        """Whether the caller has been told who is called, or that nobody is."""
        return self._teller.has_told_of(self.view)

    @property
    def is_asked_to_dial(self) -> bool:
        """Whether an empty line means that: it was said that it does, and the line came no sooner than one hears it."""
        return self._at_leisure and self._teller.has_offered_to_dial(self.view)

    def typed_ahead(self, line: str) -> None:
        """What is asked for next has been typed."""
        self._ahead = line

    async def act(self, action: Action) -> bool:
        """Hand the action to the desk; where it cannot be saved nothing moves, and the reason is told."""
        if isinstance(action, Result):
            action = msgspec.structs.replace(action, by_line=True)
        return await self.saved(self.desk.act(action))

    async def saved(self, saving: Awaitable[None]) -> bool:
        """Wait until it is saved; False where it cannot be, which is told."""
        try:
            await saving
        except Refused as refused:
            self.refuse(refused)
            return False
        return True

    def begin(self, asking: Work) -> None:
        """Ask the caller something; the next lines are for the question."""
        self._begun.append(asking)

    def beside(self, work: Work) -> None:
        """Do something that takes long; what comes of it is told before the next line."""
        task = asyncio.create_task(work())
        self._beside.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._beside.discard(task)
        if not task.cancelled():
            self._fault = self._fault or task.exception()

    async def sit_at(self, desk: Desk) -> None:
        """Another desk, spoken of in the same way to the same caller, until they leave it."""
        self._other = PlainFront(
            desk, self._keyboard, self._voice, self._own_keys, zone=self.zone, short=self.short, beep=self._beeps
        )
        await self._other.run()
        self._other = None

    def end_shift(self) -> None:
        """Leave the desk."""
        self._left = True

    def interrupted(self) -> bool:
        """Ctrl-C: whether it is meant, the second time without a line in between."""
        if self._other is not None:
            return self._other.interrupted()
        if self._asked_to_end:
            return True
        self._asked_to_end = True
        usual = tr("Type {key}, or press Ctrl-C again, to leave; everything is saved.", key=self.keys.shown("quit"))
        self._voice.echo("")
        self._voice.say(interrupted(self.view, usual))
        if self._prompted:
            self._voice.ask()
        return False

    # -- asking ------------------------------------------------------------------------------------------------------

    async def choose(self, about: str, choices: Sequence[tuple[str, str]]) -> str | None:
        """Ask for one of the choices by its key or its words; None when the question was closed."""
        return await self._choose([words.question(about), *(f"{key} {meaning}" for key, meaning in choices)], choices)

    async def pick(self, title: str, entries: Sequence[Sequence[str]]) -> int | None:
        """Say a list and ask for the number of one of its entries; its place, from 0, or None."""
        numbered = [(str(at), lines) for at, lines in enumerate(entries, start=1)]
        said = [title, *(line for at, (first, *others) in numbered for line in (f"{at} {first}", *others))]
        chosen = await self._choose(said, [(at, lines[0]) for at, lines in numbered])
        return None if chosen is None else int(chosen) - 1

    async def _choose(self, said: Sequence[str], choices: Sequence[tuple[str, str]]) -> str | None:
        self._tell_notices()
        self.say(*said)
        while (line := await self._line()) is not None:
            typed = line.strip().casefold()
            if typed in CLOSING:
                return None
            chosen = chosen_of(typed, choices)
            if chosen is not None:
                return chosen
            self.say(*said, tr("Type one of these, or esc to close."))
        return None

    async def type_line(
        self,
        about: str,
        text: str = "",
        *,
        secret: bool = False,
        as_typed: Callable[[str], Awaitable[None]] | None = None,
    ) -> str | None:
        """Ask for a line; Enter alone takes what stands there. What is typed cannot be seen before its end."""
        if self._ahead:  # typed in answer before it was asked for
            text, self._ahead = clean(self._ahead, LONGEST_LINE), ""
            self._notices.clear()
            return text
        how_to = tr("Enter alone leaves it as it is, - empties it, esc closes.")
        self._tell_notices()
        self.say(tr("{about}, now: {text}", about=about, text=text) if text and not secret else f"{about}:")
        if text and not self.short:
            self.say(how_to)
        while (line := await self._line(secret=secret)) is not None:
            if secret:
                return line or None
            typed = clean(line, LONGEST_LINE)
            if typed == "?":
                self.say(how_to)
            elif typed.casefold() in CLOSING:
                return None
            else:
                return "" if typed == EMPTY else typed or text
        return None

    async def _line(self, *, secret: bool = False) -> str | None:
        """The next line; None, and the shift ends, where there is none."""
        if not self._has_typed:
            self._voice.ask()
        self._prompted, asked_at = True, asyncio.get_running_loop().time()
        line = await (self._keyboard.secret() if secret else self._typed or self._keyboard.line())
        self._typed, self._prompted, self._asked_to_end = None, False, False
        self._at_leisure = not self._keyboard.is_terminal or asyncio.get_running_loop().time() - asked_at >= A_LOOK
        if line is None:
            self._left = True
            self._voice.echo("")
        elif not self._keyboard.is_terminal:
            self._voice.echo("" if secret else line)
        return line

    # -- telling -----------------------------------------------------------------------------------------------------

    def say(self, *paragraphs: str) -> None:
        """Say it now."""
        self._voice.say(*paragraphs)

    def draw(self, rows: Sequence[str]) -> bool:
        """Draw it now; False where that cannot be."""
        return self._voice.draw(rows)

    def notice(self, text: str) -> None:
        """Say this before the next line is typed."""
        self._notices.append(text)

    def refuse(self, refused: Refused) -> None:
        """Say why something was not done."""
        self.notice(str(refused))

    def notice_trying(self) -> None:
        """The try is waited for a moment, and what came of it told."""
        self._trying = True
        self.notice(tr("Trying now…"))

    def show_text(self, title: str, paragraphs: Sequence[Sequence[str]]) -> None:
        """Say it now, each paragraph line by line."""
        self.say(title, *(line for lines in paragraphs for line in lines))

    async def show_code(self, link: str, to_send: Message) -> bool:
        """No line of text is a picture: say what is to be sent, and ask whether it was."""
        about = tr("Sent to {address}", address=to_send.shown_to)
        self.say(to_send.subject, to_send.text)
        return await self.choose(about, [("1", tr("yes")), ("2", tr("no"))]) == "1"

    def copy(self, to_send: Message) -> None:
        """What cannot be copied here is said."""
        self.say(tr("For {whom}:", whom=to_send.shown_to), to_send.subject, to_send.text)

    async def _tell_news(self) -> None:
        """What the campaign tells and answers, once: who was told it has seen it."""
        unseen = [told for told in self.view.told if not told.seen]
        self.say(*(news_of(told, self.view.asked) for told in unseen))
        if unseen:
            await self.saved(self.desk.see([told.notice_id for told in unseen]))

    def call_is_told(self) -> None:
        """The caller has asked where the call stands, and was told."""
        self._teller.call_is_told(self.view)

    def forget_told(self) -> None:
        """All of it is told again."""
        self._teller.forget()

    def say_page(self) -> None:
        """The script's step."""
        page = self.view.page
        if page is not None:
            self.say(*words.page_lines(page, self.keys, short=self.short))

    def _tell_notices(self) -> None:
        self.say(*self._notices)
        self._notices.clear()

    # -- waiting -----------------------------------------------------------------------------------------------------

    def _desk_changed(self) -> None:
        self._changed.set()
        view = self.view
        is_answered, self._answers = view.phone.answers > self._answers, view.phone.answers
        if self._beeps and ((self._attention.is_wanted(view) and self._prompted) or is_answered):
            self._voice.beep()

    async def _wait_for_what_comes(self) -> None:
        """What a moment brings is told before the prompt: the first voter, or the end of a try."""
        if not await self.until(lambda: not self._comes(), SOON):
            self._tell_notices()
            if self.view.call.voter is None and self.view.waiting:
                self.say(self.view.waiting.title)
            await self.until(lambda: not self._comes(), PATIENCE)
        self._trying = False
        if self._fault is not None:
            raise self._fault
        if not self._keyboard.is_terminal and not self._teller.has_told_of(self.view):
            await self.until(lambda: self.view.call.voter is not None or not self.view.line.is_up, PIPE_WAITS)

    def _comes(self) -> bool:
        view = self.view
        under_way = view.line.state in ("offline", "connecting") and view.line.next_try is None
        if self._beside or (self._trying and under_way):
            return True
        return view.call.voter is None and (view.line.state == "connecting" or view.waiting == coming())

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait for so long at most until it holds; whether it does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not holds():
                    self._changed.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(0.1):
                            await self._changed.wait()
        return holds()
