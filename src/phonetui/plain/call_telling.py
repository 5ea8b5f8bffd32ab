"""Says of the caller's line what they have not been told yet."""

from __future__ import annotations

from msgspec import Struct

from phonetui.client.view import View
from phonetui.core.keymap import Keymap
from phonetui.core.pacer import Stage
from phonetui.plain import phone_words
from phonetui.plain.voice import Voice


class _Told(Struct):
    """What was told last of the calls to a household."""

    household_id: str = ""
    happening: str = ""
    became: str = ""
    asked: tuple[Stage, str] | None = None
    enter_dials: bool = False
    muted: bool = False


class CallTeller:
    """Tells each thing once; where nothing dials there is nothing to tell."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._told = _Told()

    def tell(self, view: View, keys: Keymap, *, short: bool) -> None:
        """Whatever is new since the last time."""
        told, phone, household = self._told, view.phone, view.call.household
        if phone.engine == "hand" or household is None:
            return
        if told.household_id != household.household_id:
            told = self._told = _Told(household.household_id)
        happening, became = phone_words.happening(view), phone_words.became(view)
        if told.happening != happening:
            told.happening, told.muted = happening, False
            self._voice.say(happening)
        if phone.in_call and told.muted != phone_words.is_muted(view):
            told.muted = phone.muted
            self._voice.say(phone_words.muted(view))
        if told.became != became:
            told.became = became
            self._voice.say(became)
        self._tell_asked(view, phone_words.asked(view, keys, short=short))

    def _tell_asked(self, view: View, asked: str) -> None:
        """A countdown is said once, however far it is."""
        told = self._told
        told.enter_dials = phone_words.enter_dials(view)
        at = (view.phone.stage, asked if view.phone.stage is not Stage.COUNTING else "")
        if told.asked != at:
            told.asked = at
            self._voice.say(asked)

    def has_offered_to_dial(self, view: View) -> bool:
        """Whether the caller has been told that Enter alone dials."""
        return self._told.enter_dials and phone_words.enter_dials(view)

    def is_told(self, view: View) -> None:
        """Where the call stands is not news any more: the caller has asked."""
        self._told.happening, self._told.muted = phone_words.happening(view), phone_words.is_muted(view)

    def forget(self) -> None:
        """All of it is new again."""
        self._told = _Told()
