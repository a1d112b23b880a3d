"""House numbers as records and mails write them: 12a, 12-16, 90/3/13."""

from __future__ import annotations

import re

_PART = r"\d{1,5}(?:\s?[a-zA-Z](?![a-zA-Z]))?"
_HOUSE_NUMBER = re.compile(rf"{_PART}(?:\s?[-–/+]\s?{_PART}){{0,3}}")
_NUMBER_PART = re.compile(r"(\d+)\s?([a-zA-Z]?)")


def house_number(text: str) -> str:
    """The first house number in a text, as `12a`, `12-16` or, with staircase and door, `90-3-13`; "" if there is
    none."""
    found = _HOUSE_NUMBER.search(text)
    if not found:
        return ""
    first, *others = (number + letter.lower() for number, letter in _NUMBER_PART.findall(found.group()))
    return "-".join((first.lstrip("0"), *others))


def numbers_agree(record: str, written: str) -> float:
    """1 for the same house number, less where a range, a door or a letter leaves doubt, 0 for another number."""
    if record == written:
        return 1.0
    one, other = record.split("-"), written.split("-")
    if len(one) > len(other):
        one, other = other, one
    if one == other[: len(one)]:
        return 0.8  # one end of a range, or the house without the door
    if len(one) == 1 and len(other) == 2:  # a range and a number
        if all(end.isdigit() for end in (*one, *other)):
            if int(one[0]) in range(int(other[0]), int(other[1]) + 1, 2):
                return 0.6  # one side of the street
            return 0.3 if one[0] == other[1] else 0.0  # 12/1 may be flat 12 of number 1
        return 0.0
    if len(one) == len(other) == 1 and (record.isdigit() or written.isdigit()):
        return 0.3 if re.sub("[a-z]$", "", record) == re.sub("[a-z]$", "", written) else 0.0
    return 0.0
