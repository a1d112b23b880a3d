"""What Zoho's pages leave open or contradict each other on, settled on a real account by calls that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from bot.crm.port import Check, CRMError
from bot.crm.zoho import mapping
from bot.crm.zoho.advice import failed
from bot.crm.zoho.checks import ACCESS, granted
from bot.crm.zoho.client import V8, Client
from bot.crm.zoho.errors import Kind, ZohoError
from bot.crm.zoho.metadata import Metadata
from bot.crm.zoho.querying import FEWER_ROWS, ROWS
from bot.language import Sentence, sentence

NOBODYS_ID = "1"
NO_MAIL = "<linkbot-probe@linkbot.invalid>"
RECORDS_LOOKED_AT = 10
# Answers after which a question is as open as before.
OPEN = frozenset({"zoho.probe.none_shown", "zoho.probe.no_contacts", "zoho.probe.nothing_to_read"})


def probe(client: Client) -> list[Check]:
    """A line for each open question. Never raises."""
    try:
        client.token()
    except CRMError as error:  # said once; asking for a token with each question would use up what Zoho allows
        return [failed(ACCESS, error)]
    lines: list[Check] = []
    for name, settled in QUESTIONS:
        try:
            detail = settled(client)
            lines.append(Check(name, ok=True, detail=detail, told=detail.id not in OPEN))
        except CRMError as error:
            lines.append(failed(name, error))
    return lines + granted(client)


def modules(client: Client) -> Sentence:
    found = Metadata(client).modules()
    own = [module.api_name for module in found.values() if module.own and module.usable]
    lacking = [module for module in mapping.STANDARD if module not in found or not found[module].usable]
    none = sentence("doctor.none")
    return sentence("zoho.probe.own_modules", own=", ".join(own) or none, lacking=", ".join(lacking) or none)


def version_8(client: Client) -> Sentence:
    client.get("org", version=V8)
    return sentence("zoho.probe.deals_removable")


def mails_shown(client: Client) -> Sentence:
    """Whether a record's list shows mails to the bot's user, and without an owner being named."""
    contacts = client.get(mapping.CONTACTS, {"fields": "id", "per_page": str(RECORDS_LOOKED_AT)}).items("data")
    for number, contact in enumerate(contacts, start=1):
        shown = client.get(f"{mapping.CONTACTS}/{contact['id']}/Emails").items("Emails")
        if shown:
            return sentence("zoho.probe.shown", mails=len(shown), number=number)
    return sentence("zoho.probe.none_shown", contacts=len(contacts)) if contacts else sentence("zoho.probe.no_contacts")


def link_call(module: str, client: Client) -> Sentence:
    """Asked by the wrong method and for no record: where the call exists, the rule about methods answers."""
    try:
        client.get(f"{module}/{NOBODYS_ID}/actions/associate_email")
    except CRMError as error:
        if not _answers(error):
            raise
        documented = error.code == "INVALID_REQUEST_METHOD"
        return sentence(
            "zoho.probe.answered_as_documented" if documented else "zoho.probe.answered_by", code=error.code
        )
    return sentence("zoho.probe.answered")


def known_by_message_id(client: Client) -> Sentence:
    """A call that only Zoho's OpenAPI files have; its parameter is misspelt there."""
    try:
        answer = client.get("actions/email_available", {"orginal_message_id": NO_MAIL}, version=V8)
    except CRMError as error:
        if not _answers(error):
            raise
        return sentence("zoho.probe.not_offered", code=error.code)
    return sentence("zoho.probe.offered", answer=str(answer.body.get("available")))


def counted(client: Client) -> Sentence:
    """A call that only Zoho's own clients have."""
    try:
        answer = client.get(f"{mapping.CONTACTS}/actions/count")
    except CRMError as error:
        if not _answers(error):
            raise
        return sentence("zoho.probe.not_counted", code=error.code)
    return sentence("zoho.probe.contacts", number=str(answer.body.get("count")))


def query_rows(client: Client) -> Sentence:
    text = f"select id from {mapping.CONTACTS} where id > '1' order by id asc limit {{}}"  # noqa: S608 - COQL
    try:
        rows, answer = ROWS, client.query(text.format(ROWS))
    except CRMError as error:
        if not _answers(error):
            raise
        rows, answer = FEWER_ROWS, client.query(text.format(FEWER_ROWS))
    read = len(answer.items("data"))
    return sentence("zoho.probe.at_once", rows=rows, read=read) if read else sentence("zoho.probe.nothing_to_read")


def nothing_new(client: Client) -> Sentence:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    answer = client.get(mapping.CONTACTS, {"fields": "id", "per_page": "1"}, {"If-Modified-Since": now})
    return sentence("zoho.probe.status", status=answer.status)


def record_gone(client: Client) -> Sentence:
    try:
        answer = client.get(f"{mapping.CONTACTS}/{NOBODYS_ID}")
    except CRMError as error:
        if not _answers(error):
            raise
        return sentence("zoho.probe.error", code=error.code)
    return sentence("zoho.probe.status", status=answer.status)


def _answers(error: CRMError) -> bool:
    """Whether a refusal is an answer: one for lack of access, or a passing fault, leaves the question open."""
    return isinstance(error, ZohoError) and error.permanent and error.kind is not Kind.CREDENTIALS


QUESTIONS: Sequence[tuple[Sentence, Callable[[Client], Sentence]]] = (
    (sentence("zoho.probe.modules"), modules),
    (sentence("zoho.probe.version_8"), version_8),
    (sentence("zoho.probe.mails_shown"), mails_shown),
    (sentence("zoho.probe.contacts_linked"), partial(link_call, mapping.CONTACTS)),
    (sentence("zoho.probe.deals_linked"), partial(link_call, mapping.DEALS)),
    (sentence("zoho.probe.message_id"), known_by_message_id),
    (sentence("zoho.probe.counted"), counted),
    (sentence("zoho.probe.rows"), query_rows),
    (sentence("zoho.probe.nothing_new"), nothing_new),
    (sentence("zoho.probe.record_gone"), record_gone),
)
