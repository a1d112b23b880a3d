"""What `linkbot doctor` asks Zoho."""

from __future__ import annotations

from bot.crm.port import Check, CRMError
from bot.crm.zoho.client import Client
from bot.crm.zoho.directory import Directory


def checks(client: Client, directory: Directory) -> list[Check]:
    """Sign-in, users, and the modules one by one. Never raises. Whether mails may be associated shows only when one
    is; the permission for it is named here so that it isn't forgotten."""
    lines: list[Check] = []
    for name, path, params in (
        ("Zoho CRM access", "org", {}),
        ("Zoho CRM users", "users", {"type": "CurrentUser"}),
    ):
        lines.append(_check(client, name, path, params))
        if not lines[-1].ok and name == "Zoho CRM access" and lines[-1].detail != "code OAUTH_SCOPE_MISMATCH":
            return lines
    lines += [
        _check(client, f"Zoho CRM {module}", module, {"fields": "id", "per_page": "1"}) for module in directory.modules
    ]
    return lines


def _check(client: Client, name: str, path: str, params: dict[str, str]) -> Check:
    try:
        answer = client.get(path, params)
    except CRMError as error:
        return Check(name, ok=False, detail=f"code {error.code}", remedy=error.message)
    organisation = next((str(item.get("company_name") or "") for item in answer.items("org")), "")
    return Check(name, ok=True, detail=organisation or ("empty" if answer.empty else "readable"))
