"""A stand-in for onOffice's API, written from its public documentation."""

from sandbox.onoffice.api import Access
from sandbox.onoffice.part import OnOfficePart

__all__ = ["Access", "OnOfficePart"]
