"""Zoho's token endpoint, and what a token allows.

https://www.zoho.com/crm/developer/docs/api/v8/access-refresh.html , …/token-validity.html , …/scopes.html
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.zoho.errors import ZohoError

LIFETIME = 3600
MAX_ACTIVE = 15
MAX_ISSUED, ISSUED_WITHIN = 10, 600
CODE_LIFETIME = 180

SCOPES = (
    *("ZohoCRM.modules.ALL", "ZohoCRM.modules.emails.ALL", "ZohoCRM.files.CREATE", "ZohoCRM.files.READ"),
    *("ZohoCRM.users.READ", "ZohoCRM.org.READ", "ZohoCRM.settings.modules.READ", "ZohoCRM.settings.fields.READ"),
    *("ZohoCRM.settings.layouts.READ", "ZohoCRM.coql.READ", "ZohoSearch.securesearch.READ"),
)

Reply = tuple[int, dict[str, object]]


@dataclass
class Grant:
    """What one refresh token stands for: a user's consent to some scopes, and the access tokens made from it."""

    user: str
    scopes: tuple[str, ...] = SCOPES
    active: deque[tuple[str, float]] = field(default_factory=deque)
    issued: deque[float] = field(default_factory=deque)

    def allows(self, scope: str) -> bool:
        """Whether one of the scopes covers the wanted one: the same, `ALL` of it, or `modules.ALL` for a module (but
        not for its e-mails, which need a scope of their own)."""
        area, _, operation = scope.lower().rpartition(".")
        for given in self.scopes:
            given_area, _, given_operation = given.lower().rpartition(".")
            if given_operation not in ("all", operation):
                continue
            if given_area == area:
                return True
            within_modules = given_area == "zohocrm.modules" and area.startswith("zohocrm.modules.")
            if within_modules and area != "zohocrm.modules.emails":
                return True
        return False


class Accounts:
    """The accounts server: one client, its codes and refresh tokens."""

    def __init__(self, client_id: str, client_secret: str, api_domain: str, clock: Callable[[], float]) -> None:
        self._client = client_id, client_secret
        self._api_domain = api_domain
        self._clock = clock
        self._codes: dict[str, tuple[Grant, float]] = {}
        self.grants: dict[str, Grant] = {}

    def new_code(self, user: str, scopes: tuple[str, ...] = SCOPES) -> str:
        """A code as the self client of the API console makes one: good once, for three minutes."""
        code = f"1000.{secrets.token_hex(16)}"
        self._codes[code] = Grant(user, scopes), self._clock() + CODE_LIFETIME
        return code

    def token(self, asked: Mapping[str, str]) -> Reply:
        """Answer POST /oauth/v2/token. Errors are flat and come with status 200, except the throttle's."""
        client_id, client_secret = self._client
        if asked.get("client_id") != client_id:
            return 200, {"error": "invalid_client"}
        if asked.get("client_secret") != client_secret:
            return 200, {"error": "invalid_client_secret"}
        if asked.get("grant_type") == "refresh_token":
            grant = self.grants.get(asked.get("refresh_token", ""))
            return self._issue(grant, {}) if grant else (200, {"error": "invalid_code"})
        if asked.get("grant_type") == "authorization_code":
            made, until = self._codes.pop(asked.get("code", ""), (None, 0.0))
            if made is None or until < self._clock():
                return 200, {"error": "invalid_code"}
            refresh_token = f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
            self.grants[refresh_token] = made
            return self._issue(made, {"refresh_token": refresh_token})
        return 200, {"error": "unsupported_grant_type"}

    def revoke(self, refresh_token: str) -> Reply:
        if self.grants.pop(refresh_token, None) is None:
            return 400, {"error": "invalid_token"}
        return 200, {"status": "success"}

    def grant_of(self, authorization: str | None, needed: Iterable[str]) -> Grant:
        """The grant behind an Authorization header that allows all of `needed`. Raises ZohoError 401."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme != "Zoho-oauthtoken" or not token:
            raise ZohoError(401, "AUTHENTICATION_FAILURE", "Authentication failed")
        now = self._clock()
        for grant in self.grants.values():
            if any(token == active and until > now for active, until in grant.active):
                if not all(map(grant.allows, needed)):
                    raise ZohoError(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL")
                return grant
        raise ZohoError(401, "INVALID_TOKEN", "invalid oauth token")

    def _issue(self, grant: Grant, more: Mapping[str, object]) -> Reply:
        now = self._clock()
        while grant.issued and grant.issued[0] <= now - ISSUED_WITHIN:
            grant.issued.popleft()
        if len(grant.issued) >= MAX_ISSUED:
            return 400, {
                "error_description": "You have made too many requests continuously. Please try again after some time.",
                "error": "Access Denied",
                "status": "failure",
            }
        grant.issued.append(now)
        token = f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
        grant.active.append((token, now + LIFETIME))
        while len(grant.active) > MAX_ACTIVE:
            grant.active.popleft()
        return 200, {
            "access_token": token,
            **more,
            "scope": " ".join(grant.scopes),
            "api_domain": self._api_domain,
            "token_type": "Bearer",
            "expires_in": LIFETIME,
        }
