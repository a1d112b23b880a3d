"""Records of the invented org, and mails put on them."""

from __future__ import annotations

from typing import Any

import httpx

from tests.sandbox.vendorbox import VendorBox

CARTER, KARTER = "5725767000000412001", "5725767000000412002"
BRIGHTWATER, FIT_OUT, CAR_PARK = "5725767000000411001", "5725767000000413001", "5725767000000413002"
ANNA, BEN = "5725767000000410001", "5725767000000410002"
CONTACTS_MODULE, DEALS_MODULE = "5725767000000002179", "5725767000000002181"
ASSOCIATE = f"Deals/{FIT_OUT}/actions/associate_email"
MEGABYTE = 1024 * 1024


def mail(**change: Any) -> dict[str, Any]:
    """A mail that associate_email takes; a change to None leaves the key out."""
    item: dict[str, Any] = {
        "from": {"user_name": "Emily Carter", "email": "emily.carter@brightwater.example"},
        "to": [{"user_name": "Ben Okafor", "email": "ben.okafor@nordlicht.example"}],
        "subject": "Brightwater office fit-out – revised quote",
        "content": "<p>Thanks for the quote &amp; the drawings ☃</p>",
        "mail_format": "html",
        "date_time": "2026-03-04T06:42:12+00:00",
        "sent": False,
        "original_message_id": "<CAF+bright.0421@mail.brightwater.example>",
    }
    item |= change
    return {key: value for key, value in item.items() if value is not None}


def put(box: VendorBox, path: str = ASSOCIATE, /, **change: Any) -> httpx.Response:
    return box.zoho("POST", path, json={"Emails": [mail(**change)]})


def upload(box: VendorBox, *files: tuple[str, bytes], **query: str) -> httpx.Response:
    return box.zoho("POST", "files", files=[("file", file) for file in files], params=query)
