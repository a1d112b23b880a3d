"""What is open, what was linked and what was taught in a conversation, to be listed for who is in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.crm import CRM
from bot.linking.lost_access import RefusedView, standing
from bot.proposals import ProposalReader
from bot.surface import ProposalState, ProposalView
from storage.aliases import Aliases
from storage.directory import DirectoryStore
from storage.outages import Outages
from storage.proposals import Proposals
from storage.tables import RETRIABLE

DONE = (ProposalState.LINKED, ProposalState.PARTLY_LINKED)
PARKED = (ProposalState.PARKED,)


@dataclass(frozen=True, slots=True)
class TaughtView:
    """Words that people taught, and the name of the record that they mean."""

    alias_id: int
    words: str
    name: str
    times: int


@dataclass(frozen=True, slots=True)
class CopyView:
    """How a CRM's copy is: how many records, since when it is complete (None: not yet), and whether its vendor does not
    answer just now."""

    label: str
    records: int
    copied_at: datetime | None
    away: bool


class Listing:
    """Reads for lists; only to forget changes anything. Lists hold what came in the conversations that they are of."""

    def __init__(
        self,
        *,
        proposals: Proposals,
        reader: ProposalReader,
        aliases: Aliases,
        outages: Outages,
        store: DirectoryStore,
        crms: Mapping[str, CRM],
    ) -> None:
        self._proposals = proposals
        self._reader = reader
        self._aliases = aliases
        self._outages = outages
        self._store = store
        self._crms = crms

    def channels(self, team: str) -> list[str]:
        """The conversations in which mails are known."""
        return self._proposals.channels(team)

    def open(
        self, team: str, channels: Collection[str], most: int, user: str, *, anywhere: bool = False
    ) -> list[ProposalView]:
        """The mails of these conversations that wait for a person, the newest first; with those that `user` alone
        sees (`anywhere`: also from where they are not). Those to which nothing was found wait for a record."""
        found = self._proposals.in_channels(
            team, channels, RETRIABLE, most, user=user, anywhere=anywhere, unfound=False
        )
        return [self._reader.view(one) for one in found]

    def parked(
        self, team: str, channels: Collection[str], most: int, user: str, *, anywhere: bool = False
    ) -> list[ProposalView]:
        """The mails of these conversations that wait for a record, the newest first: nothing was found to them, or
        somebody put them off. Otherwise as `open`."""
        found = self._proposals.in_channels(team, channels, PARKED, most, user=user, anywhere=anywhere, unfound=True)
        return [self._reader.view(one) for one in found]

    def unlinked(self, team: str, channel: str, most: int, user: str) -> list[ProposalView]:
        """The mails of a conversation that somebody may want to link by hand, the newest first: those that wait for a
        person, and those to which nothing was found."""
        return [
            self._reader.view(one) for one in self._proposals.in_channels(team, [channel], RETRIABLE, most, user=user)
        ]

    def linked(
        self, team: str, channels: Collection[str], most: int, user: str, *, own: bool = False, anywhere: bool = False
    ) -> list[ProposalView]:
        """The mails of these conversations that are linked, what was decided last first; with `own` what this person
        decided. Otherwise as `open`."""
        by = user if own else ""
        found = self._proposals.in_channels(team, channels, DONE, most, by=by, user=user, anywhere=anywhere)
        return [self._reader.view(one) for one in found]

    def at(self, team: str, channel: str, user: str, *moments: str) -> ProposalView | None:
        """The mail whose message, thread or card is one of these in a conversation, as this person sees it; None where
        there is none."""
        found = self._proposals.at(team, channel, [one for one in moments if one], user)
        return self._reader.view(found) if found else None

    def taught(self, team: str, channels: Collection[str], user: str) -> list[TaughtView]:
        """What was taught in these conversations, and what this person taught anywhere; the newest first. What others
        taught elsewhere may hold words of mails that the person must not see."""
        here = self._aliases.taught_in(team, channels)
        return [
            TaughtView(alias.id, words, alias.record_name, alias.times)
            for alias, words in self._aliases.all()
            if alias.id is not None and (alias.id in here or alias.taught_by == user)
        ]

    def forget(self, team: str, channels: Collection[str], user: str, words: str) -> list[TaughtView]:
        """Forget what these words were taught to mean, of what this person is shown; gives what is forgotten."""
        wanted = words.casefold()
        gone = [one for one in self.taught(team, channels, user) if one.words.casefold() == wanted]
        for one in gone:
            self._aliases.forget(one.alias_id)
        return gone

    def forget_one(self, team: str, channels: Collection[str], user: str, alias_id: int) -> bool:
        """Forget one thing that this person is shown; False where there is no such."""
        shown = any(one.alias_id == alias_id for one in self.taught(team, channels, user))
        return shown and self._aliases.forget(alias_id)

    def refused(self) -> list[RefusedView]:
        """Who does not accept Linkbot's keys just now, and since when."""
        return standing(self._outages)

    def copies(self) -> list[CopyView]:
        """How the copy of each CRM is."""
        away = {outage.vendor for outage in self._outages.all()}
        return [
            CopyView(crm.label, self._store.count([vendor]), self._store.state(vendor).finished_at, vendor in away)
            for vendor, crm in self._crms.items()
        ]
