"""Whose address it is: a signature's and a letterhead's is its writer's own."""

from __future__ import annotations

import pytest

from bot.mail.leads import Person
from bot.mail.letterhead import own_addresses

KERN = Person("Dr. Otto Kern", "o@example.org")
BODY = "Guten Tag,\n\nist die Wohnung Lindenstr. 12, 12345 Berlin noch frei?"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (f"{BODY}\n\nViele Grüße\nOtto Kern\nAmselweg 1\n20095 Hamburg", ["Amselweg 1\n20095 Hamburg"]),
        (f"{BODY}\n\nMfG\n\nOtto Kern\n\nKern GmbH\nAmselweg 1, 20095 Hamburg", ["Amselweg 1, 20095 Hamburg"]),
        (
            f"{BODY}\n\nDr. Kern, Notar\nAmselweg 1, 20095 Hamburg, Tel. 040 1",
            ["Amselweg 1, 20095 Hamburg, Tel. 040 1"],
        ),
        (f"Dr. Kern | Amselweg 1 | 20095 Hamburg\n\n{BODY}", ["Dr. Kern | Amselweg 1 | 20095 Hamburg"]),
        (f"{BODY}\n\nKind regards\nOtto Kern\n3 Oak Rd\nWhitby YO22 4AA", ["3 Oak Rd\nWhitby YO22 4AA"]),
        (f"{BODY}\n\nGroeten\n--\nOtto Kern\nKade 3\n1016 HD Amsterdam", ["Kade 3\n1016 HD Amsterdam"]),
        (f"{BODY}\n\nViele Grüße\nOtto Kern\nAmselweg 1\nHamburg", ["Amselweg 1"]),
        (f"{BODY}\n\n--\nOtto Kern | Amselweg 1, 20095 Hamburg | Tel. 040 1 | otto@example.org", None),
        (BODY, []),
        ("Otto Kern hier, ich suche etwas wie Lindenstr. 12, 12345 Berlin.", []),
        (f"{BODY}\n\n> Otto Kern\n> Amselweg 1\n> 20095 Hamburg", []),
    ],
)
def test_where_the_writers_own_address_stands(text: str, own: list[str] | None) -> None:
    own = [text.splitlines()[-1]] if own is None else own  # a whole line
    assert [text[start:end] for start, end in own_addresses(text, KERN)] == own
    assert own_addresses(text, None) == []
