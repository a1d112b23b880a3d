"""The CRMs: `port` says what any of them must offer, each folder is one vendor, `registry` builds them.

Imports `bot.mail` and `bot.records` only. The vendors' folders and the registry are doors of their own, for only what
opens or connects a CRM needs them.
"""

from bot.crm.cursor import is_full
from bot.crm.port import (
    CRM,
    OCCUPIED,
    Capabilities,
    Check,
    CRMError,
    LinkState,
    Outcome,
    Page,
    Receipt,
    VendorRequest,
)

__all__ = [
    "CRM",
    "OCCUPIED",
    "CRMError",
    "Capabilities",
    "Check",
    "LinkState",
    "Outcome",
    "Page",
    "Receipt",
    "VendorRequest",
    "is_full",
]
