"""What `linkbot doctor` asks Zoho."""

from __future__ import annotations

from dataclasses import replace

from bot.crm.port import Check, CRMError
from bot.crm.zoho import errors, mapping, scopes
from bot.crm.zoho.advice import CONNECT, failed
from bot.crm.zoho.client import CREDITS_KEPT, Client
from bot.crm.zoho.creating import KINDS, Creator
from bot.crm.zoho.directory import Directory
from bot.crm.zoho.form import REF_FIELD
from bot.crm.zoho.users import Users
from bot.language import SILENCE, Sentence, enumerated, plain, sentence

PERMISSIONS = sentence("zoho.check.permissions")
ACCESS = sentence("zoho.check.access")
USERS = sentence("zoho.check.users")
CALLS_LEFT = sentence("zoho.check.calls_left")


def checks(client: Client, directory: Directory, users: Users, creator: Creator) -> list[Check]:
    """Sign-in, scopes, users, the modules one by one, what is created, and today's credits. Never raises."""
    try:
        lines = [_company(client)]
    except CRMError as error:
        lines = [failed(ACCESS, error)]
        if error.code != errors.SCOPE:
            return lines
    lines += granted(client)
    lines += _contents(client, directory, users)
    lines += creation(creator, directory)
    if any(line.name == PERMISSIONS and not line.ok for line in lines):
        # Said once, with the list of what is missing.
        lines = [
            replace(line, remedy=SILENCE) if line.name != PERMISSIONS and line.remedy == CONNECT else line
            for line in lines
        ]
    return lines


def _contents(client: Client, directory: Directory, users: Users) -> list[Check]:
    lines = [_users(users)]
    try:
        in_use = directory.in_use()
    except CRMError as error:
        return [*lines, failed(sentence("zoho.check.modules"), error)]
    for module in directory.modules:
        name = _name(module)
        if module in in_use and not directory.takes_mails(module):
            lines.append(Check(name, False, sentence("zoho.check.no_mails"), sentence("zoho.check.take_it_out")))
        elif module in in_use:
            lines.append(_module(client, module))
        elif module in mapping.STANDARD:
            lines.append(Check(name, ok=True, detail=sentence("zoho.check.not_in_use")))
        else:
            detail, remedy = sentence("zoho.check.not_there"), sentence("zoho.check.check_module")
            lines.append(Check(name, ok=False, detail=detail, remedy=remedy))
    return [*lines, credits_left(client)]


def creation(creator: Creator, directory: Directory) -> list[Check]:
    """Whether creations can be told apart by a unique field, and which role an interested contact gets. Neither is
    needed, so that neither is a fault. Never raises."""
    name = sentence("zoho.check.creating")
    try:
        there = [kind for kind in KINDS if kind in directory.in_use()]
        without = [kind for kind in there if not creator.descriptions.of(kind).has_ref]
    except CRMError as error:
        return [failed(name, error)]
    best = sentence("zoho.check.unique_name", field=REF_FIELD)
    if without:
        best = sentence("zoho.check.no_unique_name", kinds=", ".join(without), field=REF_FIELD)
    lines = [Check(name, ok=True, detail=best)]
    if mapping.DEALS in directory.in_use() and mapping.CONTACTS in there:
        told = True
        try:
            detail = plain(creator.roles.role()[1])
        except CRMError as error:
            told = error.code == "no role"
            detail = error.message if told else sentence("onoffice.check.cannot_tell")
        lines.append(Check(sentence("zoho.check.role"), ok=True, detail=detail, told=told))
    return lines


def _company(client: Client) -> Check:
    """Whose Zoho CRM it is. Raises CRMError."""
    company = next((str(item.get("company_name") or "") for item in client.get("org").items("org")), "")
    return Check(ACCESS, ok=True, detail=plain(company) or sentence("zoho.check.there"))


def _name(module: str) -> Sentence:
    return sentence("zoho.check.module", module=module)


def _module(client: Client, module: str) -> Check:
    name = _name(module)
    try:
        answer = client.get(module, {"fields": "id", "per_page": "1"})
    except CRMError as error:
        return failed(name, error)
    return Check(name, ok=True, detail=sentence("zoho.check.empty" if answer.empty else "zoho.check.readable"))


def granted(client: Client) -> list[Check]:
    """Whether the access has all scopes; nothing where Zoho doesn't tell them."""
    try:
        given = client.token().scopes
    except CRMError as error:
        return [failed(PERMISSIONS, error)]
    if not given:
        return []
    lacking = scopes.missing(given)
    if not lacking:
        return [Check(PERMISSIONS, ok=True, detail=sentence("doctor.complete"))]
    wanted = enumerated(map(scopes.explained, lacking), by="enumerated.semicolon")
    return [Check(PERMISSIONS, ok=False, detail=sentence("doctor.missing", names=wanted), remedy=CONNECT)]


def credits_left(client: Client) -> Check:
    """Zoho tells the number once half of a day's calls are used."""
    left = client.credits
    if left is None:
        return Check(CALLS_LEFT, ok=True, detail=sentence("zoho.check.more_than_half"))
    enough = left >= CREDITS_KEPT
    remedy = SILENCE if enough else sentence("zoho.check.refreshed_less")
    return Check(CALLS_LEFT, ok=enough, detail=plain(str(left)), remedy=remedy)


def _users(users: Users) -> Check:
    try:
        team = users.team()
    except CRMError as error:
        return failed(USERS, error)
    me = team.me
    if me is None:
        return Check(USERS, ok=True, detail=plain(str(len(team.users))))
    works_as = "zoho.check.administrator" if me.admin else "zoho.check.no_administrator"
    return Check(USERS, ok=True, detail=sentence(works_as, number=len(team.users), name=me.name))
