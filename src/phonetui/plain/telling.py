"""Says of the desk's view what the caller has not been told yet."""

from __future__ import annotations

from datetime import tzinfo

from msgspec import Struct

from phonetui.client.view import Said, View
from phonetui.core.keymap import Keymap
from phonetui.core.translation import tr
from phonetui.plain import phone_words, words
from phonetui.plain.call_telling import CallTeller
from phonetui.plain.typed_words import typed_key
from phonetui.plain.voice import Voice


class _Told(Struct):
    """What the caller has been told last, to tell no more than what is new."""

    voter: tuple[object, ...] | None = None
    page: tuple[object, ...] = ()
    chosen: str = ""
    note: str = ""
    warning: str = ""
    waiting: str = ""
    confirming: str = ""
    line: str = "up"
    results: bool = False


class Teller:
    """Tells what was done first, then the line, then whom to call and what to say; `short` is in fewer words."""

    def __init__(self, voice: Voice, zone: tzinfo | None, *, short: bool) -> None:
        self.short = short
        self._voice = voice
        self._zone = zone
        self._told = _Told()
        self._said: Said | None = None
        self._calls = CallTeller(voice)

    def tell(self, view: View, keys: Keymap) -> None:
        """Whatever is new since the last time."""
        told, said = self._told, view.said if view.said is not self._said else None
        self._said = view.said
        replies = view.practice and view.call.voter is not None and self.has_told_of(view)  # to the step told below
        if not replies:
            self._tell_said(said, keys)
        line = view.line.state if view.line.state in ("offline", "signed_out") else "up"
        if line != told.line and view.line.state != "connecting":
            told.line = line
            self._voice.say(words.line_state(view, keys, self._zone))
        if view.call.voter is None:
            self._tell_waiting(view)
        else:
            told.waiting = ""
            self._tell_voter(view)
            self._tell_page(view, keys)
            if replies:
                self._tell_said(said, keys)
            self._tell_results(view, keys)
            self._calls.tell(view, keys, short=self.short)

    def has_told_of(self, view: View) -> bool:
        """Whether the caller knows who is called, or that nobody is."""
        return self._told.voter == _voter_of(view)

    def has_offered_to_dial(self, view: View) -> bool:
        """Whether the caller has been told that Enter alone has this voter dialed."""
        return self.has_told_of(view) and self._calls.has_offered_to_dial(view)

    def call_is_told(self, view: View) -> None:
        """Where the call stands is not news any more."""
        self._calls.is_told(view)

    def forget(self) -> None:
        """All of it is new again."""
        self._told = _Told(line=self._told.line)
        self._calls.forget()

    def tell_what_is_asked(self, view: View, keys: Keymap) -> None:
        """What a line is wanted for now, said before or not."""
        if view.call.voter is None:
            self._voice.say(*words.waiting_lines(view))
        elif asked := words.confirming(view, keys):
            self._voice.say(asked)
        elif view.page is not None:
            asked = phone_words.asked(view, keys, short=self.short)
            self._voice.say(*words.page_lines(view.page, keys, short=self.short), asked)

    def _tell_said(self, said: Said | None, keys: Keymap) -> None:
        key = typed_key(keys, "undo")
        if said is not None and said.undo and key and not self.short:
            self._voice.say(tr("{done}; {key} takes it back.", done=said.text, key=key))
        elif said is not None:
            self._voice.say(said.text)

    def _tell_waiting(self, view: View) -> None:
        told, title = self._told, view.waiting.title if view.waiting else ""
        if told.waiting != title:
            told.waiting, told.voter = title, _voter_of(view)
            again = "" if self.short else tr("Enter looks again.")
            self._voice.say(*words.waiting_lines(view), words.today_line(view), again)

    def _tell_voter(self, view: View) -> None:
        told, voter = self._told, _voter_of(view)
        if told.voter != voter:
            told.voter, told.page = voter, ()
            self._voice.say(*words.voter_lines(view, short=self.short))
        elif told.note != view.call.draft.note:
            self._voice.say(words.note_line(view))
        elif told.warning != view.warning:
            self._voice.say(view.warning)
        told.note, told.warning = view.call.draft.note, view.warning

    def _tell_page(self, view: View, keys: Keymap) -> None:
        told, page = self._told, view.page
        if page is None:
            return
        at, chosen = _page_of(view), words.ticked(page) if page.several else ""
        if told.page != at:
            self._voice.say(*words.page_lines(page, keys, short=self.short))
        elif told.chosen != chosen:
            self._voice.say(chosen)
        told.page, told.chosen = at, chosen

    def _tell_results(self, view: View, keys: Keymap) -> None:
        told, asked = self._told, words.confirming(view, keys)
        if not told.results and not self.short:
            told.results = True
            self._voice.say(*words.result_lines(view, keys, short=True))
        if told.confirming != asked:
            told.confirming = asked
            self._voice.say(asked)


def _voter_of(view: View) -> tuple[object, ...]:
    return (view.call.voter_id, view.call.shown_at) if view.call.voter else ()


def _page_of(view: View) -> tuple[object, ...]:
    return view.call.draft.place.steps, view.call.draft.language
