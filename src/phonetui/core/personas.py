"""The invented voters of a practice: who they are, what they say, and which result is right for them."""

from __future__ import annotations

from msgspec import Struct

from phonetui.core.translation import later


class Persona(Struct, frozen=True, kw_only=True):
    """An invented voter. `right` are ids of usual results, the best first; `why` says why it is that one.

    `opens` is said when the telephone is taken up. Who `insists` says so to whatever the script asks; the others give
    the `choice`th of the answers, from 0. One who `doubts` puts one of the campaign's prepared questions first. Nobody
    takes up the telephone of one who `is_out`.
    """

    first_name: str
    last_name: str
    age: int
    opens: str
    right: tuple[str, ...]
    why: str
    insists: str = ""
    choice: int = 0
    doubts: bool = False
    language: str = ""
    is_out: bool = False


PERSONAS: tuple[Persona, ...] = (
    Persona(
        first_name="Nora",
        last_name="Okafor",
        age=44,
        opens=later("It rings eight times. Nobody answers."),
        right=("not_home",),
        why=later("nobody answered, and the number is tried again by itself"),
        insists=later("It goes on ringing."),
        is_out=True,
    ),
    Persona(
        first_name="Grace",
        last_name="Bell",
        age=67,
        opens=later("“Hello, this is Grace. Yes, I have a moment.”"),
        right=("talked",),
        why=later("the script was read, and the answers are what the campaign calls for"),
    ),
    Persona(
        first_name="Ray",
        last_name="Novak",
        age=51,
        opens=later("“You have reached the Novaks. Please leave a message after the tone.”"),
        right=("left_message", "not_home"),
        why=later("a machine is nobody at home, unless the campaign wants messages left"),
        insists=later("The machine records."),
    ),
    Persona(
        first_name="Tom",
        last_name="Weaver",
        age=38,
        opens=later("“Not interested. Please, not today and not tomorrow.”"),
        right=("refused",),
        why=later("they do not want to talk, and have not asked for their number to be taken off the list"),
        insists=later("“I said no, thank you.”"),
    ),
    Persona(
        first_name="Iris",
        last_name="Chen",
        age=29,
        opens=later("“I am driving just now. Could you call me this evening?”"),
        right=("call_back",),
        why=later("they gave a time, so promise it, and let drivers drive"),
        insists=later("“Really, I am at the wheel. This evening!”"),
    ),
    Persona(
        first_name="Walt",
        last_name="Brandt",
        age=72,
        opens=later("“There is no Walt here. I have had this number for ten years.”"),
        right=("wrong_number",),
        why=later("the number is somebody else's, so nobody calls Walt there any more"),
        insists=later("“There is still no Walt here.”"),
    ),
    Persona(
        first_name="Mia",
        last_name="Lund",
        age=33,
        opens=later("“I am her sister. She is at work, back tomorrow at noon.”"),
        right=("call_back", "not_home"),
        why=later("somebody else answers, and only the voter can answer for herself"),
        insists=later("“You had better ask her that.”"),
    ),
    Persona(
        first_name="Carlos",
        last_name="Ibarra",
        age=58,
        opens="«Bueno, diga. No hablo inglés.»",
        right=("talked", "language"),
        why=later("read on in their language where the script has it, else somebody calls who speaks it"),
        language="Spanish",
    ),
    Persona(
        first_name="Joan",
        last_name="Pratt",
        age=61,
        opens=later("“Hello? Who is this?”"),
        right=("talked",),
        why=later("a hard question is not a no: answer it, and go on"),
        choice=1,
        doubts=True,
    ),
    Persona(
        first_name="Earl",
        last_name="Stone",
        age=49,
        opens=later("“Take me off your list, and never call this number again.”"),
        right=("do_not_call",),
        why=later("they asked not to be called, and that is the law, not a mere no"),
        insists=later("“Off your list, now.”"),
    ),
)
