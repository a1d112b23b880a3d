"""Who wrote a mail, as fields: what a new record of them would hold. Nothing of the office's own is in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.mail import contact_lines
from bot.mail.enquirer import Understood, understand
from bot.mail.kind import Kind
from bot.mail.leads.values import addresses
from bot.mail.model import Mail
from bot.mail.participants import is_automatic
from bot.mail.person_names import NameParts, is_company, split_name
from bot.mail.signature_block import own_lines, signature_lines
from bot.mail.signatures import without_own_signatures
from bot.mail.words import fold

_LOOKED_AT = 30_000
_SAID = re.compile(
    r"(?:^|\b(?:anrede|salutation|title|name|kontakt|interessent|von|from)\b\W{0,4})(?P<said>herr|frau|mr|mrs|ms|miss)\b\.?"
    r"(?P<rest>[^\n]{0,60})",
    re.IGNORECASE | re.MULTILINE,
)
_FREE = frozenset(
    {"gmail", "googlemail", "outlook", "hotmail", "live", "gmx", "web", "t-online", "freenet", "arcor", "mail", "yahoo"}
    | {"icloud", "me", "aol", "posteo", "mailbox"}
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Each part may be empty; `street` is with its number."""

    salutation: str = ""
    title: str = ""
    given_name: str = ""
    family_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""


def contact_of(
    mail: Mail, staff: Collection[str] = (), region: str = "DE", understood: Understood | None = None
) -> Contact:
    """The person outside the office whom a mail is about, from its structured parts, its form, the signature and the
    sender. `staff` as for `customer`; `region` is the country of numbers without a prefix. Never raises."""
    known = understood or understand(mail, staff)
    person = known.customer
    if person is None:
        return Contact()
    text = without_own_signatures(mail.text[:_LOOKED_AT], staff)
    parts = split_name(person.name)
    lines = _signature(mail, known, text, parts)
    if not parts.family and lines:
        parts = split_name(contact_lines.first_name_line(lines))
    elif (said := split_name(contact_lines.first_name_line(lines))).given and fold(said.family) == fold(parts.family):
        # The signature may say more than the sender's line: the first name, or a title.
        parts = said if not parts.given else replace(parts, title=parts.title or said.title)
    company = person.company or (person.name if is_company(person.name) else "") or contact_lines.company(lines)
    where = _place(person.postal) if person.postal else contact_lines.postal(lines)
    own_text = own_lines(text) if lines and known.kind is not Kind.ENQUIRY else []
    phones = [
        *_kinds(person.phones, region),
        *contact_lines.numbers(lines, region),
        *contact_lines.offered_numbers(own_text, region),
    ]
    own = _own(staff)
    email = person.address or next((one for one in addresses("\n".join(lines)) if not is_automatic(one)), "")
    found = Contact(
        salutation=parts.salutation or _salutation(text, parts, known),
        title=parts.title,
        given_name=parts.given,
        family_name=parts.family,
        company=company,
        email=email,
        phone=next((number for kind, number in phones if kind == "phone"), ""),
        mobile=next((number for kind, number in phones if kind == "mobile"), ""),
        street=where.street,
        postal_code=where.code,
        city=where.town,
    )
    return _without_office(found, own)


def contact_named(text: str, writer: Contact) -> Contact | None:
    """Whom some words of a mail name: its writer with all that is known of them, or somebody of whom there is only the
    name or the address; None where the words name neither a person nor a company."""
    clean = " ".join(text.split())
    if "@" in clean:
        return writer if fold(clean) == fold(writer.email) else Contact(email=clean)
    if is_company(clean):
        own = fold(clean) == fold(writer.company) and not writer.family_name
        return writer if own else Contact(company=clean)
    parts = split_name(clean)
    if not parts.family or any(letter.isdigit() for letter in clean):
        return None
    if fold(parts.family) == fold(writer.family_name) and fold(parts.given) in ("", fold(writer.given_name)):
        return writer
    return Contact(parts.salutation, parts.title, parts.given, parts.family)


def _signature(mail: Mail, known: Understood, text: str, parts: NameParts) -> Sequence[str]:
    """The lines below what the person wrote: in a form only those of its message, for the rest is the portal's."""
    names = [parts.family] if parts.family else []
    if known.kind is Kind.ENQUIRY:
        leads = (known.structured.lead, known.structured.about, known.enquiry.lead)
        message = next((lead.message for lead in leads if lead is not None and lead.message), "")
        return signature_lines(message, names)
    if mail.sender is None or (known.customer and fold(known.customer.address) not in _writers(mail)):
        return ()
    return signature_lines(text, names)


def _writers(mail: Mail) -> set[str]:
    """The addresses of who wrote the mail; also none, where it names its sender only."""
    people = (mail.sender, mail.written_by, *mail.reply_to)
    return {fold(one.address or "") for one in people if one is not None}


def _kinds(numbers: Sequence[str], region: str) -> list[tuple[str, str]]:
    return [(contact_lines.kind_of(one, region) or "phone", one) for one in numbers]


def _place(line: str) -> contact_lines.Address:
    found = contact_lines.postal([line])
    if found.code:
        return found
    street, _, town = line.partition(",")
    return replace(found, street=found.street or street.strip(), town=town.strip())


def _salutation(text: str, parts: NameParts, known: Understood) -> str:
    """ "Herr" or "Frau" where a form says so, or where it stands before this person's own name as a value; never from a
    first name, and never from a greeting."""
    if not parts.family:
        return ""
    for found in _SAID.finditer(text):
        rest = fold(found["rest"]).strip(" :.,|\t")
        labelled = found.group(0)[:1].casefold() not in ("h", "f", "m") and known.kind is Kind.ENQUIRY
        whole = {fold(parts.family), fold(f"{parts.given} {parts.family}")}
        bare = rest.removeprefix("dr.").removeprefix("dr").strip(" .")
        if bare in whole or (labelled and not rest):
            return split_name(f"{found['said']} {parts.family}").salutation
    return ""


def _own(staff: Collection[str]) -> tuple[set[str], set[str]]:
    """The office's addresses and names, and its domains; those of free mail services are everybody's."""
    own = {fold(one) for one in staff}
    domains = {one.rpartition("@")[2] for one in own if "@" in one}
    return own, {one for one in domains if one.partition(".")[0] not in _FREE}


def _without_office(found: Contact, own: tuple[set[str], set[str]]) -> Contact:
    entries, domains = own
    address = fold(found.email)
    if address and (address in entries or address.rpartition("@")[2] in domains):
        found = replace(found, email="")
    if found.family_name and fold(f"{found.given_name} {found.family_name}".strip()) in entries:
        found = replace(found, salutation="", title="", given_name="", family_name="")
    if found.email and is_automatic(found.email):
        found = replace(found, email="")
    return found
