"""What only a real account can settle, found out with calls that read: `linkbot doctor --probe`.

onOffice's pages leave these open or contradict each other (README.md, "What only a real account can settle"). Each
question is asked for itself, so that one without an answer doesn't keep the others from theirs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.crm.onoffice import errors, mapping
from bot.crm.onoffice.activities import OFFICE_TIME, Activities
from bot.crm.onoffice.advice import failed
from bot.crm.onoffice.checks import (
    ACCESS,
    FIELDS,
    MAILBOX_IS_OPEN,
    NEEDED,
    NO_FOLDER,
    USUAL_INBOX_NAMES,
    activity,
    check_identity,
    nowhere,
)
from bot.crm.onoffice.client import Action, Client
from bot.crm.onoffice.directory import MODULES, RELATED, RELATION, Directory
from bot.crm.onoffice.errors import OnOfficeError
from bot.crm.onoffice.mails import INBOX, Mails, info, info_in_lower_case, older_info
from bot.crm.port import Check, CRMError
from bot.language import SILENCE, Sentence, enumerated, sentence

MOST_IDENTITIES = 20
NO_MAILBOX = sentence("onoffice.probe.assign_a_mailbox")

STAMP = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Tools:
    """What the questions are asked with."""

    client: Client
    mails: Mails
    directory: Directory
    activities: Activities
    identities: Sequence[str] = ()  # mailboxes that are known to be the API user's


def probe(use: Tools) -> list[Check]:
    """One line for each open question. Changes nothing, never raises."""
    try:
        use.client.one(Action("get", "users"))
    except CRMError as error:
        if not isinstance(error, OnOfficeError) or error.kind is errors.Kind.CREDENTIALS:
            return [failed(ACCESS, error)]  # said once, and not with each question
    lines: list[Check] = []
    for name, ask in QUESTIONS:
        try:
            lines += [replace(check, name=name) for check in ask(use)]
        except CRMError as error:
            lines.append(failed(name, error))
    return lines


def _several_calls(use: Tools) -> Iterator[Check]:
    """A write travels with a look before and a look after it, which only helps where one request holds them all."""
    look = Action("get", "users")
    whole = all(answer.error is None for answer in use.client.call([look, look, look]))
    yield _line(whole, sentence("onoffice.probe.together"), sentence("onoffice.probe.apart"))


def _mailbox(use: Tools) -> Iterator[Check]:
    """The calls about mails, tried with a mail that can't exist in a mailbox that the API user may use."""
    identity = _open_mailbox(use)
    if identity is None:
        yield Check(SILENCE, ok=False, detail=sentence("onoffice.probe.no_mailbox"), remedy=NO_MAILBOX)
        return
    place = nowhere(identity)
    begun = time.monotonic()
    camel = _understood(use, info(place, INBOX))
    seconds = time.monotonic() - begun
    yield Check(SILENCE, ok=True, detail=sentence("onoffice.probe.open", mailbox=identity, seconds=seconds))
    lower = _understood(use, info_in_lower_case(place, INBOX))
    older = _understood(use, older_info(place, INBOX))
    ways = [
        name
        for name, works in (
            (sentence("onoffice.probe.as_documented"), camel),
            (sentence("onoffice.probe.lower_case"), lower),
            (sentence("onoffice.probe.older"), older),
        )
        if works
    ]
    yield Check(
        SILENCE,
        bool(ways),
        sentence("onoffice.probe.told_by", calls=enumerated(ways) or sentence("onoffice.probe.no_call")),
        SILENCE if ways else NO_MAILBOX,
    )
    names = dict.fromkeys((*use.mails.inbox_names, *USUAL_INBOX_NAMES))
    taken = [name for name in names if _understood(use, info(place, name), folder=True)]
    known = bool(set(taken) & set(use.mails.inbox_names))
    yield Check(
        SILENCE,
        known,
        sentence("onoffice.check.inbox", names=", ".join(taken) or sentence("onoffice.probe.no_name")),
        SILENCE if known else NO_FOLDER,
    )


def _fields(use: Tools) -> Iterator[Check]:
    for module in MODULES:
        _, closed = use.directory.glance(module.kind)
        needed = NEEDED[module.kind].intersection(closed)
        found = sentence("onoffice.probe.fields_there", kind=module.kind)
        if closed:
            found = sentence("onoffice.probe.fields_missing", kind=module.kind, names=", ".join(closed))
        yield Check(SILENCE, not needed, found, FIELDS if needed else SILENCE)


def _order(use: Tools) -> Iterator[Check]:
    for module in MODULES:
        action = Action("read", module.kind, {"data": [module.changed], "listlimit": 1, **module.order})
        good, otherwise = (
            sentence("onoffice.probe.order", kind=module.kind),
            sentence("onoffice.probe.own_order", kind=module.kind),
        )
        yield _line(_works(use, action), good, otherwise)


def _change_dates(use: Tools) -> Iterator[Check]:
    """Which clock change dates are in: one that is ahead of UTC must be German."""
    ahead = [moment for module in MODULES if (moment := _newest(use, module.kind, module.changed)) is not None]
    utc = datetime.now(UTC).replace(tzinfo=None)
    office = datetime.now(OFFICE_TIME).replace(tzinfo=None)
    if not ahead:
        yield _open(sentence("onoffice.probe.no_dates"))
    elif max(ahead) > utc + timedelta(minutes=5):
        yield Check(SILENCE, ok=True, detail=sentence("onoffice.probe.german_time"))
    elif utc - max(ahead) < min(office - utc, timedelta(minutes=50)):
        yield Check(SILENCE, ok=True, detail=sentence("onoffice.probe.utc"))
    else:
        yield _open(sentence("onoffice.probe.ask_again"))


def _archived(use: Tools) -> Iterator[Check]:
    for kind, field in ((mapping.ADDRESS, "Status"), (mapping.ESTATE, "status")):
        everything = use.directory.some(kind).total
        archived = use.directory.some(kind, {field: [{"op": "=", "val": 0}]}).total
        yield Check(
            SILENCE,
            ok=True,
            detail=sentence("onoffice.probe.archived", kind=kind, archived=str(archived), everything=str(everything)),
        )


def _relations(use: Tools) -> Iterator[Check]:
    rows = use.directory.some(mapping.ESTATE).rows
    if not rows:
        yield _open(sentence("onoffice.probe.no_properties"))
        return
    for name in RELATED:
        asked = {"relationtype": RELATION + name, "parentids": [int(rows[0].id)]}
        works = _works(use, Action("get", "idsfromrelation", asked))
        good, otherwise = (
            sentence("onoffice.probe.relation", name=name),
            sentence("onoffice.probe.no_relation", name=name),
        )
        yield _line(works, good, otherwise)


def _log(use: Tools) -> Iterator[Check]:
    found = activity(use.activities)
    yield found
    words = {"Bemerkung": [{"op": "like", "val": "%linkbot-no-such-entry%"}]}
    look = Action("read", "agentslog", {"data": ["Nr", "Bemerkung"], "filter": words, "listlimit": 1})
    yield _line(_works(use, look), sentence("onoffice.probe.entries_found"), sentence("onoffice.probe.entries_lost"))


def _links_into(use: Tools) -> Iterator[Check]:
    rows = use.directory.some(mapping.ADDRESS).rows
    if not rows:
        yield _open(sentence("onoffice.probe.no_addresses"))
        return
    works = _works(use, Action("get", "getlink", {"recordId": int(rows[0].id)}, mapping.ADDRESS))
    yield _line(works, sentence("onoffice.probe.links"), sentence("onoffice.probe.no_links"))


QUESTIONS: tuple[tuple[Sentence, Callable[[Tools], Iterator[Check]]], ...] = (
    (sentence("onoffice.probe.several_calls"), _several_calls),
    (sentence("onoffice.probe.mailbox"), _mailbox),
    (sentence("onoffice.probe.fields"), _fields),
    (sentence("onoffice.probe.orders"), _order),
    (sentence("onoffice.probe.change_dates"), _change_dates),
    (sentence("onoffice.probe.archived_records"), _archived),
    (sentence("onoffice.probe.related_people"), _relations),
    (sentence("onoffice.check.activities"), _log),
    (sentence("onoffice.probe.links_into"), _links_into),
)


def _line(works: bool, good: Sentence, otherwise: Sentence) -> Check:
    """A finding; both answers are handled, so that neither is a failure."""
    return Check(SILENCE, ok=True, detail=good if works else otherwise)


def _open(why: Sentence) -> Check:
    """A question that this account does not settle."""
    return Check(SILENCE, ok=True, detail=why, told=False)


def _open_mailbox(use: Tools) -> str | None:
    """A mailbox that the API user may use: onOffice has no list of them, but users' addresses often are."""
    if use.identities:
        return use.identities[0]
    rows = use.client.one(Action("get", "users")).rows
    people = [person.address for row in rows if (person := mapping.participant(row)) and person.address]
    tried = list(dict.fromkeys(people))[:MOST_IDENTITIES]
    return next((address for address in tried if check_identity(use.client, address).ok), None)


def _understood(use: Tools, action: Action, *, folder: bool = False) -> bool:
    """Whether a question about a mail that can't exist was understood: it is missed, and nothing else is wrong. With
    `folder` it must be missed in a folder that is known."""
    try:
        use.client.one(action)
    except OnOfficeError as error:
        return error.number in (MAILBOX_IS_OPEN - errors.UNKNOWN_FOLDER if folder else MAILBOX_IS_OPEN)
    return True


def _works(use: Tools, action: Action) -> bool:
    try:
        use.client.one(action)
    except OnOfficeError as error:
        if error.permanent:
            return False
        raise
    return True


def _newest(use: Tools, kind: str, field: str) -> datetime | None:
    order: dict[str, Any] = (
        {"sortby": field, "sortorder": "DESC"} if kind == mapping.ADDRESS else {"sortby": {field: "DESC"}}
    )
    try:
        rows = use.client.one(Action("read", kind, {"data": [field], "listlimit": 1, **order})).rows
        return datetime.strptime(str(rows[0].elements.get(field)), STAMP) if rows else None  # noqa: DTZ007 - the zone is the question
    except (OnOfficeError, ValueError):
        return None
