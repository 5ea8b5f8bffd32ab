"""The four styles in dark, light and without colour. Nothing else in the screen names a colour."""

from __future__ import annotations

from textual.theme import Theme

_TERMINALS_OWN = "ansi_default"

#: How quiet, accent and alarm are set apart beside their colour, and in place of it.
_WITH_COLOUR = {"quiet-style": "none", "accent-style": "bold", "alarm-style": "bold"}
_WITHOUT_COLOUR = {
    "quiet-style": "dim",
    "accent-style": "bold",
    "alarm-style": "reverse",
    "block-cursor-text-style": "reverse",
    "input-cursor-text-style": "reverse",
    "ansi-background": _TERMINALS_OWN,
    "ansi-foreground": _TERMINALS_OWN,
}


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
