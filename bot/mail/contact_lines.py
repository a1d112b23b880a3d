"""What a signature's lines say: phones by kind, street, postal code and town, company. Pure functions of text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

from bot.mail.leads.values import LEAST_DIGITS, addresses, phone
from bot.mail.person_names import is_company, may_be_company, split_name
from bot.mail.words import fold, words

_MOST_LINES = 400
_SIGNATURE_LINES = 18
_PIECES = re.compile(r"\s+[|•·▪●–—∙]\s*|\s*[|•·▪●∙]\s+|\t+|\s{3,}|\s+//\s+")
_LABEL = re.compile(
    r"(?P<fax>\b(?:tele)?fax\b|\bfx\b|(?:^|\s)f(?=[.:)\s]*(?:[+(\d]|$)))"
    r"|(?P<mobile>\bmobil\w*|\bhandy\w*|\bcell\w*|\bmob\b|\bm(?=[.:)\s]*(?:[+(\d]|$))|\bh(?=[.:)]+\s*(?:[+(\d]|$)))"
    r"|(?P<phone>\btel\w*|\bfon\b|\bfestnetz\w*|\bphone\w*|\boffice\b|\bdirect\b|\bb[üu]ro\b|\bprivat\w*"
    r"|\bdurchwahl\b|\bcall\b|\bzentrale\b|(?:^|\s)[tp](?=[.:)\s]*(?:[+(\d]|$)))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:\+|\(\+?|0|\b)[\d(][\d\s()/.\-–\u00a0]{5,22}\d")
_NO_PHONE = re.compile(
    r"\b(?:hr[ab]|ust|vat|iban|bic|steuer|st\.?-?nr|amtsgericht|registr|company no|reg\.? no|konto|blz|ids?\b|nr\.)",
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
_QUOTED = re.compile(
    r"^\s*(?:>|-{3,}\s*(?:original|urspr|forward|weiter)|_{10,}|(?:am|on|le)\s.{4,120}(?:schrieb|wrote|a écrit)\b"
    r"|(?:von|from|gesendet|sent):\s)",
    re.IGNORECASE,
)
_COUNTRIES = re.compile(
    r",?\s*(?:deutschland|germany|österreich|austria|schweiz|switzerland|uk|united kingdom|usa)\.?$", re.I
)


@dataclass(frozen=True, slots=True)
class Address:
    street: str = ""
    code: str = ""
    town: str = ""


def signature_lines(text: str, names: Sequence[str]) -> list[str]:
    """The lines of the last signature of what somebody wrote themselves, whoever is quoted below: behind the closing
    words, or from the last line that holds one of the `names` alone."""
    own: list[str] = []
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        if _QUOTED.match(line) and own:
            break
        own.append(line.strip(" \t\r*_"))
    closing = next((i for i in range(len(own) - 1, -1, -1) if _closes(own[i])), None)
    named = next((i for i in range(len(own) - 1, -1, -1) if _is_name_line(own[i], names)), None)
    if closing is None:
        start = named
    else:
        start = closing + 1
        if own[closing].strip() == "--" and named is not None and named < closing and closing - named < 4:
            start = named
    return own[start : start + _SIGNATURE_LINES] if start is not None else []


def pieces(lines: Sequence[str]) -> list[str]:
    """What stands beside each other in a line, by itself."""
    return [bare for line in lines for one in _PIECES.split(line) if (bare := one.strip(" ,;|*_"))]


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


def kind_of(number: str, region: str) -> str:
    """Whether a number is a "mobile" or another "phone"; "" for what is none."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return ""
    if not len(str(parsed.national_number)) + 1 >= LEAST_DIGITS or not phonenumbers.is_possible_number(parsed):
        return "phone" if phone(number) and sum(c.isdigit() for c in number) >= LEAST_DIGITS else ""
    found = phonenumbers.number_type(parsed)
    return "mobile" if found == phonenumbers.PhoneNumberType.MOBILE else "phone"


def addresses_only(line: str) -> bool:
    return "@" in line and not _LABEL.search(line)


def postal(lines: Sequence[str]) -> Address:
    """The first postal address: a town behind its code, with the street before or above it."""
    parts = [part.strip() for line in pieces(lines) for part in _split_at_commas(line)]
    for i in range(len(parts)):
        code, town, before = _code_and_town(parts, i)
        if not code:
            continue
        above = ([before] if before else []) + [parts[k] for k in range(i - 1, max(i - 4, -1), -1)]
        return Address(next((one for one in above if _is_street(one)), ""), code, town)
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
    short = [one for one in pieces(lines) if len(one) <= 80 and "@" not in one and "://" not in one]
    short = [one for one in short if not _NO_PHONE.search(one) and not _is_street(one)]
    from_form = next((one for one in short if _legal(one)), "")
    return from_form or next((one for one in short if may_be_company(one) and one[0].isupper()), "")


def _legal(line: str) -> bool:
    """Whether it is a company's name and no sentence about one."""
    return is_company(line) and (not line.endswith((".", ":")) or len(line.split()) <= 6)


def _is_name_line(line: str, names: Sequence[str]) -> bool:
    if not names or not line or len(line.split()) > 8:
        return False
    row = fold(line)
    return all(fold(name) in row for name in names if name)


def _closes(text: str) -> bool:
    row = fold(text).strip(" ,.!*")
    if text.strip() in ("--", "—"):
        return True
    return any(row == one or (row.startswith(one) and len(row) <= len(one) + 40) for one in words().closings)


def first_name_line(lines: Sequence[str]) -> str:
    """The first of the lines that can be a person's name; "" where none can."""
    return next((one for one in pieces(lines)[:4] if _may_be_person(one)), "")


def _may_be_person(one: str) -> bool:
    if may_be_company(one) or _is_street(one) or ":" in one or next(addresses(one), ""):
        return False
    parts = split_name(one)
    told = f"{parts.given} {parts.family}".split()
    small = ("von", "van", "de", "zu", "der")
    return 2 <= len(told) <= 5 and all(part[:1].isupper() or part in small for part in told)
