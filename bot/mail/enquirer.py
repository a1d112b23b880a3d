"""Who is who in a mail: the person outside the office behind it, and what our own people's signatures say of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.mail.blocks import find_label
from bot.mail.lines import Line, clean, join, to_lines
from bot.mail.model import Mail, Participant
from bot.mail.participants import is_address, is_automatic
from bot.mail.words import fold, words

_VIA = (" via ", " uber ", " durch ")  # folded
_FORM_LINES = 80
_LONGEST_VALUE = 120
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
    if sender is None or _is_relay(sender) or _is_own(sender, own) or _from_our_site(mail):
        behind = next((one for one in mail.reply_to if _is_person(one, own)), None) or _by_form(mail.text, own)
        if behind is not None:
            return behind if behind.name else Participant(_name_before_via(sender), behind.address)
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


def _on_behalf() -> Iterator[str]:
    return (f" {phrase} " for phrase in words().on_behalf if len(phrase) > len("för"))


def _is_person(one: Participant, own: frozenset[str]) -> bool:
    return bool(one.address) and not _is_own(one, own) and not is_automatic(one.address or "")


def _answers_elsewhere(mail: Mail, own: frozenset[str]) -> bool:
    """Whether a mail from an own address asks to answer somebody else: the own web site's form does."""
    return any(_is_person(one, own) for one in mail.reply_to)


def _from_our_site(mail: Mail) -> bool:
    """Whether sender and recipient share a domain and the answer goes to another one."""

    def domain(one: Participant) -> str:
        return fold(one.address or "").rpartition("@")[2]

    if mail.sender is None or not mail.sender.address or not mail.to:
        return False
    ours = domain(mail.sender)
    return ours == domain(mail.to[0]) and any(domain(one) not in ("", ours) for one in mail.reply_to)


def _name_before_via(sender: Participant | None) -> str | None:
    """`Erika Muster via Portal` → `Erika Muster`; the names of portals alone are nobody's."""
    name = (sender.name if sender else None) or ""
    for word in (*_VIA, *_on_behalf()):
        position = fold(name).find(word)
        if position > 0 and len(fold(name)) == len(name):
            found = name[position + len(word) :] if word not in _VIA else name[:position]
            return found.strip(" \"'()") or None
    return None


def _by_form(text: str, own: frozenset[str]) -> Participant | None:
    """The person that a form's lines name: `Vorname: Erika`, `E-Mail: erika@example.de`."""
    found: dict[str, str] = {}
    rows = [line.text for line in to_lines(clean(text[: _FORM_LINES * 400]))[:_FORM_LINES]]
    for number, row in enumerate(rows):
        label, colon, value = row.replace("：", ":").partition(":")
        kind = words().form_fields.get(fold(label.strip(" \t*_|-•")))
        if kind is None or not colon:
            continue
        shown = value.strip(" \t*|") or next((below.strip() for below in rows[number + 1 : number + 2]), "")
        if shown and len(shown) <= _LONGEST_VALUE:
            found.setdefault(kind, shown)
    address = next((word.strip("<>()[]") for word in found.get("form_address", "").split() if "@" in word), "")
    address = address.removeprefix("mailto:")
    parts = " ".join(filter(None, (found.get("form_given"), found.get("form_family"))))
    name = parts or found.get("form_name", "")
    person = Participant(name if name and "@" not in name else None, address if is_address(address) else None)
    return person if person.address and _is_person(person, own) else None


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
