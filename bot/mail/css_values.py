"""Values of CSS as numbers: lengths in pixels, colours as parts of red, green, blue and opacity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinycss2 import parse_component_value_list  # type: ignore[import-untyped] # its types are not published
from tinycss2.color4 import parse_color  # type: ignore[import-untyped] # as above

Colour = tuple[float, float, float, float]  # each from 0 to 1; the last is the opacity

BLACK: Colour = (0.0, 0.0, 0.0, 1.0)
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
LINK: Colour = (0.0, 0.0, 0.93, 1.0)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945, "rem": 16.0}
_PIXELS |= {"vw": 8.0, "vh": 8.0, "vmin": 8.0, "vmax": 8.0}
_RELATIVE = {"em": 1.0, "ex": 0.5, "ch": 0.5, "lh": 1.2}
_FONT_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0}
_FONT_SIZES |= {"xx-large": 32.0, "xxx-large": 48.0}
_OLD_FONT_SIZES = (10.0, 13.0, 16.0, 18.0, 24.0, 32.0, 48.0)  # <font size="1"> to "7"


def tokens(value: str) -> list[Any]:
    """The tokens of an attribute's value that is written as CSS."""
    return significant(parse_component_value_list(value))


def significant(value: Sequence[Any]) -> list[Any]:
    """Tokens without blanks and comments."""
    return [token for token in value if token.type not in ("whitespace", "comment")]


def word(token: Any) -> str:
    """A keyword in lower case; "" where the token is none."""
    return str(token.lower_value) if token.type == "ident" else ""


def keyword(value: Sequence[Any]) -> str:
    """The keyword that a value is; "" where it is anything else."""
    return word(value[0]) if len(value) == 1 else ""


def length(token: Any, font_size: float = 16.0, whole: float | None = None) -> float | None:
    """Pixels; None where it is no length. `whole` is what per cents are of; without it they are no length."""
    if token.type == "number":
        return float(token.value)
    if token.type == "percentage":
        return None if whole is None else float(token.value) / 100 * whole
    if token.type != "dimension":
        return None
    unit = token.lower_unit
    if unit in _RELATIVE:
        return float(token.value) * _RELATIVE[unit] * font_size
    return float(token.value) * _PIXELS[unit] if unit in _PIXELS else None


def font_size(token: Any, inherited: float) -> float | None:
    """The size in pixels that a token of `font-size` or `font` sets; None where it sets none."""
    name = word(token)
    if name in ("smaller", "larger"):
        return inherited * (0.83 if name == "smaller" else 1.2)
    return _FONT_SIZES.get(name) if name else length(token, inherited, inherited)


def old_font_size(value: str) -> float | None:
    """The size in pixels of `<font size=…>`."""
    bare = value.strip()
    sign = bare[:1] if bare[:1] in "+-" else ""
    digits = bare[len(sign) :][:3]
    if not digits.isascii() or not digits.isdigit():
        return None
    number = int(digits)
    step = 3 + number if sign == "+" else 3 - number if sign == "-" else number
    return _OLD_FONT_SIZES[min(max(step, 1), 7) - 1]


def colour(token: Any) -> Colour | None:
    """The colour that a token is; None for what is none or depends on who looks (`windowtext`)."""
    try:
        found = parse_color(token)
        if found is None or isinstance(found, str):
            return None
        red, green, blue, opacity = found.to("srgb")
    except (ValueError, TypeError, ArithmeticError, AttributeError, NotImplementedError):
        return None
    return (_part(red), _part(green), _part(blue), _part(opacity))


def old_colour(value: str) -> Colour | None:
    """The colour of `bgcolor="ffffff"` and the like, where the sharp may be missing."""
    bare = value.strip()[:40]
    if len(bare) in (3, 6) and all(c in "0123456789abcdefABCDEF" for c in bare):
        bare = f"#{bare}"
    found = tokens(bare)
    return colour(found[0]) if len(found) == 1 else None


def over(above: Colour, below: Colour) -> Colour:
    """What is seen of a colour on top of another one that hides all behind it."""
    share = above[3]
    mixed = [one * share + other * (1 - share) for one, other in zip(above[:3], below[:3], strict=True)]
    return (mixed[0], mixed[1], mixed[2], 1.0)


def contrast(one: Colour, other: Colour) -> float:
    """The contrast ratio of two colours, from 1 (none) to 21; https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(one: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in one[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _part(value: float | None) -> float:
    return min(max(float(value or 0.0), 0.0), 1.0)
