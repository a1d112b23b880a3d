"""The one shape that every reader of enquiries gives: who asks, for what, and what they write."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody that a mail's structured part or form names; `postal` is their own postal address, in one line."""

    name: str = ""
    address: str = ""
    phones: tuple[str, ...] = ()
    company: str = ""
    postal: str = ""

    def or_else(self, other: Person) -> Person:
        """This person, with what is not known of them from another account of the same one."""
        return replace(
            self,
            name=self.name or other.name,
            address=self.address or other.address,
            phones=tuple(dict.fromkeys((*self.phones, *other.phones))),
            company=self.company or other.company,
            postal=self.postal or other.postal,
        )


@dataclass(frozen=True, slots=True)
class Property:
    """What is asked for: the office's own reference, the postal address in one line, and what it is called."""

    reference: str = ""
    address: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """One enquiry. `person` is who asks, None where the part only names `others` (an address card, an invitation)."""

    person: Person | None = None
    properties: tuple[Property, ...] = ()
    message: str = ""
    others: tuple[Person, ...] = ()


def tidy(text: str | None, longest: int = 300) -> str:
    """A value in one line, without what stands around it."""
    return " ".join((text or "").split())[:longest].strip(" \t,;|*_")


def place(street: str = "", number: str = "", postcode: str = "", town: str = "", rest: str = "") -> str:
    """A postal address in one line: `Lindenstr. 12, 12345 Berlin`."""
    return ", ".join(filter(None, (tidy(f"{street} {number}"), tidy(f"{postcode} {town}"), tidy(rest))))


def full_name(given: str = "", family: str = "", whole: str = "") -> str:
    """A person's name from its parts, or as a whole."""
    return tidy(f"{given} {family}") or tidy(whole)
