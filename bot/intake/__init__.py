"""From an arrival to a card: a mail is written down, read, matched, and shown in its thread.

Imports `bot.proposals` and the floors below it; knows nothing of `bot.linking`, which begins with a press.
"""

from bot.intake.backlog import Backlog
from bot.intake.coming_together import Joining
from bot.intake.in_the_way import Looking
from bot.intake.incoming import Incoming
from bot.intake.mail_to_card import Proposing
from bot.intake.mail_words import words_of
from bot.intake.waking import Waker

__all__ = ["Backlog", "Incoming", "Joining", "Looking", "Proposing", "Waker", "words_of"]
