"""The mail that most tests link, and what onOffice says about it."""

from __future__ import annotations

from typing import Any

from tests.sandbox.vendorbox import HERO, INFO, VendorBox

LINK = {"emailidentity": INFO, "messageid": HERO, "uid": 101, "folder": "INBOX"}
LOOK = {"emailIdentity": INFO, "messageId": HERO, "uid": "101", "folder": "INBOX"}


def linked(box: VendorBox, **look: Any) -> tuple[list[int], list[int]]:
    """The ids of addresses and estates that emailInfo shows."""
    (record,) = box.records("get", "emailInfo", {**LOOK, **look})
    found = record["elements"]
    return [each["addressId"] for each in found["addresses"]], [each["estateId"] for each in found["estates"]]
