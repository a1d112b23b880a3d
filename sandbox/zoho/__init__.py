"""A stand-in for Zoho CRM's API, written from its public documentation."""

from sandbox.zoho.part import Client, ZohoPart

__all__ = ["Client", "ZohoPart"]
