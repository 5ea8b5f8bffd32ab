from __future__ import annotations

import pytest
from textual.color import Color

from phonetui.tui.themes import THEMES


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("role", ["foreground", "quiet", "accent", "alarm"])
def test_every_style_can_be_read_on_its_paper(name: str, role: str) -> None:
    theme = THEMES[name]
    colour = theme.variables.get(role) or getattr(theme, role)
    assert theme.background is not None
    assert contrast(Color.parse(colour), Color.parse(theme.background)) >= 4.5  # WCAG AA


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, by WCAG's relative luminance: 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_alarm_and_accent_differ_by_more_than_hue() -> None:
    for theme in THEMES.values():
        assert theme.variables["alarm-style"] != "none"
        assert theme.variables["accent-style"] != "none"


def test_without_colour_the_four_styles_still_differ() -> None:
    styles = THEMES["plain"].variables
    assert len({"none", styles["quiet-style"], styles["accent-style"], styles["alarm-style"]}) == 4
