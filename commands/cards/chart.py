"""The picture of the weekly figures: a bar for the mails that came in each week, and in it those that were linked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

SIZE = WIDTH, HEIGHT = 1000, 360  # twice what a phone shows, for sharp letters
LEFT, RIGHT, TOP, BOTTOM = 20, 980, 20, 310
# Told apart by darkness too, and not by colour alone.
CAME, LINKED, LETTERS, LINE = "#c9d6e8", "#1f4e8c", "#333333", "#999999"
SMALL = 26
FULLEST = 0.7  # of a bar's share of the width
FEWEST = 6  # bars that there is room for: one alone would be a wall


@dataclass(frozen=True, slots=True)
class Bar:
    """A week, as it is called below its bar, with how many mails came in it and how many of them were linked."""

    label: str
    came: int
    linked: int


def drawn(bars: Sequence[Bar]) -> bytes:
    """A PNG. What its two shades mean is said beside it: the library's own letters know no umlauts."""
    # Here, because it takes 12 MB, and most processes draw nothing.
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    small = ImageFont.load_default(SMALL)
    most = max([bar.came for bar in bars] + [1])
    share = (RIGHT - LEFT) / max(FEWEST, len(bars))
    for number, bar in enumerate(bars):
        middle = LEFT + share * (number + 0.5)
        half = share * FULLEST / 2
        for colour, count in ((CAME, bar.came), (LINKED, min(bar.linked, bar.came))):
            height = (BOTTOM - TOP - SMALL) * count / most
            if count:
                draw.rectangle((middle - half, BOTTOM - height, middle + half, BOTTOM), fill=colour)
        over = BOTTOM - (BOTTOM - TOP - SMALL) * bar.came / most - 6
        draw.text((middle, over), f"{bar.linked}/{bar.came}", font=small, fill=LETTERS, anchor="ms")
        draw.text((middle, BOTTOM + 12), bar.label, font=small, fill=LETTERS, anchor="mt")
    draw.line((LEFT, BOTTOM, RIGHT, BOTTOM), fill=LINE, width=2)
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()
