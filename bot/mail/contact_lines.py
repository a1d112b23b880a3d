"""What a signature's lines say: phones by kind, street, postal code and town, company. Pure functions of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

from bot.mail.leads.values import LEAST_DIGITS, addresses, phone
from bot.mail.person_names import is_company, may_be_company, split_name

_PIECES = re.compile(r"\s*;\s+|\s+[|•·▪●–—∙]\s*|\s*[|•·▪●∙]\s+|\t+|\s{3,}|\s+//\s+")
_LABEL = re.compile(
    r"(?P<fax>\b(?:tele)?fax\b|\bfx\b|📠|(?:^|\s)f(?=[.:)\s]*(?:[+(\d]|$)))"
    r"|(?P<mobile>\bmobil\w*|\bhandy\w*|\bcell\w*|\bmob\b|\bfunk\b|📱|(?:^|\s)c(?=[.:)\s]*(?:[+(\d]|$))|\bm(?=[.:)\s]*(?:[+(\d]|$))|\bh(?=[.:)]+\s*(?:[+(\d]|$)))"
    r"|(?P<phone>[📞☎]|\btel\w*|\bddi\b|\bhome\b|\bswitchboard\b|\bfon\b|\bfestnetz\w*|\bphone\w*|\boffice\b|\bdirect\b|\bb[üu]ro\b|\bprivat\w*"
    r"|\bdurchwahl\b|\bcall\b|\bzentrale\b|(?:^|\s)[tp](?=[.:)\s]*(?:[+(\d]|$)))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:\+|\(\+?|0|\b)[\d(][\d\s()/.\-–\u00a0]{5,22}\d")
# How mobile numbers begin, by the code of the country.
_MOBILE = {
    49: ("15", "16", "17"),
    43: ("66", "65", "67", "68", "69"),
    41: ("7",),
    44: ("71", "72", "73", "74", "75", "77", "78", "79"),
}
_NO_PHONE = re.compile(
    r"\b(?:hr[ab]|ust|vat|iban|bic|steuer|st\.?-?nr|amtsgericht|registr|company no|reg\.? no|konto|blz|ids?\b|nr\.)",
    re.IGNORECASE,
)
# The writer's own number, not one under which somebody else, or nobody, was reached.
_REACHED = re.compile(
    r"\b(?:erreichen sie mich|erreichen mich|erreichst du mich|mich\b.{0,40}\berreichen|bin\b.{0,40}\berreichbar"
    r"|rufen sie mich|ruf mich|reach me|call me|ring me|contact me|give me a (?:call|ring)"
    r"|my (?:mobile|cell|number|phone)"
    r"|meine (?:nummer|handynummer|telefonnummer|mobilnummer))\b|\btelefonisch(?: unter)? \(?(?=[+0])",
    re.IGNORECASE,
)
_LAND = r"(?:(?:D|DE|A|AT|CH|L|LU|FL)\s?[-–]\s?)?"
_TOWN = r"[^\W\d_][^\d,;|@()]{1,58}(?:\([^)\d]{1,25}\))?"
_CODE_TOWN = re.compile(rf"(?<![\w/-]){_LAND}(?P<code>\d{{5}}|\d{{4}}(?:\s?[A-Z]{{2}}\b)?)\s+(?P<town>{_TOWN})")
_US_TOWN = re.compile(r"(?P<town>[A-Z][\w .'-]{1,40}),\s*[A-Z]{2}\s+(?P<code>\d{5}(?:-\d{4})?)\b")
_UK_CODE = re.compile(r"\b(?P<code>[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2})\b")
_STREET = re.compile(
    r"^(?:[^\W\d_]|\d+\.\s?[^\W\d_])[^,;:@|]{1,58}?\s\d{1,4}\s?[a-zA-Z]?(?:\s?[-/+–]\s?\d{1,4}\s?[a-zA-Z]?)?$"
)
_ENGLISH_STREET = re.compile(
    r"^(?:(?:flat|unit|suite|apt\.?)\s[\w-]+,\s)?\d{1,5}[a-zA-Z]?(?:[-/]\d{1,4})?,?\s[^\d,;:@|]{3,50}$", re.IGNORECASE
)
_COUNTRIES = re.compile(
    r",?\s*(?:deutschland|germany|österreich|austria|schweiz|switzerland|uk|united kingdom|usa)\.?$", re.I
)


@dataclass(frozen=True, slots=True)
class Address:
    street: str = ""
    code: str = ""
    town: str = ""


def pieces(lines: Sequence[str]) -> list[str]:
    """What stands beside each other in a line, by itself."""
    return [bare for line in lines for one in _PIECES.split(line) if (bare := one.strip(" ,;|*_()"))]


def numbers(lines: Sequence[str], region: str) -> Iterator[tuple[str, str]]:
    """The phone numbers in lines, each with its kind: "phone" or "mobile"; a fax is none. The word before a number
    counts, and that a number is a mobile one."""
    for line in lines:
        if addresses_only(line) or (_NO_PHONE.search(line) and not _LABEL.search(line)):
            continue
        last = 0
        for found in _NUMBER.finditer(line):
            before = line[last : found.start()]
            labels = list(_LABEL.finditer(before))
            label = labels[-1].lastgroup if labels else ""
            last = found.end()
            written = " ".join(found.group().split()).strip(" .-/(")
            if written.count("(") != written.count(")"):
                written = written.replace("(", "").replace(")", "").strip()
            if label == "fax" or _NO_PHONE.search(before[-14:]):
                continue
            kind = kind_of(written, region)
            if not kind or (not label and not written.startswith(("0", "+", "("))):
                continue
            yield "mobile" if label == "mobile" or kind == "mobile" else "phone", written


def offered_numbers(lines: Sequence[str], region: str) -> Iterator[tuple[str, str]]:
    """The numbers under which somebody says that they are to be reached, in a sentence."""
    return numbers([line for line in lines if _REACHED.search(line)], region)


def kind_of(number: str, region: str) -> str:
    """Whether a number is a "mobile" or another "phone"; "" for what is none."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    if not len(str(parsed.national_number)) + 1 >= LEAST_DIGITS or not phonenumbers.is_possible_number(parsed):
        return "phone" if phone(number) and sum(c.isdigit() for c in number) >= LEAST_DIGITS else ""
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE:
        return "mobile"
    # Also one with a digit too few, which is no number that is given out.
    return (
        "mobile" if str(parsed.national_number).startswith(_MOBILE.get(parsed.country_code or 0, ("-",))) else "phone"
    )


def addresses_only(line: str) -> bool:
    return "@" in line and not _LABEL.search(line)


# What people write before an address: a picture, or a label; one of a property is none of theirs.
_ADDRESS = re.compile(
    r"^(?:[^\w(+]+\s*|(?!objekt|immobilie|property|betreff|subject|re\b)[^\W\d_]{1,22}(?:[\s-][^\W\d_]{1,16})?\s?[:.]\s+)+",
    re.IGNORECASE,
)


def postal(lines: Sequence[str]) -> Address:
    """The first postal address: a town behind its code, with the street before or above it, or else right behind it."""
    bare = (_ADDRESS.sub("", line) for line in pieces(lines))
    parts = [part.strip() for line in bare for part in _split_at_commas(line)]
    for i in range(len(parts)):
        code, town, before = _code_and_town(parts, i)
        if not code:
            continue
        near = (
            ([before] if before else []) + [parts[k] for k in range(i - 1, max(i - 4, -1), -1)] + parts[i + 1 : i + 2]
        )
        return Address(next((one for one in near if _is_street(one)), ""), code, town)
    return Address(next((part for part in parts if _is_street(part) and _STREETISH.search(part)), ""))


_STREETISH = re.compile(
    r"(?:str(?:\.|aße|asse)?|weg|allee|platz|gasse|ring|ufer|damm|street|road|avenue|lane|drive)\b", re.I
)


def _split_at_commas(line: str) -> list[str]:
    """At commas, unless they belong to a town with its state ("Austin, TX 78701") or a flat ("Flat 2, 5 High Road")."""
    if _US_TOWN.search(line):
        found = _US_TOWN.search(line)
        head = line[: found.start()] if found else ""
        return [*head.split(","), line[len(head) :]]
    return line.split(",")


def _code_and_town(parts: Sequence[str], i: int) -> tuple[str, str, str]:
    part = _COUNTRIES.sub("", parts[i])
    if found := _US_TOWN.search(part):
        return found["code"], found["town"].strip(), part[: found.start()].strip(" ,")
    if found := _CODE_TOWN.search(part):
        before = part[: found.start()].strip(" ,")
        if _LABEL.search(before) or _NO_PHONE.search(before):
            return "", "", ""
        return found["code"], _COUNTRIES.sub("", found["town"]).strip(" .,-–"), before
    if found := _UK_CODE.search(part):
        before = part[: found.start()].strip(" ,")
        if before and not any(c.isdigit() for c in before):
            return found["code"], before, ""
        if not before and i:
            return found["code"], parts[i - 1].strip(), ""
    return "", "", ""


def _is_street(part: str) -> bool:
    if len(part) > 70 or _NO_PHONE.search(part) or "@" in part:
        return False
    if _STREET.match(part) or _ENGLISH_STREET.match(part):
        return not _LABEL.match(part) and sum(c.isdigit() for c in part) <= 8
    return False


def company(lines: Sequence[str]) -> str:
    """The line that names a company: with a legal form, or else what such firms call themselves."""
    whole = (part for one in pieces(lines) for part in _beside_company(one))
    split = (part.strip() for one in whole for part in (one.split(",") if _CODE_TOWN.search(one) else (one,)))
    short = [one for one in split if one and len(one) <= 80 and "@" not in one and "://" not in one]
    short = [one for one in short if not _NO_PHONE.search(one) and not _is_street(one)]
    from_form = next((one for one in short if _legal(one)), "")
    return from_form or next((one for one in short if may_be_company(one) and one[0].isupper()), "")


def _legal(line: str) -> bool:
    """Whether it is a company's name and no sentence about one."""
    return is_company(line) and (not line.endswith((".", ":")) or len(line.split()) <= 6)


def _beside_company(piece: str) -> list[str]:
    """Somebody and where they work, where a comma stands between them: "Erika Muster, Muster Bau GmbH"."""
    who, comma, rest = piece.partition(",")
    return [who, rest.strip()] if comma and is_company(rest) and not is_company(who) else [piece]


_YOURS = re.compile(r"^(?:ihre?|euer|eure|deine?|yours),?\s+(?=[^\W\d_a-z])", re.IGNORECASE)


def first_name_line(lines: Sequence[str]) -> str:
    """The first of the lines that can be a person's name; "" where none can."""
    bare = (_YOURS.sub("", one) for piece in pieces(lines)[:4] for one in _beside_company(piece))
    return next((one for one in bare if _may_be_person(one)), "")


def _may_be_person(one: str) -> bool:
    if may_be_company(one) or _is_street(one) or ":" in one or next(addresses(one), ""):
        return False
    parts = split_name(one)
    told = f"{parts.given} {parts.family}".split()
    small = ("von", "van", "de", "zu", "der")
    return 2 <= len(told) <= 5 and all(part[:1].isupper() or part in small for part in told)
