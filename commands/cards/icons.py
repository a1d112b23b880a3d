"""The small pictures on a card: of what kind a record is, and what became of it. They are the same in each language."""

from __future__ import annotations

from bot.crm import Outcome
from bot.proposals import UNCERTAIN
from bot.records import Category

ICONS = {
    Category.PERSON: "👤",
    Category.COMPANY: "🏢",
    Category.PROPERTY: "🏠",
    Category.DEAL: "🤝",
    Category.OTHER: "📄",
}
MARKS = {
    Outcome.LINKED: "✅",
    Outcome.ALREADY: "✅",
    Outcome.NOTED: "📝",
    Outcome.UNLINKED: "↩️",
    Outcome.RESTORED: "✅",
    UNCERTAIN: "❓",
    "": "⏳",
}
FAILED = "❌"
UNVERIFIED = "☑️"
