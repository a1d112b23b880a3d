"""What a proposal is: what is picked beforehand, what became of each record, what can be undone, how it is shown.

Reads and decides; all that it changes is what is shown (`Showing`). Imports `bot.directory` and the floors below it.
"""

from bot.proposals.bundles import bundle_view, is_sure
from bot.proposals.contents import Contents, files_of, going_along
from bot.proposals.creations import draft_of_creation
from bot.proposals.outcomes import (
    DONE,
    FILED,
    MAIL_NOT_FOUND,
    NOT_UNDONE,
    UNCERTAIN,
    candidate_ref,
    failed,
    link_ref,
    told,
)
from bot.proposals.picks import choose, picks_mark
from bot.proposals.showing import Showing
from bot.proposals.undoing import Undoing, done
from bot.proposals.view import ProposalReader, evidence_to_json, in_zone

__all__ = [
    "DONE",
    "FILED",
    "MAIL_NOT_FOUND",
    "NOT_UNDONE",
    "UNCERTAIN",
    "Contents",
    "ProposalReader",
    "Showing",
    "Undoing",
    "bundle_view",
    "candidate_ref",
    "choose",
    "done",
    "draft_of_creation",
    "evidence_to_json",
    "failed",
    "files_of",
    "going_along",
    "in_zone",
    "is_sure",
    "link_ref",
    "picks_mark",
    "told",
]
