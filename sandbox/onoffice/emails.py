"""The calls about mails: `emailInfo`, and `emailassignments` in both directions.

https://apidoc.onoffice.de/actions/aktionen-ausfuehren/emailverknuepfungen-erstellen/
https://apidoc.onoffice.de/actions/informationen-abfragen/email-info/
https://apidoc.onoffice.de/actions/informationen-abfragen/emailverknuepfungen/

The stand-in looks into the sandbox's mailboxes, as onOffice looks into its own: a mail is named by identity, folder
and UID, and must carry the Message-ID that the caller gives.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.mailbox import MailView
from sandbox.onoffice.actions import MAX_LIMIT, Action, Office, Record, Result, is_integer
from sandbox.onoffice.errors import OnOfficeError
from sandbox.onoffice.store import Link, german_time

# The web client calls the inbox by its German name, which two pages of the documentation use too.
_FOLDER_NAMES = {"Posteingang": "INBOX"}
_PORTAL = "immobilienportal.example"


def assign(office: Office, action: Action) -> Result:
    """`do emailassignments`: what is given replaces what was linked, what is left out stays.

    Success says nothing about what was linked; with neither address nor estate nothing is, and it is success too.
    """
    _, link = _mail(office, action, "emailidentity", "messageid", uid_as_text=False)
    action.only("emailidentity", "messageid", "uid", "folder", "addressid", "addressIds", "estateid")
    addresses, estate = _given_addresses(action), _given_estate(action)
    store = office.store
    for id_ in addresses or ():
        if id_ not in store.addresses.rows:
            raise OnOfficeError(292)
    if estate and estate not in store.estates.rows:
        raise OnOfficeError(293)
    new = Link(
        link.identity,
        link.messageid,
        link.addresses if addresses is None else addresses,
        link.estate if estate is None else (estate or None),
    )
    if addresses == [] and office.store.rules.empty_list_wipes:
        new = replace(new, estate=None)
    write_link(office, new)
    return Result([{"id": 0, "type": "", "elements": {"success": "success"}}])


def info(office: Office, action: Action) -> Result:
    """`get emailInfo`: all that a mail is linked to."""
    _, link = _mail(office, action, "emailIdentity", "messageId", uid_as_text=True)
    action.only("emailIdentity", "messageId", "uid", "folder")
    elements = {
        "isPortalRequest": link.messageid.rstrip(">").endswith(_PORTAL),
        "addresses": [_address(office, id_) for id_ in link.addresses if id_ in office.store.addresses.rows],
        "estates": [
            _estate(office, id_) for id_ in (link.estate,) if id_ is not None and id_ in office.store.estates.rows
        ],
        "actions": [],
    }
    return Result([{"id": link.messageid, "type": "", "elements": elements}], cacheable=True)


def assigned(office: Office, action: Action) -> Result:
    """`get emailassignments`, deprecated: one address and one estate, flat."""
    _, link = _mail(office, action, "emailidentity", "messageid", uid_as_text=True)
    action.only("emailidentity", "messageid", "uid", "folder")
    elements: Record = {}
    if link.addresses and link.addresses[0] in office.store.addresses.rows:
        elements |= _address(office, link.addresses[0])
    if link.estate is not None and link.estate in office.store.estates.rows:
        elements |= _estate(office, link.estate)
    flat = {name.lower(): value for name, value in elements.items() if name != "addressEmail"}
    return Result([{"id": link.messageid, "type": "", "elements": flat or []}])


def write_link(office: Office, link: Link) -> None:
    """Store a mail's links and note what is new in the agents' log, one entry for each address."""
    store = office.store
    before = store.link_of(link.identity, link.messageid)
    store.set_link(link)
    new_addresses = [id_ for id_ in link.addresses if id_ not in before.addresses]
    if not new_addresses and (link.estate is None or link.estate == before.estate):
        return
    mail = find_mail(office, link.identity, link.messageid)
    people: list[int | None] = [*new_addresses] or [None]
    for address in people:
        store.add_log(
            {
                "Adress_nr": "" if address is None else str(address),
                "Objekt_nr": "" if link.estate is None else str(link.estate),
                "Aktionsart": "Email",
                "Aktionstyp": "Eingang",
                "Datum": german_time(store.clock()),
                "Bemerkung": mail.subject if mail else "",
                "mailDate": german_time(mail.date.timestamp()) if mail else "",
            }
        )


def find_mail(office: Office, identity: str, messageid: str) -> MailView | None:
    """The mail with this Message-ID, wherever it lies in a mailbox now."""
    for folder in office.mailboxes.folders(identity):
        for mail in folder.mails.values():
            if mail.message_id == messageid:
                return mail
    return None


def _mail(
    office: Office, action: Action, identity_key: str, messageid_key: str, *, uid_as_text: bool
) -> tuple[MailView, Link]:
    """The mail that the four keys name, with its links. The keys' case and the type of `uid` differ from call to
    call, and each call takes only its own."""
    identity = action.text(identity_key, 50)
    if identity not in office.mailboxes.identities():
        raise OnOfficeError(51)
    messageid = action.text(messageid_key, 58)
    uid = _uid(action.parameters.get("uid"), uid_as_text)
    name = action.text("folder", 60)
    folder = office.mailboxes.folder(identity, _FOLDER_NAMES.get(name, name))
    if folder is None:
        raise OnOfficeError(94, name)
    mail = folder.mails.get(uid)
    if mail is None:
        raise OnOfficeError(62)
    if mail.message_id != messageid:
        raise OnOfficeError(63)
    return mail, office.store.link_of(identity, messageid)


def _uid(value: Any, as_text: bool) -> int:
    if value is None or value == "":
        raise OnOfficeError(59)
    if as_text:
        if not isinstance(value, str):
            raise OnOfficeError(227, "uid")
        if not value.isdecimal():
            raise OnOfficeError(255, "uid")
        return int(value)
    if not is_integer(value):
        raise OnOfficeError(228, "uid")
    return int(value)


def _given_addresses(action: Action) -> list[int] | None:
    """The addresses to link ([]: none any more), or None where neither form is given."""
    parameters = action.parameters
    if "addressid" in parameters and "addressIds" in parameters:
        raise OnOfficeError(297)
    if "addressIds" in parameters:
        ids = parameters["addressIds"]
        if not isinstance(ids, list):
            raise OnOfficeError(298)
        if not all(map(is_integer, ids)):
            raise OnOfficeError(299)
        if len(ids) > MAX_LIMIT:
            raise OnOfficeError(302)
        return list(dict.fromkeys(ids))
    if "addressid" in parameters:
        id_ = parameters["addressid"]
        if not is_integer(id_):
            raise OnOfficeError(64)
        return [id_] if id_ else []
    return None


def _given_estate(action: Action) -> int | None:
    """The estate to link (0: none any more), or None where it is left out."""
    if "estateid" not in action.parameters:
        return None
    id_ = action.parameters["estateid"]
    if not is_integer(id_):
        raise OnOfficeError(65)
    return int(id_)


def _address(office: Office, id_: int) -> Record:
    row = office.store.addresses.rows[id_]
    return {
        "addressId": id_,
        "addressCustomerNo": int(row["KdNr"]),
        "addressFirstname": row["Vorname"],
        "addressSurname": row["Name"],
        "addressCompany": row["Zusatz1"],
        "addressEmail": row["Email"],
    }


def _estate(office: Office, id_: int) -> Record:
    row = office.store.estates.rows[id_]
    return {
        "estateId": id_,
        "estateExternalNo": row["objektnr_extern"],
        "estateStreet": f"{row['strasse']} {row['hausnummer']}".strip(),
        "estateCity": row["ort"],
        "estateOwner": office.store.owners_name(id_),
    }
