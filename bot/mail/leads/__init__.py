"""Enquiries as portals, forms and programs send them: a small reader a format, and one shape for what they say."""

from bot.mail.leads.enquiry import Enquiry, Value, ValueRole
from bot.mail.leads.enquiry import read as read_words
from bot.mail.leads.shape import Lead, Person, Property
from bot.mail.leads.structured import Structured
from bot.mail.leads.structured import kind_of as structured_kind
from bot.mail.leads.structured import read as read_structured

__all__ = [
    "Enquiry",
    "Lead",
    "Person",
    "Property",
    "Structured",
    "Value",
    "ValueRole",
    "read_structured",
    "read_words",
    "structured_kind",
]
