"""How much of a new record is filled in right from a mail, and that nothing of the office's own is.

    python -m benchmarks.prefill [--signatures 100] [--seed 1] [--cases FOLDER] [--show]

Invented people, German and English by turns, with signatures in layouts of `benchmarks/signatures.py`, sent by
themselves or forwarded by a colleague whose own signature stands above; and, where they lie beside the project,
labelled mails of portals, forms and people (`../shared/cases/mails`, three forms each). A phone number is right where
both stand in their places, the mobile one as such. `--show` tells what is wrong. Ends with status 1 where less than
95 % of a part is right, or anything of the office's own is offered.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from pathlib import Path

from benchmarks.signatures import OFFICES_OWN, STAFF, Signed, signed
from bot.crm import same_number, same_words
from bot.mail import Contact, contact_of, read_file

CASES = Path(__file__).parents[2] / "shared" / "cases" / "mails"
ENOUGH = 0.95
PARTS = ("name", "e-mail", "phone", "street", "town")


class Score:
    """How often each part was right, of how often it was there to be found."""

    def __init__(self) -> None:
        self.right, self.all = Counter[str](), Counter[str]()
        self.offices_own = 0
        self.wrong: list[str] = []

    def count(self, part: str, what: str, *, right: bool) -> None:
        self.all[part] += 1
        self.right[part] += right
        if not right:
            self.wrong.append(f"{part}: {what}")

    @property
    def enough(self) -> bool:
        return not self.offices_own and all(self.right[part] >= ENOUGH * number for part, number in self.all.items())


def of_signatures(count: int, seed: int) -> Score:
    """The invented people."""
    score = Score()
    for one in signed(random.Random(seed), count):  # noqa: S311 - a seed, no secret
        found = contact_of(read_file("mail.eml", one.raw), STAFF, one.region)
        for part, right in _right(one, found).items():
            score.count(part, f"{one.kind}: {one} -> {found}", right=right)
        _look_for(OFFICES_OWN, found, score, one.kind)
    return score


def _right(one: Signed, found: Contact) -> dict[str, bool]:
    name = " ".join(filter(None, (found.title, found.given_name, found.family_name)))
    numbers = [(found.phone, one.phone), (found.mobile, one.mobile)]
    return {
        "name": same_words(name) == same_words(f"{one.title} {one.given} {one.family}"),
        "e-mail": found.email == one.email,
        "phone": all(same_number(is_, one.region) == same_number(wanted, one.region) for is_, wanted in numbers),
        "street": same_words(found.street) == same_words(one.street),
        "town": (same_words(found.city), found.postal_code) == (same_words(one.town), one.code),
    }


def of_cases(folder: Path) -> Score:
    """The labelled mails: of each who asks, as far as it is told."""
    score = Score()
    staff = json.loads((folder / "staff.json").read_text("utf-8"))
    own = [same_words(one) for one in staff]
    for path in sorted(folder.glob("*/expected.json")):
        case = json.loads(path.read_text("utf-8"))
        wanted, region = case["enquirer"], case.get("region", "DE")
        for file in sorted(path.parent.glob("*.eml")):
            found = contact_of(read_file(str(file), file.read_bytes()), staff, region)
            what = f"{path.parent.name}/{file.stem}: {found}"
            name = f"{found.given_name} {found.family_name}".strip() or found.company
            if wanted["name"]:
                score.count("name", what, right=same_words(name) == same_words(wanted["name"]))
            if wanted["address"]:
                score.count("e-mail", what, right=found.email.casefold() == wanted["address"].casefold())
            if wanted["phone"]:
                told = {same_number(number, region) for number in (found.phone, found.mobile)}
                score.count("phone", what, right=same_number(wanted["phone"], region) in told)
            _look_for(own, found, score, what)
    return score


def _look_for(own: tuple[str, ...] | list[str], found: Contact, score: Score, what: str) -> None:
    told = [same_words(str(getattr(found, part))) for part in Contact.__slots__]
    if taken := [one for one in own if any(f" {same_words(one)} " in f" {value} " for value in told)]:
        score.offices_own += 1
        score.wrong.append(f"the office's own {taken}: {what}")


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--signatures", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--cases", type=Path, default=CASES)
    asked.add_argument("--show", action="store_true")
    given = asked.parse_args()
    scores = {f"{given.signatures} signatures, seed {given.seed}": of_signatures(given.signatures, given.seed)}
    if given.cases.is_dir():
        scores["labelled mails"] = of_cases(given.cases)
    else:
        sys.stderr.write(f"left out, not there: {given.cases}\n")
    sys.stdout.write(f"{'':28}{''.join(f'{part:>10}' for part in PARTS)}  office's own\n")
    for name, score in scores.items():
        told = [f"{score.right[part]}/{score.all[part]}" if score.all[part] else "-" for part in PARTS]
        sys.stdout.write(f"{name:28}{''.join(f'{one:>10}' for one in told)}{score.offices_own:>14}\n")
        if given.show:
            sys.stdout.write("".join(f"  {line}\n" for line in score.wrong))
    return 0 if all(score.enough for score in scores.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
