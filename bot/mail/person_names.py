"""A person's name in its parts: salutation where it is said, title, first and family name. Pure functions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.mail.words import fold

# As people write them before a name; what they say of somebody is kept as it was written.
_SALUTATIONS = {
    **dict.fromkeys(("herr", "herrn", "hr", "mr", "mister"), "Herr"),
    **dict.fromkeys(("frau", "fr", "mrs", "ms", "miss", "mme"), "Frau"),
    **dict.fromkeys(("familie", "fam"), "Familie"),
    **dict.fromkeys(("eheleute", "ehepaar"), "Eheleute"),
}
_TITLE = re.compile(
    r"^(?:(?:prof|dr|dipl|ing|mag|med|dent|vet|jur|phil|rer|nat|h\.?c|habil|pd|ra|stb|sir|dame|lord|rev)\b\.?"
    r"|(?:dipl|mag|dr)\.?-[\w.]+|(?:b|m)\.?\s?(?:sc|a)\.?|(?:mba|phd|llm|ll\.m)\.?)$",
    re.IGNORECASE,
)
# On behalf of whom somebody signs.
_FOR = re.compile(r"^(?:i\.\s?a\.|i\.\s?v\.|p\.?\s?p\.?a\.|ppa\.?|p\.p\.)\s*", re.IGNORECASE)
_PARTICLES = frozenset(
    [
        "von",
        "van",
        "vom",
        "zu",
        "zum",
        "zur",
        "der",
        "den",
        "dem",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "du",
        "la",
        "le",
        "ten",
        "ter",
        "af",
        "av",
        "bin",
        "el",
        "al",
        "y",
        "freiherr",
        "graf",
    ]
)
# What people have become, behind an English name.
_LETTERS = re.compile(
    r"(?:[\s,]+(?:[AMF]RICS|AssocRICS|RIBA|[MF]NAEA|[MF]ARLA|MBE|OBE|CBE|MBA|M\.?Sc|B\.?Sc|LL\.?[BM]|Ph\.?D|CEng|F?C?ACA|ACCA|CPA"
    r"|Esq|Jr|Sr|II|III)\.?)+$"
)
_BESIDE = re.compile(r"\s*(?:[|/•·–—]|\s-\s|\(|(?:&|\bund\b|\band\b)\s+[Ff]amil(?:ie|y)\b|\bvia\b|\büber\b|\bc/o\b).*$")
_COMPANY = re.compile(
    r"\b(?:gmbh|mbh|ug|ag|kg|ohg|gbr|se|ltd|limited|llc|llp|inc|plc|corp|co|e\.?\s?k\.?|e\.?\s?v\.?|s\.?a\.?r\.?l|b\.?v)\b"
    r"\.?(?=$|[\s,&+)|])",
    re.IGNORECASE,
)
_OFFICES = re.compile(
    r"\b(?:immobilien|hausverwaltung|verwaltung|makler|kanzlei|notariat|notar|bank|sparkasse|versicherung|agentur|team"
    r"|real estate|properties|solutions|consulting|group|gruppe|service|support|verein|stiftung|architekten|bau)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NameParts:
    salutation: str = ""
    title: str = ""
    given: str = ""
    family: str = ""


def is_company(text: str) -> bool:
    """Whether a name is a company's: by its legal form."""
    return bool(_COMPANY.search(text)) and not text.strip().casefold().startswith("co ")


def may_be_company(text: str) -> bool:
    """Whether a line of a signature names a company: by its legal form, or by what such firms call themselves."""
    return is_company(text) or bool(_OFFICES.search(text))


def split_name(text: str) -> NameParts:
    """The parts of a name as people write it: "Herr Dr. Max von Beispiel", "Beispiel, Max", "Erika Muster | Firma". A
    single word is a family name. Nobody's salutation is guessed."""
    bare = _BESIDE.sub("", _FOR.sub("", text.strip(" \"'„“<>,;"))).strip(" ,;\"'")
    bare = _LETTERS.sub("", bare)
    if is_company(bare):
        return NameParts()
    family_first, comma, given_last = bare.partition(",")
    if comma and given_last.strip() and not _TITLE.match(given_last.strip()):
        bare = f"{given_last.strip()} {family_first.strip()}"
        return _split(bare, family=family_first.strip())
    return _split(family_first.strip() if comma else bare)


def _split(bare: str, family: str = "") -> NameParts:
    parts = bare.split()
    salutation, titles = "", []
    while parts:
        said = _SALUTATIONS.get(fold(parts[0]).rstrip("."))
        if said is not None and len(parts) > 1:
            salutation = salutation or said
        elif _TITLE.match(parts[0]) and len(parts) > 1:
            titles.append(parts[0])
        else:
            break
        parts = parts[1:]
    while len(parts) > 1 and _TITLE.match(parts[-1].strip(",")):
        parts = parts[:-1]
    if any(letter.isdigit() or letter == "@" for letter in "".join(parts)):
        return NameParts()
    words = family.split()
    while len(words) > 1 and (_TITLE.match(words[0]) or fold(words[0]).rstrip(".") in _SALUTATIONS):
        words = words[1:]
    if words and len(parts) > len(words):
        return NameParts(salutation, " ".join(titles), _cased(parts[: -len(words)]), _cased(words))
    start = max(len(parts) - 1, 0)
    while start > 1 and parts[start - 1].casefold() in _PARTICLES:
        start -= 1
    if start == 1 and parts and parts[0].casefold() in _PARTICLES:
        start = 0
    return NameParts(salutation, " ".join(titles), _cased(parts[:start]), _cased(parts[start:]))


def _cased(parts: list[str]) -> str:
    """Names in capitals or in small letters as names are written; mixed ones stay."""
    written = " ".join(parts)
    if len(written) > 2 and written.isupper():
        return "-".join(one.title() for one in written.split("-")) if "'" not in written else written.title()
    if written and written == written.lower() and written.casefold() not in _PARTICLES:
        return " ".join(one if one in _PARTICLES else "-".join(w.capitalize() for w in one.split("-")) for one in parts)
    return written
