"""Invented people whom no CRM knows, and the mails that come from them: no surname and no number is there twice."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.invented import CODA, CORE, ENDING, GIVEN, ONSET, STEM, WAY
from tests.journeys.world import Mail

PORTAL = "Immobilienportal <anfragen@portal.example>"
# Every so manieth tells a number only: the CRM's own check of e-mail addresses is no help then.
BY_NUMBER_ONLY = 5
PLAIN = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"}


@dataclass(frozen=True)
class Enquirer:
    """Somebody unknown. Germans ask by a portal about a property in onOffice, others by mail about a deal in Zoho."""

    number: int
    given: str
    family: str
    german: bool

    @property
    def email(self) -> str:
        if self.german and self.number % BY_NUMBER_ONLY == 0:
            return ""
        return f"enquirer{self.number}@{self._host}.example"

    @property
    def phone(self) -> str:
        return f"0151 2{self.number:07d}" if self.german else f"+44 7911 {self.number:06d}"

    @property
    def _host(self) -> str:
        return self.family.casefold().translate(PLAIN)

    def mail(self) -> Mail:
        return self._enquiry() if self.german else self._letter()

    def _enquiry(self) -> Mail:
        email = f"E-Mail: {self.email}\n" if self.email else ""
        return Mail(
            PORTAL,
            f"Anfrage zu Ihrem Objekt NL-2649, Nachricht {self.number}",
            f"Neue Anfrage zu Ihrem Objekt\n\nObjekt-Nr: NL-2649\n\nVorname: {self.given}\nNachname: {self.family}\n"
            f"{email}Telefon: {self.phone}\nStraße: {STEM[self.number % len(STEM)]}{WAY[self.number % len(WAY)]} "
            f"{self.number + 1}\nPLZ: 20457\nOrt: Hamburg\n\nNachricht: Ich möchte die Wohnung gern ansehen.\n",
        )

    def _letter(self) -> Mail:
        name = f"{self.given} {self.family}"
        return Mail(
            f"{name} <{self.email}>",
            f"Brightwater - office fit-out, message {self.number}",
            f"Hello Ben,\n\nI would like to see the Brightwater office fit-out.\n\nKind regards\n{name}\n"
            f"{self.number + 1} Mill Lane\nOX1 2JD Oxford\nTel: {self.phone}\n",
            to="Ben Okafor <ben.okafor@nordlicht.example>",
        )


def enquirers(dice: random.Random) -> Iterator[Enquirer]:
    """One after the other, for ever; every second is German."""
    surnames: set[str] = set()
    number = 0
    while True:
        name = "".join(dice.choice(part) for part in (ONSET, CORE, CODA, CORE, CODA, ENDING))
        if name.casefold() in surnames or len(name) < 6:
            continue
        surnames.add(name.casefold())
        number += 1
        yield Enquirer(number, dice.choice(GIVEN), name, german=bool(number % 2))
