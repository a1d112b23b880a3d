"""The CRMs: `port` says what any of them must offer, each folder is one vendor, `registry` builds them.

Imports `bot.mail`, `bot.records` and `bot.language` only. The vendors' folders and the registry are doors of their own,
for only what opens or connects a CRM needs them.
"""

from bot.crm.alike import folded as same_words
from bot.crm.alike import is_draft, left_out, reasons
from bot.crm.alike import phone_key as same_number
from bot.crm.clock import ahead as clock_ahead
from bot.crm.clock import wrong_clock
from bot.crm.creating import (
    Creator,
    Draft,
    Duplicate,
    DuplicateError,
    FieldError,
    Form,
    FormField,
    Input,
    Interest,
    Made,
    Option,
    Part,
    Reason,
)
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
    "Creator",
    "Draft",
    "Duplicate",
    "DuplicateError",
    "FieldError",
    "Form",
    "FormField",
    "Input",
    "Interest",
    "LinkState",
    "Made",
    "Option",
    "Outcome",
    "Page",
    "Part",
    "Reason",
    "Receipt",
    "VendorRequest",
    "clock_ahead",
    "is_draft",
    "is_full",
    "left_out",
    "reasons",
    "same_number",
    "same_words",
    "wrong_clock",
]
