"""The two ways an onOffice action is signed.

https://apidoc.onoffice.de/onoffice-api-request/request-elemente/action/#hmac
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

VALID_SECONDS = 120


def signature_v2(secret: str, token: str, timestamp: int, resourcetype: str, actionid: str) -> str:
    """Base64 of HMAC-SHA256 over the four values, one after the other. It covers neither parameters nor resourceid."""
    text = f"{timestamp}{token}{resourcetype}{actionid}"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


def signature_v1(secret: str, token: str, action: Mapping[str, Any]) -> str:
    """The old way, for actions without hmac_version: MD5 over parameters and attributes, lower-case hex."""
    parameters = action.get("parameters")
    if isinstance(parameters, dict):
        parameters = dict(sorted(parameters.items()))
    fields = {
        "accesstoken": token,
        "actionid": action.get("actionid"),
        "identifier": action.get("identifier"),
        "resourceid": action.get("resourceid"),
        "secret": secret,
        "timestamp": action.get("timestamp"),
        "type": action.get("resourcetype"),
    }
    joined = ",".join("" if value is None else str(value) for value in fields.values())
    # As PHP's json_encode writes it: no blanks, a backslash before each slash, \uXXXX for everything beyond ASCII.
    php_json = json.dumps(parameters, separators=(",", ":")).replace("/", "\\/")
    return _md5(secret + _md5(f"{php_json},{joined}"))


def is_signed(action: Mapping[str, Any], secret: str, token: str, timestamp: int) -> bool:
    given = action.get("hmac")
    if not isinstance(given, str):
        return False
    if "hmac_version" in action:
        if str(action["hmac_version"]) != "2":
            return False
        wanted = signature_v2(secret, token, timestamp, str(action["resourcetype"]), str(action["actionid"]))
    else:
        wanted = signature_v1(secret, token, action)
    return hmac.compare_digest(given.encode(), wanted.encode())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
