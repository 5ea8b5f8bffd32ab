"""Every theme can be read, by every eye, and says nothing by colour alone."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest
from textual.color import Color
from textual.theme import Theme

import phonetui
from phonetui.client.settings import ThemeName
from phonetui.screen.styles import INK, STYLES
from phonetui.screen.themes import THEMES

STYLE = "".join(file.read_text("utf-8") for file in sorted(Path(phonetui.__path__[0]).rglob("*.tcss")))
ROLES = ("text", "quiet", "accent", "alarm")
OF_THE_TERMINAL = ("ansi", "plain")
COLOURED = [name for name in THEMES if name not in OF_THE_TERMINAL]

#: What colours become to who does not see red, green or blue, in linear light (Machado, Oliveira and Fernandes, 2009).
EYES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def written(theme: Theme, role: str) -> str:
    """The colour of a style as the theme names it."""
    colour = theme.foreground if role == "text" else theme.variables.get(role) or getattr(theme, role)
    assert isinstance(colour, str)
    return colour


def paper(theme: Theme) -> Color:
    assert theme.background is not None
    return Color.parse(theme.background)


def contrast(one: Color, other: Color) -> float:
    """The contrast of two colours, by WCAG 2.2: 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: Color) -> tuple[float, float, float]:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return red, green, blue


def lab(colour: Color, eye: str) -> tuple[float, float, float]:
    """Where a colour lies for an eye, in CIE L*a*b*."""
    light = linear(colour)
    red, green, blue = (
        min(max(sum(weight * part for weight, part in zip(row, light, strict=True)), 0), 1) for row in EYES[eye]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: Color, other: Color, eye: str) -> float:
    """How far apart two colours are for an eye: 2 can be seen side by side, 20 at a glance."""
    places = zip(lab(one, eye), lab(other, eye), strict=True)
    return float(sum((here - there) ** 2 for here, there in places) ** 0.5)


def test_the_settings_offer_every_theme() -> None:
    assert list(THEMES) == list(get_args(ThemeName))


@pytest.mark.parametrize("name", COLOURED)
@pytest.mark.parametrize("role", ROLES)
def test_every_style_can_be_read_on_its_paper(name: str, role: str) -> None:
    theme = THEMES[name]
    least = 7 if name == "high-contrast" else 4.5  # WCAG 2.2, AAA and AA, for text
    assert contrast(Color.parse(written(theme, role)), paper(theme)) >= least


def test_the_screen_has_these_styles_and_no_others() -> None:
    assert {*ROLES} == STYLES


def test_the_ink_of_codes_is_black_on_white_in_every_theme() -> None:
    assert INK.color is not None and INK.bgcolor is not None
    ink, paper_of_codes = INK.color.get_truecolor(), INK.bgcolor.get_truecolor()
    assert contrast(Color(*ink), Color(*paper_of_codes)) == 21


@pytest.mark.parametrize("name", COLOURED)
def test_the_lines_between_the_panes_can_be_seen(name: str) -> None:
    theme = THEMES[name]
    lines = {int(percent) / 100 for percent in re.findall(r"solid \$quiet (\d+)%", STYLE)}
    assert lines
    for opacity in lines:
        line = paper(theme).blend(Color.parse(written(theme, "quiet")), opacity)
        assert contrast(line, paper(theme)) >= 3  # WCAG 2.2, AA, for what is not text


@pytest.mark.parametrize("eye", EYES)
def test_the_styles_of_the_colour_blind_theme_differ_for_every_eye(eye: str) -> None:
    theme = THEMES["colour-blind"]
    for one, other in combinations(ROLES, 2):
        assert apart(Color.parse(written(theme, one)), Color.parse(written(theme, other)), eye) >= 15, (one, other)


@pytest.mark.parametrize("name", OF_THE_TERMINAL)
def test_the_terminals_own_themes_name_none_but_its_colours(name: str) -> None:
    theme = THEMES[name]
    assert theme.ansi
    assert theme.background == theme.foreground == "ansi_default"
    for role in ROLES:
        colour = Color.parse(written(theme, role))
        assert colour.ansi is not None and -1 <= colour.ansi < 16
    assert name == "ansi" or {written(theme, role) for role in ROLES} == {"ansi_default"}


def test_the_stylesheet_names_no_colour() -> None:
    rules = re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)
    values = re.findall(r"(?:color|background|border\S*): ([^;]+);", rules)
    assert values
    for value in values:
        words = [word for word in value.split() if word not in ("none", "solid", "heavy")]
        assert all(word[0] == "$" or word[-1] == "%" for word in words), value


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_alarm_and_accent_differ_by_more_than_hue(theme: Theme) -> None:
    assert theme.variables["alarm-style"] != "none"
    assert theme.variables["accent-style"] != "none"


@pytest.mark.parametrize("name", OF_THE_TERMINAL)
def test_without_colour_the_four_styles_still_differ(name: str) -> None:
    styles = THEMES[name].variables
    assert len({"none", styles["quiet-style"], styles["accent-style"], styles["alarm-style"]}) == 4
