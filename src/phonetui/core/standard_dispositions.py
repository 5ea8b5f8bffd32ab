"""The dispositions that a campaign has when its file names none, and those it can name by id alone."""

from __future__ import annotations

from datetime import timedelta

from phonetui.core.campaign import Disposition, Words


def _words(english: str, spanish: str) -> Words:
    return {"en": english, "es": spanish}


#: In the order in which they stand on the screen. An answering machine counts as not home.
USUAL: tuple[Disposition, ...] = (
    Disposition(id="not_home", key="n", label=_words("Not home", "No está"), about="number"),
    Disposition(id="busy", key="b", label=_words("Busy", "Ocupado"), about="number", again_after=timedelta(hours=1)),
    Disposition(id="wrong_number", key="w", label=_words("Wrong number", "Equivocado"), about="number", ends=True),
    Disposition(id="disconnected", key="x", label=_words("Disconnected", "Sin servicio"), about="number", ends=True),
    Disposition(id="refused", key="r", label=_words("Refused", "No quiso"), about="person", contact=True, ends=True),
    Disposition(id="moved", key="m", label=_words("Moved", "Se mudó"), about="person", ends=True),
    Disposition(id="language", key="l", label=_words("Language", "Otro idioma"), about="person", contact=True),
    Disposition(
        id="call_back",
        key="c",
        label=_words("Call back", "Llamar luego"),
        about="person",
        contact=True,
        call_back=True,
        again_after=timedelta(hours=2),
    ),
    Disposition(id="deceased", key="d", label=_words("Deceased", "Falleció"), about="person", ends=True, confirm=True),
    Disposition(
        id="do_not_call",
        key="!",
        label=_words("Do not call", "No llamar"),
        about="number",
        contact=True,
        ends=True,
        confirm=True,
        suppresses=True,
    ),
    Disposition(
        id="talked",
        key="t",
        label=_words("Talked", "Conversó"),
        about="person",
        contact=True,
        ends=True,
        talk=True,
    ),
)

#: Not among the usual ones: who asks for it is rare.
QUIET = Disposition(
    id="quiet",
    key="h",
    label=_words("Hold off", "Más adelante"),
    about="person",
    contact=True,
    quiet=True,
    again_after=timedelta(days=7),
)

#: Not among the usual ones: most campaigns leave no messages.
LEFT_MESSAGE = Disposition(
    id="left_message",
    key="k",
    label=_words("Left message", "Dejó mensaje"),
    about="number",
    again_after=timedelta(days=2),
)

BY_ID: dict[str, Disposition] = {disposition.id: disposition for disposition in (*USUAL, QUIET, LEFT_MESSAGE)}
