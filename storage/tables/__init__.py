"""The tables, a module for each group. Mail text is never in clear here: columns named `sealed_*` hold what
`storage.vault` encrypted."""

from storage.tables.arrivals import Arrival, ArrivalState
from storage.tables.attempts import Link, LinkCall, Target, Work
from storage.tables.bundles import Bundle, BundleMail
from storage.tables.channels import ChannelSetting
from storage.tables.charts import Chart
from storage.tables.columns import NAMING, UtcDateTime, now
from storage.tables.connections import FirstRun, Mailbox, Outage, VendorToken
from storage.tables.creations import Creation, CreationState, InterestState
from storage.tables.directory import DirectoryRecord, StaffMember, SyncState
from storage.tables.installations import Installation, OAuthState
from storage.tables.lessons import Alias, Lesson
from storage.tables.proposals import HELD_FOR_NOBODY, RETRIABLE, UNDER_WAY, Candidate, Proposal, ProposalState
from storage.tables.subscriptions import Subscription
from storage.tables.wakings import Waking

__all__ = [
    "HELD_FOR_NOBODY",
    "NAMING",
    "RETRIABLE",
    "UNDER_WAY",
    "Alias",
    "Arrival",
    "ArrivalState",
    "Bundle",
    "BundleMail",
    "Candidate",
    "ChannelSetting",
    "Chart",
    "Creation",
    "CreationState",
    "DirectoryRecord",
    "FirstRun",
    "Installation",
    "InterestState",
    "Lesson",
    "Link",
    "LinkCall",
    "Mailbox",
    "OAuthState",
    "Outage",
    "Proposal",
    "ProposalState",
    "StaffMember",
    "Subscription",
    "SyncState",
    "Target",
    "UtcDateTime",
    "VendorToken",
    "Waking",
    "Work",
    "now",
]
