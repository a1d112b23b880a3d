"""Whether a record is the person or company of a draft: compared exactly, in our own code. Pure functions.

Vendors' searches find parts, other spellings and other punctuation; they only suggest.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import phonenumbers

from bot.crm.creating import Draft, Duplicate, Reason
from bot.crm.street import split_street
from bot.records import Category, Record

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})
_FORMS = re.compile(
    r"\b(gmbh|mbh|ug|ag|kg|ohg|gbr|e ?k|e ?v|co|se|ltd|limited|llc|inc|plc|haftungsbeschraenkt)\b",
)
_STREET_END = re.compile(r"str(?:asse|\.)?$")
SHORTEST_NUMBER = 6


def folded(text: str) -> str:
    """Lower case, umlauts and accents as plain letters, punctuation as spaces."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).casefold().translate(_LETTERS))
    kept = "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.split())


def company_name(text: str) -> str:
    """A company's name without its legal form."""
    name = folded(text)
    return " ".join(_FORMS.sub(" ", name).split()) or name


@lru_cache(maxsize=4096)
def phone_key(number: str, region: str) -> str:
    """A number in one spelling: "+4924112345"; "" for what is none."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    digits = str(parsed.national_number)
    return f"+{parsed.country_code}{digits}" if len(digits) >= SHORTEST_NUMBER else ""


def same_phone(one: str, other: str, region: str) -> bool:
    """Whether two numbers are the same. One without the prefix of a country may be in the office's or in the other's:
    "(01865) 496001" is "+44 1865 496001" for an office in Germany, too."""
    where = (region, _country(one, region), _country(other, region))
    return any((key := phone_key(one, each)) and key == phone_key(other, each) for each in dict.fromkeys(where))


@lru_cache(maxsize=4096)
def _country(number: str, region: str) -> str:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, region)) or region
    except phonenumbers.NumberParseException:
        return region


def phone_spellings(number: str, region: str) -> list[str]:
    """How a number may be written, for vendors that compare letter by letter."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return [number] if number else []
    forms = phonenumbers.PhoneNumberFormat
    written = [phonenumbers.format_number(parsed, form) for form in (forms.E164, forms.INTERNATIONAL, forms.NATIONAL)]
    spelt = [number, *written, *(text.replace(" ", "") for text in written), written[1].replace("+", "00")]
    spelt += [written[2].replace(" ", "/", 1), written[2].replace(" ", "-", 1)]
    return list(dict.fromkeys(spelt))


def name_spellings(name: str) -> list[str]:
    """A name as it may be written: with umlauts, and with two letters for each."""
    pairs = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
    plain, umlauts = name, name
    for umlaut, two in pairs:
        plain = plain.replace(umlaut, two).replace(umlaut.upper(), two.capitalize())
        umlauts = umlauts.replace(two, umlaut).replace(two.capitalize(), umlaut.upper())
    return [spelt for spelt in dict.fromkeys((name, plain, umlauts)) if spelt]


def reasons(draft: Draft, record: Record) -> tuple[Reason, ...]:
    """Why the record may be the draft's, strongest first; none where nothing speaks for it. What is empty on either
    side speaks for nothing."""
    found: list[Reason] = []
    if draft.email and draft.email.strip().casefold() in {one.strip().casefold() for one in record.emails}:
        found.append(Reason.EMAIL)
    if any(_has_number(record, number, draft.region) for number in (draft.phone, draft.mobile)):
        found.append(Reason.PHONE)
    if _same_name(draft, record):
        agrees = _same_place(draft, record)
        if agrees:
            found.append(Reason.NAME_AND_PLACE)
        elif agrees is None:
            found.append(Reason.NAME)
    return tuple(found)


def duplicates(draft: Draft, records: Iterable[Record]) -> list[Duplicate]:
    """Those of the records for which something speaks, the most likely first, each once."""
    order = list(Reason)
    found = {record.ref: Duplicate(record, why) for record in records if (why := reasons(draft, record))}
    return sorted(found.values(), key=lambda one: (order.index(one.reasons[0]), -len(one.reasons), one.record.ref))


def is_draft(draft: Draft, record: Record) -> bool:
    """Whether the record is as the draft says, in all that both can tell: what a creation of it would have made."""
    if draft.email and draft.email.casefold() not in {one.casefold() for one in record.emails}:
        return False
    if not (_held(draft.phone, record, draft.region) and _held(draft.mobile, record, draft.region)):
        return False
    if draft.category is Category.COMPANY:
        return folded(draft.company) == folded(record.company or record.name)
    return (folded(draft.given_name), folded(draft.family_name)) == (
        folded(record.given_name),
        folded(record.family_name),
    )


def left_out(draft: Draft, record: Record) -> tuple[str, ...]:
    """The parts of the draft that the record does not hold, though they were sent: by the names of `Part`."""
    there = {
        "given_name": folded(draft.given_name) in folded(record.given_name),
        "family_name": folded(draft.family_name) in folded(record.family_name),
        "company": folded(draft.company) in folded(record.company or record.name),
        "email": draft.email.casefold() in {one.casefold() for one in record.emails} | {""},
        "phone": _held(draft.phone, record, draft.region),
        "mobile": _held(draft.mobile, record, draft.region),
        "street": folded(draft.street) in folded(f"{record.street} {record.house_number}"),
        "postal_code": folded(draft.postal_code) in folded(record.postal_code),
        "city": folded(draft.city) in folded(record.city),
    }
    return tuple(name for name, held in there.items() if not held)


def _held(number: str, record: Record, region: str) -> bool:
    return not phone_key(number, region) or _has_number(record, number, region)


def _has_number(record: Record, number: str, region: str) -> bool:
    return any(same_phone(number, theirs, region) for theirs in record.phones)


def _same_name(draft: Draft, record: Record) -> bool:
    if draft.category is Category.COMPANY:
        company = company_name(draft.company)
        return bool(company) and company == company_name(record.company or record.name)
    family, given = folded(draft.family_name), folded(draft.given_name)
    if not family or family != folded(record.family_name):
        return False
    theirs = folded(record.given_name)
    return not given or not theirs or given == theirs or _initial(given, theirs)


def _initial(one: str, other: str) -> bool:
    """Whether one is the other's initial: "M." and "Maria"."""
    short, long = sorted((one, other), key=len)
    return len(short) == 1 and long.startswith(short)


def _same_place(draft: Draft, record: Record) -> bool | None:
    """Whether street or town agree; None where they can't be compared, and where only a first name is not told, an
    equal place is needed all the same."""
    pairs = [
        (_street(draft.street), _street(f"{record.street} {record.house_number}")),
        (folded(draft.city), folded(record.city)),
        (folded(draft.postal_code), folded(record.postal_code)),
    ]
    told = [(ours, theirs) for ours, theirs in pairs if ours and theirs]
    if any(ours == theirs for ours, theirs in told):
        return True
    whole = draft.category is Category.COMPANY or bool(draft.given_name and record.given_name)
    return None if whole and not told else False


def _street(line: str) -> str:
    street, number = split_street(line)
    return f"{_STREET_END.sub('str', folded(street).replace(' ', ''))} {folded(number)}".strip()
