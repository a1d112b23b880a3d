"""Activities: a mail that lies in no mailbox of onOffice is written down in the agents' log of the records instead.

https://apidoc.onoffice.de/actions/datensatz-anlegen/maklerbuch-aktivitaeten/
https://apidoc.onoffice.de/actions/datensatz-lesen/maklerbuch/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.crm.onoffice import mapping
from bot.crm.onoffice.client import Action, Client, Row
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.port import CRMError, Outcome, Receipt
from bot.language import sentence
from bot.mail import IdSource, Mail, fingerprint
from bot.records import Record, RecordRef

# onOffice is a German product and its times have no zone.
OFFICE_TIME = ZoneInfo("Europe/Berlin")
MOST_ENTRIES = 500
LONGEST_LINE = 300
ONLY_THESE = sentence("onoffice.activity.only_these")
NOT_SHOWN = sentence("onoffice.activity.not_shown")


def key_of(mail: Mail) -> str:
    """By what the entry of this mail is found again: its own Message-ID without brackets, else a sign of Linkbot's."""
    for one in mail.message_ids:
        in_own_right = one.source in (IdSource.ATTACHED, IdSource.OWN, IdSource.FORWARDED)
        if (in_own_right or mail.forward is not None) and one.source is not IdSource.REFERENCES:
            return one.value.strip().strip("<>")
    return f"linkbot-{fingerprint(mail)[:32]}"


def note_of(mail: Mail) -> str:
    """What is written down of a mail: who, when, what about, and which. Never its text."""
    lines = [
        ("From", str(mail.sender or "")),
        ("Subject", mail.subject),
        ("Date", mail.date.strftime("%Y-%m-%d %H:%M %z").strip() if mail.date else ""),
        ("Message-ID", f"<{key_of(mail)}>"),
    ]
    return "\n".join(f"{name}: {' '.join(value.split())[:LONGEST_LINE]}" for name, value in lines if value)


class Activities:
    """Writes and finds entries of the agents' log; safe to use from several threads."""

    def __init__(self, client: Client, kind: str, type_: str) -> None:
        """`kind` and `type_` as the customer's onOffice calls them; the German names are valid for the API."""
        self._client = client
        self.kind = kind
        self.type = type_

    def write(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        """See `CRM.write_activity`."""
        refs = list(dict.fromkeys(record.ref for record in records))
        known = [r for r in refs if r.vendor == mapping.VENDOR and r.kind in _FIELD and r.id.isdecimal()]
        there = self._written(mail, known)
        failed: dict[RecordRef, CRMError] = {}
        if missing := [ref for ref in known if ref not in there]:
            failed = self._create(mail, missing)
            there |= self._written(mail, missing)
        return [self._receipt(ref, ref in known, there, failed) for ref in refs]

    def kinds(self) -> dict[str, list[str]]:
        """The kinds of activities that this onOffice has, with their types. Raises CRMError."""
        rows = self._client.one(Action("get", "actionkindtypes", {"lang": "DEU"})).rows
        found: dict[str, list[str]] = {}
        for row in rows:
            types = row.elements.get("types")
            names = types if isinstance(types, list) else list(types) if isinstance(types, Mapping) else []
            found[str(row.elements.get("key") or row.id)] = [str(name) for name in names]
        return found

    def _written(self, mail: Mail, refs: Sequence[RecordRef]) -> dict[RecordRef, str]:
        """Which of the records have an entry of this mail, with the entry's number."""
        found: dict[RecordRef, str] = {}
        if not refs:
            return found
        key = key_of(mail)
        looks = [self._look(key, kind, [int(ref.id) for ref in refs if ref.kind == kind]) for kind in _FIELD]
        for answer in self._client.call([look for look in looks if look is not None]):
            if answer.error is not None:
                raise answer.error
            for row in answer.rows:
                if key in str(row.elements.get("Bemerkung", "")):
                    found |= {ref: row.id for ref in refs if _about(row, ref)}
        return found

    def _look(self, key: str, kind: str, ids: Sequence[int]) -> Action | None:
        if not ids:
            return None
        parameters = {
            "data": ["Nr", "Adress_nr", "Objekt_nr", "Bemerkung"],
            "filter": {"Bemerkung": [{"op": "like", "val": f"%{key}%"}]},
            _PARAMETER[kind]: list(ids),
            "listlimit": MOST_ENTRIES,
        }
        return Action("read", "agentslog", parameters)

    def _create(self, mail: Mail, refs: Sequence[RecordRef]) -> dict[RecordRef, CRMError]:
        """Write the entries, all in one request; what was refused, by record.

        Addresses and estates get entries of their own: onOffice takes an entry that names both for an offer, and would
        note the property as offered to the person.
        """
        moment = mail.date or datetime.now(OFFICE_TIME)
        if moment.tzinfo is not None:
            moment = moment.astimezone(OFFICE_TIME)
        common = {
            "datetime": moment.strftime("%Y-%m-%d %H:%M:%S"),
            "actionkind": self.kind,
            "actiontype": self.type,
            "note": note_of(mail),
        }
        # One action for each record: one that is gone must not keep the others from being written down.
        sides: list[dict[str, Any]] = [
            {"addressids": [int(ref.id)]} if ref.kind == mapping.ADDRESS else {"estateid": int(ref.id)} for ref in refs
        ]
        answers = self._client.call([Action("create", "agentslog", {**common, **side}) for side in sides], writes=True)
        failed = {ref: answer.error for ref, answer in zip(refs, answers, strict=True) if answer.error is not None}
        for error in failed.values():
            if not isinstance(error, OnOfficeError) or not error.permanent:
                raise error  # the next try looks first, and writes what is missing
        return failed

    def _receipt(
        self, ref: RecordRef, known: bool, there: Mapping[RecordRef, str], failed: Mapping[RecordRef, CRMError]
    ) -> Receipt:
        if not known:
            return Receipt(ref, Outcome.REFUSED, message=ONLY_THESE)
        if ref in there:
            return Receipt(ref, Outcome.NOTED, verified=True, vendor_ref=there[ref])
        if error := failed.get(ref):
            return Receipt(ref, Outcome.REFUSED, message=error.message, code=error.code)
        return Receipt(ref, Outcome.NOT_SET, verified=False, message=NOT_SHOWN)


_FIELD = {mapping.ADDRESS: "Adress_nr", mapping.ESTATE: "Objekt_nr"}
_PARAMETER = {mapping.ADDRESS: "addressid", mapping.ESTATE: "estateid"}


def _about(row: Row, ref: RecordRef) -> bool:
    """Whether an entry belongs to a record; its number may come as text, as a number or in a list."""
    value = row.elements.get(_FIELD[ref.kind])
    values: Iterable[object] = value if isinstance(value, list) else [value]
    return ref.id in map(str, values)
