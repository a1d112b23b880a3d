"""How mail programs write the date of the mail they forward."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

_DAYS_DE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS_DE = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def written(when: datetime) -> dict[str, str]:
    """A moment (with its zone) in the ways of the mail programs, by name; `date` is the header's own."""
    german, english = _MONTHS_DE[when.month - 1], _MONTHS_EN[when.month - 1]
    clock, seconds = when.strftime("%H:%M"), when.strftime("%H:%M:%S")
    header = format_datetime(when)
    return {
        "date": header,
        "outlook_de": f"{_DAYS_DE[when.weekday()]}, {when.day}. {german} {when.year} {clock}",
        "outlook_en": f"{when.day} {english} {when.year} {clock}",
        "gmail_en": f"{_DAYS_EN[when.weekday()]}, {when.day} {english[:3]} {when.year} at {clock}",
        "apple_de": f"{when.day}. {german} {when.year} um {seconds} {when.tzname()}".replace("CEST", "MESZ").replace(
            "CET", "MEZ"
        ),
        "apple_en": f"{when.day} {english} {when.year} at {seconds} {when.tzname()}",
        "thunderbird_de": header,
        "gmx_de": when.strftime("%d.%m.%y, %H:%M"),
    }
