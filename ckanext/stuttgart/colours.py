"""The colours of a city by role, in two schemes, and the contrast each pair of roles has to have. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from ckanext.stuttgart.checked import Colour

#: WCAG 2.2: 1.4.3 asks this of text, 1.4.11 that of borders, icons and the ring around what has the focus.
TEXT, SHAPE = 4.5, 3.0

#: (role, the role it stands on, the least contrast); components.css uses no other pair.
PAIRS: tuple[tuple[str, str, float], ...] = (
    ("on_primary", "primary", TEXT),
    ("on_accent", "accent", TEXT),
    *(
        (role, ground, TEXT)
        for role in ("text", "muted", "link", "primary", "danger", "success")
        for ground in ("surface", "raised")
    ),
    *((role, ground, SHAPE) for role in ("border", "focus") for ground in ("surface", "raised")),
)


@dataclass(frozen=True)
class Colours:
    """One scheme of colours by role; `on_...` is the text colour on that ground."""

    primary: Colour
    on_primary: Colour
    accent: Colour
    on_accent: Colour
    surface: Colour
    raised: Colour
    text: Colour
    muted: Colour
    link: Colour
    border: Colour
    focus: Colour
    danger: Colour
    success: Colour


@dataclass(frozen=True)
class Palette:
    """The colours of the portal, light and dark."""

    light: Colours
    dark: Colours


def contrast(one: str, other: str) -> float:
    """The contrast of two colours like `#00567a`, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def too_close(palette: Palette) -> Iterator[tuple[str, str]]:
    """The dotted key, below the palette, and the problem of each pair that cannot be told apart well enough."""
    for scheme, colours in (("light", asdict(palette.light)), ("dark", asdict(palette.dark))):
        for role, ground, least in PAIRS:
            found = contrast(colours[role], colours[ground])
            if found < least:
                pair = f"{ground} ({colours[role]} on {colours[ground]})"
                yield f"{scheme}.{role}", f"has a contrast of {found:.2f} to {pair}; at least {least:g} is needed"


def _luminance(colour: str) -> float:
    """Relative luminance, 0 for black and 1 for white (WCAG 2.2, "relative luminance")."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
