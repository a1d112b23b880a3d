"""Whether an element has room to be seen, and lies where it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.mail import css_values as css
from bot.mail.css_rules import Declared

Styles = Mapping[str, Declared]

FAR = -500.0  # pixels to the left or above the window
_FAR_MARGIN, _FAR_ON_THE_RIGHT = -900.0, 3_000.0
_SMALLEST_BOX = 2.0  # pixels; what is not larger cannot be read


def is_out_of_sight(styles: Styles, font_size: float) -> bool:
    """Whether the element has no room to be seen, or lies outside the window."""

    def size(name: str) -> float | None:
        value: Sequence[Any] = styles[name].value if name in styles else ()
        return css.length(value[0], font_size, 600.0) if len(value) == 1 else None

    def is_small(name: str) -> bool:
        found = size(name)
        return found is not None and found <= _SMALLEST_BOX

    cut_off = any(
        css.word(token) in ("hidden", "clip", "scroll", "auto")
        for name in ("overflow", "overflow-x", "overflow-y")
        if name in styles
        for token in styles[name].value
    )
    if cut_off and any(is_small(name) for name in ("max-height", "height", "max-width", "width")):
        return True
    placed = css.keyword(styles["position"].value) if "position" in styles else ""
    if placed in ("absolute", "fixed", "relative", "sticky"):
        if any((size(name) or 0.0) <= FAR for name in ("left", "right", "top", "bottom")):
            return True
        if any((size(name) or 0.0) >= _FAR_ON_THE_RIGHT for name in ("left", "right", "top", "bottom")):
            return True
    margins = [size("margin-left"), size("margin-top")]
    margins += [css.length(token, font_size) for token in (styles["margin"].value if "margin" in styles else ())]
    if any(one is not None and one <= _FAR_MARGIN for one in margins):
        return True
    return _is_clipped(styles, placed, font_size) or _is_moved_away(styles, font_size)


def _is_clipped(styles: Styles, placed: str, font_size: float) -> bool:
    for name in ("clip", "clip-path"):
        for token in styles[name].value if name in styles else ():
            if token.type != "function":
                continue
            inside = [one for one in css.significant(token.arguments) if one.type != "literal"]
            sizes = [css.length(one, font_size, 100.0) for one in inside]
            known = [one for one in sizes if one is not None]
            if name == "clip" and placed in ("absolute", "fixed") and len(known) == 4 and len(sizes) == 4:
                top, right, bottom, left = known
                if bottom - top <= _SMALLEST_BOX or right - left <= _SMALLEST_BOX:
                    return True
            nothing = {"inset": known[:1] and known[0] >= 50, "circle": known[:1] == [0.0]}.get(token.lower_name)
            if name == "clip-path" and nothing and len(known) == len(sizes):
                return True
    return False


def _is_moved_away(styles: Styles, font_size: float) -> bool:
    for token in styles["transform"].value if "transform" in styles else ():
        if token.type != "function":
            continue
        inside = [one for one in css.significant(token.arguments) if one.type != "literal"]
        sizes = [found for one in inside if (found := css.length(one, font_size, 600.0)) is not None]
        if token.lower_name in ("scale", "scalex", "scaley") and 0.0 in sizes:
            return True
        if token.lower_name.startswith("translate") and any(abs(one) >= -_FAR_MARGIN for one in sizes):
            return True
    return False
