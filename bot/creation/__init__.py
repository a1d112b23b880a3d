"""From "not found" to a linked record: what a mail tells as a draft, the durable creation, and what people press.

Imports `bot.linking` and the floors below it; knows nothing of `bot.intake`.
"""

from bot.creation.attempt import Tools
from bot.creation.presses import Creating
from bot.creation.sheets import About, End, Hit, Outcome, Sheet, Wish
from bot.creation.workflow import CreationWorkflow

__all__ = ["About", "Creating", "CreationWorkflow", "End", "Hit", "Outcome", "Sheet", "Tools", "Wish"]
