"""What Zoho's pages leave open or contradict each other on, settled on a real account by calls that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType

from bot.crm.port import Check, CRMError
from bot.crm.zoho import mapping
from bot.crm.zoho.advice import failed
from bot.crm.zoho.checks import granted
from bot.crm.zoho.client import V8, Client
from bot.crm.zoho.errors import Kind, ZohoError
from bot.crm.zoho.metadata import Metadata
from bot.crm.zoho.querying import FEWER_ROWS, ROWS

NOBODYS_ID = "1"
NO_MAIL = "<linkbot-probe@linkbot.invalid>"
RECORDS_LOOKED_AT = 10


def probe(client: Client) -> list[Check]:
    """A line for each open question. Never raises."""
    try:
        client.token()
    except CRMError as error:  # said once; asking for a token with each question would use up what Zoho allows
        return [failed("Zoho CRM access", error)]
    lines: list[Check] = []
    for subject, settled in QUESTIONS.items():
        name = f"Zoho CRM probe, {subject}"
        try:
            lines.append(Check(name, ok=True, detail=settled(client)))
        except CRMError as error:
            lines.append(failed(name, error))
    return lines + granted(client)


def modules(client: Client) -> str:
    found = Metadata(client).modules()
    own = [module.api_name for module in found.values() if module.own and module.usable]
    lacking = [module for module in mapping.STANDARD if module not in found or not found[module].usable]
    return f"own ones for ZOHO_MODULES: {', '.join(own) or 'none'}; not in use: {', '.join(lacking) or 'none'}"


def version_8(client: Client) -> str:
    client.get("org", version=V8)
    return "there: a deal can be taken off a contact's mail again"


def mails_shown(client: Client) -> str:
    """Whether a record's list shows mails to the bot's user, and without an owner being named."""
    contacts = client.get(mapping.CONTACTS, {"fields": "id", "per_page": str(RECORDS_LOOKED_AT)}).items("data")
    for number, contact in enumerate(contacts, start=1):
        shown = client.get(f"{mapping.CONTACTS}/{contact['id']}/Emails").items("Emails")
        if shown:
            return f"yes, {len(shown)} at the {number}. contact that was looked at"
    return f"none at {len(contacts)} contacts; where none is ever shown, a link is said to be not verifiable"


def link_call(module: str, client: Client) -> str:
    """Asked by the wrong method and for no record: where the call exists, the rule about methods answers."""
    try:
        client.get(f"{module}/{NOBODYS_ID}/actions/associate_email")
    except CRMError as error:
        if not _answers(error):
            raise
        documented = ", as documented" if error.code == "INVALID_REQUEST_METHOD" else ""
        return f"a reading call is answered {error.code}{documented}"
    return "a reading call is answered"


def known_by_message_id(client: Client) -> str:
    """A call that only Zoho's OpenAPI files have; its parameter is misspelt there."""
    try:
        answer = client.get("actions/email_available", {"orginal_message_id": NO_MAIL}, version=V8)
    except CRMError as error:
        if not _answers(error):
            raise
        return f"not offered ({error.code}); Linkbot does without"
    return f"offered: says {answer.body.get('available')} of a mail that isn't there"


def counted(client: Client) -> str:
    """A call that only Zoho's own clients have."""
    try:
        answer = client.get(f"{mapping.CONTACTS}/actions/count")
    except CRMError as error:
        if not _answers(error):
            raise
        return f"not offered ({error.code}); a sync then shows how many are read, and not of how many"
    return f"{answer.body.get('count')} contacts"


def query_rows(client: Client) -> str:
    text = f"select id from {mapping.CONTACTS} where id > '1' order by id asc limit {{}}"  # noqa: S608 - COQL
    try:
        rows, answer = ROWS, client.query(text.format(ROWS))
    except CRMError as error:
        if not _answers(error):
            raise
        rows, answer = FEWER_ROWS, client.query(text.format(FEWER_ROWS))
    return f"{rows} at once, going on from id to id works ({len(answer.items('data'))} read)"


def nothing_new(client: Client) -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    answer = client.get(mapping.CONTACTS, {"fields": "id", "per_page": "1"}, {"If-Modified-Since": now})
    return f"answered with {answer.status}"


def record_gone(client: Client) -> str:
    try:
        answer = client.get(f"{mapping.CONTACTS}/{NOBODYS_ID}")
    except CRMError as error:
        if not _answers(error):
            raise
        return f"answered as an error ({error.code})"
    return f"answered with {answer.status}"


def _answers(error: CRMError) -> bool:
    """Whether a refusal is an answer: one for lack of access, or a passing fault, leaves the question open."""
    return isinstance(error, ZohoError) and error.permanent and error.kind is not Kind.CREDENTIALS


QUESTIONS: Mapping[str, Callable[[Client], str]] = MappingProxyType(
    {
        "modules": modules,
        "version 8": version_8,
        "mails shown to Linkbot's user": mails_shown,
        "link call of contacts": partial(link_call, mapping.CONTACTS),
        "link call of deals": partial(link_call, mapping.DEALS),
        "mails known by their Message-ID": known_by_message_id,
        "records counted": counted,
        "rows of a query": query_rows,
        "nothing new": nothing_new,
        "a record that isn't there": record_gone,
    }
)
