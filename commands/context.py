"""What the listeners to buttons and windows work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.connections import Channels
from bot.creation import Creating
from bot.intake import Proposing
from bot.linking import Asking, Counting, Linking, Listing, Morning, Picking, Searching, Together
from commands.languages import Languages
from commands.private_cards import PrivateCards
from commands.rights import Rights
from commands.seals import Seals


@dataclass(frozen=True, slots=True)
class Context:
    linking: Linking
    asking: Asking
    listing: Listing
    counting: Counting
    searching: Searching
    picking: Picking
    proposing: Proposing
    together: Together
    morning: Morning
    creating: Creating
    rights: Rights
    seals: Seals
    languages: Languages
    private: PrivateCards
    channels: Channels
    labels: Mapping[str, str]  # of the connected CRMs
    mailboxes: Callable[[], list[str]]  # the addresses of those that are looked into
