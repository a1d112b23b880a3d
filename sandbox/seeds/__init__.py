"""The invented world that every stand-in begins with: people, properties, deals and mails."""

from sandbox.seeds.inventing import invent_address, invent_contact, invent_estate
from sandbox.seeds.world import SeedMail, World

__all__ = ["SeedMail", "World", "invent_address", "invent_contact", "invent_estate"]
