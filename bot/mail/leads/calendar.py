"""iCalendar in mails (RFC 5545, RFC 5546): invitations, answers and cancellations."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.mail.leads.shape import Lead, Person, Property, tidy
from bot.mail.leads.values import first_address, name

LARGEST = 150_000  # bytes that are read; what stands further down is a file inside
_MOST_EVENTS = 20
_MOST_PEOPLE = 50
_CLOSED = b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


class Method(StrEnum):
    """What a calendar part is for."""

    INVITATION = "invitation"
    ANSWER = "answer"
    CANCELLATION = "cancellation"


_METHODS = {"reply": Method.ANSWER, "counter": Method.ANSWER, "cancel": Method.CANCELLATION}


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar part says; `people` are organiser and guests, those who answer first in an answer."""

    method: Method = Method.INVITATION
    people: tuple[Person, ...] = ()
    summary: str = ""
    location: str = ""
    description: str = ""
    lead: Lead = field(default_factory=Lead)


def read(content: bytes) -> Appointment | None:
    """The first appointment in a calendar part; None where there is none."""
    from icalendar import Calendar  # loaded for the few mails that have one

    try:
        whole = content if len(content) <= LARGEST else content[:LARGEST] + _CLOSED
        calendar: Any = Calendar.from_ical(whole)
        events = [event for event in calendar.walk() if str(event.name).upper() in ("VEVENT", "VTODO")]
        return _appointment(calendar, events[:_MOST_EVENTS]) if events else None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError):  # a broken one may be anything
        return None


def _appointment(calendar: Any, events: list[Any]) -> Appointment:
    event = events[0]
    method = _METHODS.get(_text(calendar.get("method")).casefold(), Method.INVITATION)
    people = [
        person for one in (*_many(event.get("organizer")), *_many(event.get("attendee"))) if (person := _person(one))
    ]
    if method is Method.ANSWER:
        people = people[1:] + people[:1]
    people = list(dict.fromkeys(people))[:_MOST_PEOPLE]
    location, description = tidy(_text(event.get("location"))), _text(event.get("description"))[:5_000]
    summary = tidy(_text(event.get("summary")))
    asked = (Property(address=location),) if location else ()
    return Appointment(
        method, tuple(people), summary, location, description,
        Lead(properties=asked, message=f"{summary}\n{description}".strip(), others=tuple(people)),
    )  # fmt: skip


def _person(one: Any) -> Person | None:
    address = first_address(str(one)[:500])
    called = name(str(getattr(one, "params", {}).get("CN", ""))[:200])
    return Person(called, address) if called or address else None


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    return str(value[0] if isinstance(value, list) and value else value if value is not None else "")
