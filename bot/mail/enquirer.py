"""Who is who in a mail: the person outside the office behind it, and what our own people's signatures say of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.mail.blocks import find_label
from bot.mail.lines import Line, clean, join, to_lines
from bot.mail.model import Mail, Participant
from bot.mail.participants import is_address, is_automatic, parse_people
from bot.mail.words import Role, fold, words

# What the addresses of portals and web forms begin with; people write from some of them, too.
_DESKS = frozenset({"anfrage", "anfragen", "kontaktanfrage", "kontakt", "contact", "lead", "leads", "nachricht"})
_DESKS |= {"nachrichten", "message", "messages", "inquiry", "enquiry", "enquiries", "portal", "service", "system"}
_DESKS |= {"form", "formular", "webform", "website", "web", "bot", "robot", "mail", "mailbot", "reply", "relay"}
_VIA = (" via ", " uber ", " durch ")  # folded
_FORM_LINES = 80
_LONGEST_VALUE = 120
_LONGEST_PERSON = 4  # words of a name
_SIGNATURE_LINES = 15


def customer(mail: Mail, staff: Collection[str] = ()) -> Participant | None:
    """The person outside the office whom the mail comes from or, where one of the own people wrote it, goes to.

    `staff` are addresses and names of own people. For a portal, a relay or a web form it is who filled it in: by
    Reply-To, else by the form's own lines (`Name: …`, `E-Mail: …`); `mail.sender` stays what the header says, for that
    is how the mail is found again. None where nobody is known.
    """
    own = frozenset(fold(entry) for entry in staff)
    sender = mail.sender
    if sender is not None and _is_own(sender, own) and not _answers_elsewhere(mail, own):
        return next((one for one in (*mail.to, *mail.cc) if not _is_own(one, own)), None)
    answers = next((one for one in mail.reply_to if _is_person(one, own)), None)
    if sender is None or _is_relay(sender) or _is_own(sender, own) or _from_our_site(mail):
        form = _by_form(mail.text, own, sender)
        behind = answers or form
        if behind is not None:
            same = form is not None and _domain(form) == _domain(behind)
            name = _name_before_via(behind) or behind.name or _name_before_via(sender) or (same and form and form.name)
            return Participant(name or None, behind.address)
        return Participant(_name_before_via(sender) or sender.name, sender.address) if sender else None
    if _is_desk(sender):
        form = _by_form(mail.text, own, sender)
        if answers and _domain(answers) != _domain(sender):
            return answers if answers.name or form is None else Participant(form.name, answers.address)
        if form and form.name and _domain(form) != _domain(sender):
            return form
    return sender


def without_own_signatures(text: str, staff: Collection[str]) -> str:
    """The text without the signatures of own people: from the closing words to the end of what stands below them.

    `staff` as for `customer`. A signature is one only if an own name or address follows the closing words.
    """
    own = [fold(entry) for entry in staff if entry.strip()]
    if not own:
        return text
    lines = to_lines(clean(text))
    kept: list[str] = []
    position = 0
    while position < len(lines):
        end = _signature_end(lines, position, own)
        if end is None:
            kept.append(lines[position].raw)
            position += 1
        else:
            position = end
    return join(kept) if len(kept) < len(lines) else text


def _is_own(one: Participant, own: frozenset[str]) -> bool:
    if one.address:
        return fold(one.address) in own
    return bool(one.name) and fold(one.name or "") in own


def _is_relay(one: Participant) -> bool:
    name = f" {fold(one.name or '')} "
    return is_automatic(one.address or "") or any(word in name for word in (*_VIA, *_on_behalf()))


def _is_desk(one: Participant) -> bool:
    """Whether an address belongs to a desk that passes on what others ask; only a form or Reply-To makes it sure."""
    local = fold(one.address or "").partition("@")[0]
    return any(word in _DESKS for word in "".join(c if c.isalnum() else " " for c in local).split())


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


def _name_before_via(sender: Participant | None) -> str | None:
    """`Erika Muster via Portal` → `Erika Muster`; the names of portals alone are nobody's."""
    name = (sender.name if sender else None) or ""
    for word in (*_VIA, *_on_behalf()):
        position = fold(name).find(word)
        if position > 0 and len(fold(name)) == len(name):
            found = name[position + len(word) :] if word not in _VIA else name[:position]
            return found.strip(" \"'()") or None
    return None


def _by_form(text: str, own: frozenset[str], sender: Participant | None) -> Participant | None:
    """The person that a form's lines name: `Vorname: Erika`, `E-Mail: erika@example.de`, `Nachricht von Erika Muster`.

    Without a line for the address it is the only one in the text that is neither own nor the sender's.
    """
    found: dict[str, str] = {}
    rows = [line.text for line in to_lines(clean(text[: _FORM_LINES * 400]))[:_FORM_LINES]]
    for number, row in enumerate(rows):
        _introduced(row, found)
        label, colon, value = row.replace("：", ":").partition(":")
        kind = words().form_fields.get(fold(label.strip(" \t*_|-•")))
        if kind is None or not colon:
            continue
        shown = value.strip(" \t*|") or next((below.strip() for below in rows[number + 1 : number + 2]), "")
        if shown and len(shown) <= _LONGEST_VALUE:
            found.setdefault(kind, shown)
    address = next(_addresses(found.get("form_address", "")), "")
    if not address:
        candidates = {fold(one): one for row in rows for one in _addresses(row)}
        theirs = _domain(sender) if sender else ""
        others = [one for one in candidates.values() if _is_person(Participant(None, one), own)]
        others = [one for one in others if not theirs or not theirs.endswith(_domain(Participant(None, one)))]
        address = others[0] if len(others) == 1 else ""
    parts = " ".join(filter(None, (found.get("form_given"), found.get("form_family"))))
    name = parts or found.get("form_name") or found.get("form_intro", "")
    person = Participant(name if name and "@" not in name else None, address if is_address(address) else None)
    return person if person.address and _is_person(person, own) else None


def _introduced(row: str, found: dict[str, str]) -> None:
    """`Nachricht von Erika Muster:`, `Von: Erika Muster`: a name for where no line is labelled so."""
    text = row.strip(" \t*_|-•")
    for phrase in words().form_intros:
        head, rest = text[: len(phrase)], text[len(phrase) :].strip(" :*")
        if fold(head) == phrase and len(fold(head)) == len(head) and 0 < len(rest.split()) <= _LONGEST_PERSON:
            found.setdefault("form_intro", rest.rstrip(".,"))
    label = find_label(row)
    if label and label[0] is Role.FROM and 0 < len(label[1].split()) <= _LONGEST_PERSON + 1:
        person = next(iter(parse_people(label[1])), None)
        if person and person.name:
            found.setdefault("form_intro", person.name)
        if person and person.address:
            found.setdefault("form_address", person.address)


def _addresses(text: str) -> Iterator[str]:
    for word in text.replace("<", " ").replace(">", " ").replace("|", " ").split() if "@" in text else ():
        address = word.strip("()[].,;:\"'*").removeprefix("mailto:")
        if is_address(address):
            yield address


def _signature_end(lines: Sequence[Line], start: int, own: Sequence[str]) -> int | None:
    """The first line after the signature that begins at `start`, None where none of an own person does."""
    if not _closes(lines[start].text):
        return None
    depth = lines[start].depth
    end = start + 1
    while end < min(len(lines), start + _SIGNATURE_LINES) and (lines[end].blank or lines[end].depth == depth):
        if find_label(lines[end].text) and end + 1 < len(lines) and find_label(lines[end + 1].text):
            break  # the header of the next quoted mail
        end += 1
    head = [fold(line.text) for line in lines[start:end] if not line.blank][:4]
    return end if any(entry in row for row in head for entry in own) else None


def _closes(text: str) -> bool:
    row = fold(text).strip(" ,.!*")
    if text.strip() == "--":
        return True
    return any(row == one or (row.startswith(one) and len(row) <= len(one) + 40) for one in words().closings)
