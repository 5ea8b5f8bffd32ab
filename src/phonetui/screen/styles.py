"""How the roles of text look: four as the theme says, and the ink of codes for cameras as no theme may."""

from __future__ import annotations

from typing import Any

from rich.style import Style
from textual.screen import Screen

#: What a camera reads, whatever the theme.
INK = Style(color="#000000", bgcolor="#ffffff")
#: The component classes of every screen that holds panes: the roles that have the theme's styles.
STYLES = {"text", "quiet", "accent", "alarm"}


def style_of(screen: Screen[Any], role: str) -> Style:
    """The role's style on this screen."""
    return INK if role == "ink" else screen.get_component_rich_style(role)
