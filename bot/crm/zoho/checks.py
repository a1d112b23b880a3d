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
from bot.language import words

PERMISSIONS = "Zoho CRM permissions"


def checks(client: Client, directory: Directory, users: Users, creator: Creator) -> list[Check]:
    """Sign-in, scopes, users, the modules one by one, what is created, and today's credits. Never raises."""
    name = "Zoho CRM access"
    try:
        lines = [_company(client, name)]
    except CRMError as error:
        lines = [failed(name, error)]
        if error.code != errors.SCOPE:
            return lines
    lines += granted(client)
    lines += _contents(client, directory, users)
    lines += creation(creator, directory)
    if any(line.name == PERMISSIONS and not line.ok for line in lines):
        # Said once, with the list of what is missing.
        lines = [
            replace(line, remedy="") if line.name != PERMISSIONS and line.remedy == CONNECT else line for line in lines
        ]
    return lines


def _contents(client: Client, directory: Directory, users: Users) -> list[Check]:
    lines = [_users(users)]
    try:
        in_use = directory.in_use()
    except CRMError as error:
        return [*lines, failed("Zoho CRM modules", error)]
    for module in directory.modules:
        if module in in_use and not directory.takes_mails(module):
            remedy = "Take it out of ZOHO_MODULES."
            lines.append(Check(f"Zoho CRM {module}", False, "Zoho takes no mails onto records of this kind", remedy))
        elif module in in_use:
            lines.append(_module(client, module))
        elif module in mapping.STANDARD:
            lines.append(Check(f"Zoho CRM {module}", ok=True, detail="not in use in this Zoho CRM"))
        else:
            remedy = (
                "Check the name in ZOHO_MODULES (the API name), and that Linkbot's user in Zoho CRM sees the module."
            )
            lines.append(Check(f"Zoho CRM {module}", ok=False, detail="not there", remedy=remedy))
    return [*lines, credits_left(client)]


def creation(creator: Creator, directory: Directory) -> list[Check]:
    """Whether creations can be told apart by a unique field, and which role an interested contact gets. Neither is
    needed, so that neither is a fault. Never raises."""
    name = "Zoho CRM creating"
    try:
        there = [kind for kind in KINDS if kind in directory.in_use()]
        without = [kind for kind in there if not creator.descriptions.of(kind).has_ref]
    except CRMError as error:
        return [failed(name, error)]
    best = f"each creation has a unique name ({REF_FIELD}), so that Zoho itself refuses it a second time"
    if without:
        best = (
            f"{', '.join(without)} without a unique field {REF_FIELD}: Linkbot looks before and after each creation. "
            "With one (a single line, no duplicate values) Zoho itself refuses the same creation a second time"
        )
    lines = [Check(name, ok=True, detail=best)]
    if mapping.DEALS in directory.in_use() and mapping.CONTACTS in there:
        try:
            detail = creator.roles.role()[1]
        except CRMError as error:
            detail = words()(error.message) if error.code == "no role" else "can't be told"
        lines.append(Check("Zoho CRM role of the interested", ok=True, detail=detail))
    return lines


def _company(client: Client, name: str) -> Check:
    """Whose Zoho CRM it is. Raises CRMError."""
    company = next((str(item.get("company_name") or "") for item in client.get("org").items("org")), "")
    return Check(name, ok=True, detail=company or "there")


def _module(client: Client, module: str) -> Check:
    name = f"Zoho CRM {module}"
    try:
        answer = client.get(module, {"fields": "id", "per_page": "1"})
    except CRMError as error:
        return failed(name, error)
    return Check(name, ok=True, detail="empty" if answer.empty else "readable")


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
        return [Check(PERMISSIONS, ok=True, detail="complete")]
    wanted = "; ".join(f"{scope} ({scopes.SCOPES[scope]})" for scope in lacking)
    return [Check(PERMISSIONS, ok=False, detail=f"missing: {wanted}", remedy=CONNECT)]


def credits_left(client: Client) -> Check:
    """Zoho tells the number once half of a day's calls are used."""
    left = client.credits
    if left is None:
        return Check("Zoho CRM calls left today", ok=True, detail="more than half")
    remedy = "" if left >= CREDITS_KEPT else "The directory is refreshed less until there are more; linking goes on."
    return Check("Zoho CRM calls left today", ok=left >= CREDITS_KEPT, detail=str(left), remedy=remedy)


def _users(users: Users) -> Check:
    try:
        team = users.team()
    except CRMError as error:
        return failed("Zoho CRM users", error)
    me = team.me
    if me is None:
        return Check("Zoho CRM users", ok=True, detail=f"{len(team.users)}")
    may = (
        "an administrator, may file mails as a colleague's"
        if me.admin
        else "no administrator: all mails are filed as its own"
    )
    return Check("Zoho CRM users", ok=True, detail=f"{len(team.users)}; Linkbot works as {me.name}, {may}")
