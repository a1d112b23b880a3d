"""The progress bar of `linkbot sync`."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot.cli.progress import progress_bar


def drawn(total: int | None, *, width: int = 80, terminal: bool = True) -> str:
    """The last that is drawn when 1,200 records were read."""
    screen = io.StringIO()
    console = Console(file=screen, width=width, force_terminal=terminal, color_system=None, legacy_windows=False)
    with progress_bar("Zoho CRM", console) as progress:
        progress(1_200, total)
    return screen.getvalue()


def test_a_known_number_is_shown_with_a_bar() -> None:
    assert "1,200 of 4,000 records" in drawn(4_000)
    assert "━" in drawn(4_000)


@pytest.mark.parametrize("total", [None, 0])
def test_without_a_number_only_what_was_read_is_shown(total: int | None) -> None:
    shown = drawn(total)
    assert "1,200 records" in shown
    assert "━" not in shown and "?" not in shown.replace("\x1b[?25", "") and " of " not in shown


def test_a_narrow_window_has_room_for_the_numbers() -> None:
    assert "1,200 of 4,000 records" in drawn(4_000, width=40)


def test_nothing_is_drawn_into_a_file() -> None:
    assert drawn(4_000, terminal=False) == ""
