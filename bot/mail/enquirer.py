"""Who is who in a mail: the person outside the office behind it, and what kind of mail it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from email.parser import BytesHeaderParser

from bot.mail.headers import people, raw_headers
from bot.mail.kind import Kind, is_calendar_notice, machine_made
from bot.mail.leads import Enquiry, Person, Structured, read_structured, read_words
from bot.mail.leads.values import addresses, name, phones
from bot.mail.model import Mail, Mark, Participant
from bot.mail.participants import is_automatic, is_personal
from bot.mail.words import fold, words

_VIA = (" via ", " uber ", " durch ", " par ", " tramite ", " przez ")  # folded
_LOOKED_AT = 20_000  # characters of a text in which addresses are looked for


@dataclass(frozen=True, slots=True)
class Understood:
    """A mail as the bot understands it: what kind it is, who outside the office it is about, and what was read to know
    that. `customer` is None where nobody is known."""

    kind: Kind = Kind.MAIL
    customer: Person | None = None
    structured: Structured = field(default_factory=Structured)
    enquiry: Enquiry = field(default_factory=Enquiry)


def customer(mail: Mail, staff: Collection[str] = ()) -> Participant | None:
    """The person outside the office whom the mail comes from or, where one of the own people wrote it, goes to.

    `staff` are addresses and names of own people. For a portal, a relay or a web form it is who filled it in;
    `mail.sender` stays what the header says, for that is how the mail is found again. None where nobody is known.
    """
    found = understand(mail, staff).customer
    return Participant(found.name or None, found.address or None) if found and (found.name or found.address) else None


def understand(mail: Mail, staff: Collection[str] = ()) -> Understood:
    """Reads a mail's structured parts, its form and its headers; `staff` as for `customer`. Never raises."""
    own = frozenset(fold(entry) for entry in staff)
    mail = _as_written(mail, own)
    structured = read_structured(mail)
    enquiry = read_words(mail.text, mail.subject)
    made = machine_made(mail)
    if made is Kind.BOUNCE:
        return Understood(made, _failed(mail, own), structured, enquiry)
    asking = _asking(mail, own, structured, enquiry)
    if made in (Kind.ABSENCE, Kind.RECEIPT):
        return Understood(made, _of(mail.sender, own), structured, enquiry)
    if asking is not None:
        kind = Kind.CALENDAR if structured.appointment or is_calendar_notice(mail) else Kind.ENQUIRY
        return Understood(kind, asking, structured, enquiry)
    if enquiry.caller:
        return Understood(Kind.CALL, Person(phones=(enquiry.caller,)), structured, enquiry)
    if structured.appointment is not None:
        return Understood(Kind.CALENDAR, _invited(mail, own, structured), structured, enquiry)
    if made is not None:
        return Understood(made, None if made is Kind.BULK else _of(mail.sender, own), structured, enquiry)
    kind = Kind.CALENDAR if is_calendar_notice(mail) else Kind.MAIL
    return Understood(kind, _filled(_correspondent(mail, own), structured), structured, enquiry)


def _as_written(mail: Mail, own: frozenset[str]) -> Mail:
    """The mail as it was before a group or a mailing list put its own address into the sender's place."""
    wrote, sender = mail.written_by, mail.sender
    if wrote is None or sender is None or fold(wrote.address or "") == fold(sender.address or ""):
        return mail
    shared = any(fold(one.address or "") == fold(sender.address or "") for one in (*mail.to, *mail.reply_to))
    if not (shared or _is_own(sender, own) or Mark.LIST in mail.marks or _name_before_via(sender)):
        return mail
    answers = tuple(one for one in mail.reply_to if fold(one.address or "") != fold(sender.address or ""))
    said = _name_before_via(sender) or wrote.name
    return replace(mail, sender=Participant(said, wrote.address), reply_to=answers)


def _asking(mail: Mail, own: frozenset[str], structured: Structured, enquiry: Enquiry) -> Person | None:
    """Who fills in the form or the document that a mail passes on; None for a mail that passes nothing on."""
    sender = mail.sender
    words_say = enquiry.lead.person
    if structured.lead and (person := structured.lead.person) and _is_other(person, own):
        same = words_say is not None and fold(words_say.address) == fold(person.address)
        return person.or_else(words_say) if same and words_say else person
    service = _is_service(sender, own, mail)
    if structured.about and service and (person := structured.about.person) and _is_other(person, own):
        return person
    answers = next((one for one in mail.reply_to if _is_person(one, own)), None)
    if (
        sender is not None
        and not service
        and not (enquiry.certain and words_say and _passes_on(sender, words_say, answers))
    ):
        return None
    if enquiry.caller and not (words_say and words_say.address):
        return None
    found = words_say if words_say and _is_other(words_say, own) else None
    person = Person(
        name=_name_before_via(sender) or (found.name if found else ""),
        address=found.address if found else "",
        phones=found.phones if found else (),
        company=found.company if found else "",
        postal=found.postal if found else "",
    )
    if not person.address and answers is not None:
        person = person.or_else(Person((answers.name or "") if not person.name else "", answers.address or ""))
    elif answers is not None and _same(person, answers):
        person = person.or_else(Person(name(answers.name or "")))
    if not person.address:
        person = person.or_else(Person(address=_only_address(mail, own)))
    if not (person.name or person.address) or (not person.address and not found and not _is_relay(sender)):
        return None
    if not person.phones and found:
        person = person.or_else(Person(phones=tuple(phones(mail.text[:_LOOKED_AT]))[:3]))
    if (
        not person.address
        and sender is not None
        and _name_before_via(sender)
        and not is_automatic(sender.address or "")
    ):
        person = person.or_else(Person(address=sender.address or ""))  # a relay: answers to it reach them
    return person


def _is_service(sender: Participant | None, own: frozenset[str], mail: Mail) -> bool:
    """Whether what a sender passes on is what others wrote: a portal, a relay, a form on the office's own site."""
    if sender is None or not sender.address:
        return sender is None or not sender.name
    if _is_relay(sender) or _from_our_site(mail):
        return True
    return _is_own(sender, own) and _answers_elsewhere(mail, own)


def _passes_on(sender: Participant, person: Person, answers: Participant | None) -> bool:
    """Whether a sender whose mail holds a form is not who filled it in: no person by name, and at another domain; or
    one that has answers sent to who did."""
    if answers is not None and _same(person, answers) and not _same(person, sender):
        return True
    theirs = fold(person.address).rpartition("@")[2]
    if person.address and theirs == _domain(sender):
        return False
    return not is_personal(sender)


def _correspondent(mail: Mail, own: frozenset[str]) -> Participant | None:
    """The person at the other end of a mail that people wrote to each other."""
    sender = mail.sender
    if sender is not None and _is_own(sender, own) and not _answers_elsewhere(mail, own):
        return next((one for one in (*mail.to, *mail.cc) if not _is_own(one, own)), None)
    if sender is None:
        return None
    answers = next((one for one in mail.reply_to if _is_person(one, own)), None)
    elsewhere = answers is not None and _domain(answers) != _domain(sender) and not is_personal(sender)
    if answers and (elsewhere or _is_relay(sender) or _is_own(sender, own) or _from_our_site(mail)):
        return Participant(_name_before_via(sender) or answers.name, answers.address)
    return Participant(_name_before_via(sender) or sender.name, sender.address)


def _invited(mail: Mail, own: frozenset[str], structured: Structured) -> Person | None:
    """The person outside the office whom an appointment is with."""
    people_there = structured.appointment.people if structured.appointment else ()
    other = next((one for one in people_there if _is_other(one, own)), None)
    found = _correspondent(mail, own)
    if found is None or _is_relay(found) or (other and not found.address):
        return other
    return _filled(found, structured)


def _filled(one: Participant | None, structured: Structured) -> Person | None:
    """A person with what address cards and appointments know of them."""
    if one is None:
        return None
    person = Person(one.name or "", one.address or "")
    there = structured.appointment.people if structured.appointment else ()
    for known in (*structured.cards, *there):
        if known.address and fold(known.address) == fold(person.address):
            person = person.or_else(known)
    return person


def _failed(mail: Mail, own: frozenset[str]) -> Person | None:
    """Whom a mail did not reach: the address that the report names, and the name that the returned mail is sent to."""
    returned: list[Participant] = []
    for one in mail.attachments:
        if one.content_type.casefold() in ("message/rfc822", "text/rfc822-headers") and one.content:
            headers = raw_headers(BytesHeaderParser().parsebytes(one.content[:100_000]))
            returned += people(headers.get("to", ""))
    sender = fold(mail.sender.address or "") if mail.sender else ""
    for address in addresses(mail.text[:_LOOKED_AT]):
        if fold(address) in own or fold(address) == sender or is_automatic(address):
            continue
        known = next((one.name for one in returned if fold(one.address or "") == fold(address)), None)
        return Person(known or "", address)
    other = next((one for one in returned if _is_person(one, own)), None)
    return Person(other.name or "", other.address or "") if other else None


def _only_address(mail: Mail, own: frozenset[str]) -> str:
    """The only address in a text that is neither own nor the portal's; empty where there are several."""
    theirs = _domain(mail.sender) if mail.sender else ""
    office = {_domain(one) for one in mail.to} | {entry.rpartition("@")[2] for entry in own if "@" in entry}
    found = {fold(one): one for one in addresses(mail.text[:_LOOKED_AT])}
    others = [
        one
        for one in found.values()
        if _is_person(Participant(None, one), own) and not _belongs(_domain(Participant(None, one)), {theirs, *office})
    ]
    return others[0] if len(others) == 1 else ""


def _belongs(domain: str, others: Collection[str]) -> bool:
    """Whether a domain is one of these, or stands above or below one."""
    return any(one and (domain == one or domain.endswith(f".{one}") or one.endswith(f".{domain}")) for one in others)


def _of(one: Participant | None, own: frozenset[str]) -> Person | None:
    return Person(one.name or "", one.address or "") if one is not None and not _is_own(one, own) else None


def _is_other(person: Person, own: frozenset[str]) -> bool:
    """Whether a person is somebody, and not of the office."""
    if not (person.name or person.address or person.phones):
        return False
    return not _is_own(Participant(person.name or None, person.address or None), own)


def _same(person: Person, other: Participant) -> bool:
    return bool(person.address) and fold(person.address) == fold(other.address or "")


def _is_own(one: Participant, own: frozenset[str]) -> bool:
    if one.address:
        return fold(one.address) in own
    return bool(one.name) and fold(one.name or "") in own


def _is_relay(one: Participant | None) -> bool:
    if one is None:
        return False
    said = f" {fold(one.name or '')} "
    return is_automatic(one.address or "") or any(word in said for word in (*_VIA, *_on_behalf()))


def _domain(one: Participant) -> str:
    return fold(one.address or "").rpartition("@")[2]


def _on_behalf() -> Iterator[str]:
    return (f" {phrase} " for phrase in words().on_behalf if len(phrase) > len("för"))


def _is_person(one: Participant, own: frozenset[str]) -> bool:
    return bool(one.address) and not _is_own(one, own) and not is_automatic(one.address or "")


def _answers_elsewhere(mail: Mail, own: frozenset[str]) -> bool:
    """Whether a mail from an own address asks to answer somebody else: the own web site's form does."""
    return any(_is_person(one, own) for one in mail.reply_to)


def _from_our_site(mail: Mail) -> bool:
    """Whether sender and recipient share a domain and the answer goes to another one."""
    if mail.sender is None or not mail.sender.address or not mail.to:
        return False
    ours = _domain(mail.sender)
    return ours == _domain(mail.to[0]) and any(_domain(one) not in ("", ours) for one in mail.reply_to)


def _name_before_via(sender: Participant | None) -> str:
    """`Erika Muster via Portal` → `Erika Muster`; the names of portals alone are nobody's."""
    said = (sender.name if sender else None) or ""
    folded = "".join(fold(char)[:1] or char for char in said)
    for word in (*_VIA, *_on_behalf()):
        position = folded.find(word)
        if position > 0:
            found = said[position + len(word) :] if word not in _VIA else said[:position]
            return found.strip(" \"'()")
    return ""
