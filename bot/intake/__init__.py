"""From an arrival to a card: a mail is written down, read, matched, and shown in its thread.

Imports `bot.proposals` and the floors below it; knows nothing of `bot.linking`, which begins with a press.
"""

from bot.intake.held_back import HeldBack
from bot.intake.in_the_way import Looking
from bot.intake.incoming import Incoming
from bot.intake.mail_to_card import Proposing
from bot.intake.mail_to_proposal import MailToProposal
from bot.intake.mail_words import words_of
from bot.intake.waking import Waker
from bot.intake.workers import Workers

__all__ = [
    "HeldBack",
    "Incoming",
    "Looking",
    "MailToProposal",
    "Proposing",
    "Waker",
    "Workers",
    "words_of",
]
