"""Which records of a CRM a mail mentions: normalise → index → find → weigh → decide.

Pure functions of text and records: imports nothing of the bot but `bot.records`.
"""

from bot.matching.aliases import SURE_TIMES, alias_key
from bot.matching.leftover import not_found
from bot.matching.matcher import Matcher
from bot.matching.saved import UnusableIndexError
from bot.matching.words import Evidence, Field, MailWords, Match, Passage, PassageRole, Selection, Ticks

__all__ = [
    "SURE_TIMES", "Evidence", "Field", "MailWords", "Match", "Matcher", "Passage", "PassageRole", "Selection", "Ticks",
    "UnusableIndexError", "alias_key", "not_found",
]  # fmt: skip
