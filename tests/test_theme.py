"""The theme's colours can be read: text at 4.5 to 1 on every background (WCAG 1.4.3), charts at 3 to 1 (1.4.11)."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

THEME = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
TEXT_COLOURS = [
    *("textColor", "linkColor", "redTextColor", "orangeTextColor", "yellowTextColor"),
    *("greenTextColor", "blueTextColor", "violetTextColor", "grayTextColor"),
]
# Streamlit writes captions, chart labels and table heads in the text's colour at this opacity.
FADED = 0.6
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


def red_green_blue(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    """Relative luminance as WCAG 2 defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(colour: str, background: str, *, opacity: float = 1.0) -> float:
    """The contrast ratio of WCAG 2, from 1 (the same) to 21 (black on white)."""
    below = red_green_blue(background)
    above = [part * opacity + under * (1 - opacity) for part, under in zip(red_green_blue(colour), below, strict=True)]
    darker, lighter = sorted((luminance(above), luminance(below)))
    return (lighter + 0.05) / (darker + 0.05)


def backgrounds(scheme: dict[str, Any]) -> set[str]:
    names = ("backgroundColor", "secondaryBackgroundColor")
    return {part[name] for part in (scheme, scheme["sidebar"]) for name in names}


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@SCHEMES
@pytest.mark.parametrize("name", TEXT_COLOURS)
def test_text_can_be_read_on_every_background(scheme: str, name: str) -> None:
    colours = THEME[scheme]
    assert min(contrast(colours[name], background) for background in backgrounds(colours)) >= 4.5


@SCHEMES
def test_captions_can_be_read_on_the_page(scheme: str) -> None:
    colours = THEME[scheme]
    assert contrast(colours["textColor"], colours["backgroundColor"], opacity=FADED) >= 4.5


@SCHEMES
def test_the_accent_can_be_read_as_a_button_under_white_and_as_the_text_of_a_selected_tab(scheme: str) -> None:
    colours = THEME[scheme]
    assert contrast("#ffffff", colours["primaryColor"]) >= 4.5
    assert contrast(colours["primaryColor"], colours["backgroundColor"]) >= 4.5


@SCHEMES
def test_the_colours_of_chart_categories_stand_out_from_the_page(scheme: str) -> None:
    colours = THEME[scheme]
    for colour in colours["chartCategoricalColors"]:
        assert contrast(colour, colours["backgroundColor"]) >= 3, colour


@SCHEMES
def test_sequential_colours_lead_from_the_page_towards_the_text(scheme: str) -> None:
    colours = THEME[scheme]
    steps = [contrast(colour, colours["backgroundColor"]) for colour in colours["chartSequentialColors"]]
    assert len(steps) == 10
    assert steps == sorted(steps)


def test_nothing_of_the_theme_is_fetched_from_elsewhere() -> None:
    assert "://" not in str(THEME)
