"""How often a record is among the first five where a mail has only nearly its words, kind by kind.

    python benchmarks/nearly.py [--n 10000] [--each 200] [--seed 5]

People, streets and companies are invented (`invented.py`); each kind changes the words of a record in one way and puts
them into a short mail. A record whose words the change makes equal to another's counts as found with either. Nothing
may be ticked but by kinds that are another spelling of the same words (marked with +).
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # run as a script: its neighbours are modules

from invented import GIVEN, World

from bot.matching import MailWords, Matcher
from bot.matching.offline import record_of
from bot.matching.tables import short_forms

Row = dict[str, Any]
Kind = Callable[[random.Random, Row], str]
SHOWN = 5
SAME = "+"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WAYS = ("straße", "weg", "gasse", "allee", "platz", "ring")


def short_form(make: random.Random, row: Row) -> str:
    """Gerty for Gertrude; the first letter where no short form is known."""
    given = row["given_name"]
    forms = [form for form in short_forms().get(given.lower(), ()) if form != given.lower()]
    return f"{make.choice(forms).title() if forms else given[0] + '.'} {row['family_name']}"


def slips(make: random.Random, row: Row) -> str:
    """Two wrong letters in the surname."""
    letters = list(row["family_name"])
    for i in make.sample(range(1, len(letters)), min(2, len(letters) - 1)):
        letters[i] = make.choice(LETTERS)
    return f"{row['given_name']} {''.join(letters)}"


def parted(make: random.Random, row: Row) -> str:
    """A surname in two words."""
    family = row["family_name"]
    cut = make.randint(2, max(2, len(family) - 2))
    return f"{row['given_name']} {family[:cut]} {family[cut:].title()}"


def other_kind(make: random.Random, row: Row) -> str:
    """Tillnerstraße for Tillnerweg."""
    way = next((way for way in WAYS if row["street"].endswith(way)), "")
    other = make.choice([each for each in WAYS if each != way])
    return f"{row['street'].removesuffix(way)}{other} {row['house_number']}, {row['city']}"


PEOPLE: dict[str, Kind] = {
    "short form": short_form,
    "initial": lambda _, row: f"{row['given_name'][0]}. {row['family_name']}",
    "two slips in the surname": slips,
    "surname parted": parted,
    "particle glued": lambda _, row: f"{row['given_name']} Von{row['family_name'].lower()}",
    "half of a double surname": lambda make, row: f"Frau {make.choice(row['family_name'].split('-'))}",
    "another given name": lambda make, row: f"{make.choice(GIVEN)} {row['family_name']}",
}
PLACES: dict[str, Kind] = {
    "street parted" + SAME: lambda _, row: (
        f"{row['street'][:-4].title()} {row['street'][-4:].title()} {row['house_number']}, {row['city']}"
    ),
    "another kind of street": other_kind,
    "another house number": lambda make, row: f"{row['street']} {make.randint(200, 400)}, {row['city']}",
    "another town": lambda _, row: f"{row['street']} {row['house_number']}, Unbekanntstadt",
    "with a door" + SAME: lambda make, row: (
        f"{row['street']} {row['house_number']}/{make.randint(1, 9)}, {row['city']}"
    ),
}
COMPANIES: dict[str, Kind] = {
    "first word, after Fa.": lambda _, row: f"Fa. {row['name'].split()[0]}",
    "without its legal form" + SAME: lambda _, row: "Firma " + " ".join(row["name"].split()[:2]),
}


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    rows = World(args.seed).directory(args.n)
    matcher = Matcher(map(record_of, rows))
    make = random.Random(args.seed)  # noqa: S311 - invented data, nothing secret
    for kind, changes in (("person", PEOPLE), ("property", PLACES), ("company", COMPANIES)):
        of_kind = [row for row in rows if row["kind"] == kind]
        same: dict[str, list[Row]] = {}
        for row in of_kind:
            same.setdefault(row["name"], []).append(row)
        for name, change in changes.items():
            fitting = [row for row in of_kind if "double" not in name or "-" in row["family_name"]]
            found = shown = ticked = 0
            chosen = make.sample(fitting, min(args.each, len(fitting)))
            for row in chosen:
                words = change(make, row)
                mail = MailWords(sender_name=words, sender_address="kim@example.org", text="Guten Tag")
                if kind != "person" or words.startswith("Frau"):
                    text = f"Guten Tag,\nes geht um {words}.\nViele Grüße"
                    mail = MailWords(sender_address="kim@example.org", text=text)
                matches = matcher.match(mail)
                right = {row["id"]} if kind == "property" else {other["id"] for other in same[row["name"]]}
                found += not right.isdisjoint(match.ref.id for match in matches[:SHOWN])
                shown += len(matches)
                ticked += any(m.selected and m.ref.id not in right and m.name not in words for m in matches)
            share = found / max(1, len(chosen))
            each = shown / max(1, len(chosen))
            sys.stdout.write(f"{kind:9} {name:26} found {share:.3f}   shown {each:.1f} a mail   wrong ticks {ticked}\n")


if __name__ == "__main__":
    main()
