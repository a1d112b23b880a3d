"""What a mail seems to name and nothing matched: its own words, for a person to search with or to enter as new."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.matching.normal import EMAIL, email_keys, reference_key, words
from bot.matching.tables import COMMON, FREEMAIL, PARTICLES, SALUTATIONS, TITLES
from bot.matching.words import IN_PART, Field, MailWords, Match

_NAME = r"[^\W\d_a-zäöüß][\w'’-]+"
_PERSON = re.compile(
    r"\b(?:Herrn?|Frau|Familie|Mr\.?|Mrs\.?|Ms\.?)[ \t]+"
    rf"((?:(?:Dr|Prof)\.[ \t]+)*{_NAME}(?:[ \t]+(?:von|van|de|der|zu)\b)*(?:[ \t]+{_NAME})?)"
)
_STREET_WORD = r"(?:[sS]tr(?:aße|asse|\.)|[wW]eg|[pP]latz|[aA]llee|[gG]asse|[rR]ing|[uU]fer|[dD]amm)"
_STREET = re.compile(
    rf"\b((?:{_NAME}[ -])?[\w-]{{0,40}}{_STREET_WORD}[ \t]+\d{{1,4}}(?:[ \t]?[a-z]\b)?)(?!\w)"
    rf"|\b(\d{{1,5}}[ \t]+{_NAME}(?:[ \t]+{_NAME})?[ \t]+"
    r"(?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Lane|Drive|Court|Square))"
)
_NUMBER = re.compile(
    r"\b(?:Objekt|Immobilie|Exposé|Expose|Referenz|Ref|Kennung|Vorgang|Aktenzeichen|Az|Property|Listing|Reference)"
    r"(?:[ -]?(?:Nr|Nummer|ID|No|Number))?[.:#\s]{1,3}([A-Za-z]{0,5}[-/]?\d[\w/-]{1,18}\b)"
    r"|(?<![\w/-])([A-Z]{1,4}-\d{3,8})(?![\w/-])"
)
_MOST = 5
_MOST_TEXT = 50_000
_LONGEST_LINE = 2000  # a paragraph; what is longer nobody wrote


def not_found(mail: MailWords, matches: Iterable[Match]) -> tuple[str, ...]:
    """What looks like a person or a property and is in no match's evidence, as it stands in the mail: at most five.

    The sender comes first, then people after "Herr" or "Frau", streets with a number, external numbers and e-mail
    addresses in the order of the text. Own people are never among them: who forwarded it, and addresses of the house
    that the mail was sent to.
    """
    known = _Known(mail, matches)
    found: dict[str, str] = {}

    def add(text: str) -> None:
        clean = " ".join(text.split())
        found.setdefault(" ".join(words(clean)), clean)

    sender = (mail.sender_name.strip(), mail.sender_address.strip())
    if any(sender) and not known.person(*sender):
        add(sender[0] or sender[1])
    for line in (mail.subject, *mail.text[:_MOST_TEXT].splitlines()):
        if len(found) >= _MOST:
            break
        if len(line) > _LONGEST_LINE:
            continue
        seen = [(m.start(), m.group(1)) for m in _PERSON.finditer(line) if not known.person(m.group(1), "")]
        seen += [
            (m.start(), street) for m in _STREET.finditer(line) if not known.all_of(street := m.group(1) or m.group(2))
        ]
        seen += [
            (m.start(), number) for m in _NUMBER.finditer(line) if not known.number(number := m.group(1) or m.group(2))
        ]
        if "@" in line:
            seen += [(m.start(), m.group()) for m in EMAIL.finditer(line) if not known.address(m.group())]
        for _, text in sorted(seen):
            add(text)
    return tuple(found.values())[:_MOST]


class _Known:
    """What the matches account for, and who is of the own house."""

    def __init__(self, mail: MailWords, matches: Iterable[Match]) -> None:
        pieces = [piece for match in matches for piece in match.evidence if piece.field not in IN_PART]
        self._words = {word for piece in pieces for word in words(piece.mail)}
        self._numbers = {reference_key(piece.mail) for piece in pieces if piece.field is Field.REFERENCE}
        found = [piece.mail for piece in pieces if piece.field is Field.EMAIL and piece.similarity == 1]
        own = [address for _, address in (*mail.recipients, *mail.forwarders)]
        self._addresses = {key for address in (*found, *own) for key in email_keys(address)}
        self._addresses |= set(email_keys(mail.sender_address))
        self._found = {key for address in found for key in email_keys(address)}
        self._houses = {key.rpartition("@")[2] for address in own for key in email_keys(address)} - FREEMAIL
        self._own_names = [set(words(name)) for name, _ in mail.forwarders if name]

    def person(self, name: str, address: str) -> bool:
        """Whether a person was found: by address, or by the surname and most of the name."""
        if any(key in self._found for key in email_keys(address)):
            return True
        parts = [word for word in words(name) if word not in TITLES and word not in PARTICLES | SALUTATIONS]
        if not parts:
            return not address or all(word in self._words for word in words(address.rpartition("@")[0]))
        known = [word for word in parts if word in self._words]
        return 2 * len(known) > len(parts) or any(set(parts) <= own for own in self._own_names)

    def all_of(self, text: str) -> bool:
        """Whether all words of a text are accounted for, or all but the first: "Besichtigung Lindenstr. 12"."""
        left = [word not in self._words for word in words(text) if word not in COMMON]
        return not any(left[1:]) and (len(left) > 2 or not any(left))

    def number(self, text: str) -> bool:
        """Whether an external number was found, or is none."""
        return not reference_key(text) or reference_key(text) in self._numbers

    def address(self, text: str) -> bool:
        """Whether an address was found, is the sender's, or is of the own house."""
        keys = email_keys(text)
        return any(key in self._addresses or key.rpartition("@")[2] in self._houses for key in keys) or not keys
