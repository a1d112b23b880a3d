"""From a press to a verified link, and back: presses, choosing by hand, the durable workflow, what a choice teaches.

Imports `bot.proposals` and the floors below it; knows nothing of `bot.intake`, which ends with the card.
"""

from bot.linking.answers import Answer, Choice, Reply
from bot.linking.by_hand import Asking
from bot.linking.counting import Counting, FiguresView, WeekView
from bot.linking.listing import CopyView, Listing, TaughtView
from bot.linking.lost_access import LostAccess, RefusedView
from bot.linking.morning import Morning, Reports
from bot.linking.outages import Watch
from bot.linking.picking import Picking
from bot.linking.presses import Linking
from bot.linking.searching import FoundView, Searching
from bot.linking.together import Bulk, Together, mark_of, marks
from bot.linking.workflow import LinkWorkflow

__all__ = [
    "Answer",
    "Asking",
    "Bulk",
    "Choice",
    "CopyView",
    "Counting",
    "FiguresView",
    "FoundView",
    "LinkWorkflow",
    "Linking",
    "Listing",
    "LostAccess",
    "Morning",
    "Picking",
    "RefusedView",
    "Reply",
    "Reports",
    "Searching",
    "TaughtView",
    "Together",
    "Watch",
    "WeekView",
    "mark_of",
    "marks",
]
