"""Which records of a CRM a mail mentions: normalise → index → find → weigh → decide."""

from bot.matching.matcher import Matcher, unmatched
from bot.matching.words import Evidence, Field, MailWords, Match, Thresholds

__all__ = ["Evidence", "Field", "MailWords", "Match", "Matcher", "Thresholds", "unmatched"]
