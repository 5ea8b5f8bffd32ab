"""The four styles of each theme: text, quiet, accent and alarm. Nothing else in the screen names a colour.

What a style says is never said by its colour alone: bold, dim and reverse tell them apart too.
"""

from __future__ import annotations

from textual.theme import Theme

_TERMINALS_OWN = "ansi_default"

#: How quiet, accent and alarm are set apart beside their colour, and in place of it.
_WITH_COLOUR = {"quiet-style": "none", "accent-style": "bold", "alarm-style": "bold"}
_STRONG = {**_WITH_COLOUR, "alarm-style": "bold reverse"}
_SIXTEEN = {
    **_WITH_COLOUR,
    "quiet-style": "dim",
    "alarm-style": "bold reverse",
    "block-cursor-text-style": "reverse",
    "ansi-background": _TERMINALS_OWN,
    "ansi-foreground": _TERMINALS_OWN,
}
_WITHOUT_COLOUR = {**_SIXTEEN, "alarm-style": "reverse"}


def _theme(
    name: str, *, paper: str, text: str, quiet: str, accent: str, alarm: str, dark: bool, styles: dict[str, str]
) -> Theme:
    """The four styles on `paper`. Textual's own names for colours, used by its palette, are set to them too."""
    return Theme(
        name=name,
        primary=accent,
        secondary=accent,
        accent=accent,
        warning=alarm,
        error=alarm,
        success=accent,
        foreground=text,
        background=paper,
        surface=paper,
        panel=paper,
        boost=paper,
        dark=dark,
        ansi=paper == _TERMINALS_OWN,
        variables={"quiet": quiet, "alarm": alarm, **styles},
    )


THEMES: dict[str, Theme] = {
    "dark": _theme(
        "dark",
        paper="#15181e",
        text="#d9dde5",
        quiet="#8d96a7",
        accent="#8fc7b5",
        alarm="#f2917f",
        dark=True,
        styles=_WITH_COLOUR,
    ),
    "light": _theme(
        "light",
        paper="#fbfaf7",
        text="#24282f",
        quiet="#656d7a",
        accent="#0d6a58",
        alarm="#b3261e",
        dark=False,
        styles=_WITH_COLOUR,
    ),
    "high-contrast": _theme(
        "high-contrast",
        paper="#000000",
        text="#ffffff",
        quiet="#d0d0d0",
        accent="#ffe000",
        alarm="#ff9d8a",
        dark=True,
        styles=_STRONG,
    ),
    "colour-blind": _theme(  # blue and orange are told apart by everybody who sees any colour
        "colour-blind",
        paper="#15181e",
        text="#e2e5ec",
        quiet="#949cac",
        accent="#63b8f5",
        alarm="#f5b83d",
        dark=True,
        styles=_STRONG,
    ),
    "ansi": _theme(
        "ansi",
        paper=_TERMINALS_OWN,
        text=_TERMINALS_OWN,
        quiet=_TERMINALS_OWN,
        accent="ansi_cyan",
        alarm="ansi_red",
        dark=True,
        styles=_SIXTEEN,
    ),
    "plain": _theme(
        "plain",
        paper=_TERMINALS_OWN,
        text=_TERMINALS_OWN,
        quiet=_TERMINALS_OWN,
        accent=_TERMINALS_OWN,
        alarm=_TERMINALS_OWN,
        dark=True,
        styles=_WITHOUT_COLOUR,
    ),
}
