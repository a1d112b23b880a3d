"""What counts in a channel: what was set for it there, and for the rest what the settings say for all."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass

from storage.channel_settings import ChannelSettings
from storage.tables import ChannelSetting

# Other processes may set something; so long what was read is believed.
BELIEVED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Rules:
    """The CRMs that a channel is about, the only mailbox that its mails are looked for in (empty: all), its language,
    and whether its cards name nobody."""

    vendors: tuple[str, ...]
    mailbox: str
    language: str
    private: bool


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """What somebody set for a channel; None or empty: as for all."""

    vendors: tuple[str, ...] = ()
    mailbox: str = ""
    language: str = ""
    private: bool | None = None


class Channels:
    """Asked for each card and search, so that what was read is believed for some seconds."""

    def __init__(
        self,
        rows: ChannelSettings,
        *,
        vendors: Collection[str],
        language: str,
        private_channels: Collection[str],
    ) -> None:
        self._rows = rows
        self._vendors = tuple(vendors)
        self._language = language
        self._private = frozenset(private_channels)
        self._known: dict[str, tuple[float, ChannelChoice]] = {}
        self._lock = threading.Lock()

    def __contains__(self, channel: object) -> bool:
        """Whether a channel's cards name nobody."""
        return self.of(str(channel)).private

    def of(self, channel: str) -> Rules:
        """What counts in a channel now. A CRM that is no longer connected is none; where none is left, all count."""
        chosen = self.chosen(channel)
        language, private = self.for_all(channel)
        return Rules(
            vendors=tuple(one for one in self._vendors if one in chosen.vendors) or self._vendors,
            mailbox=chosen.mailbox,
            language=chosen.language or language,
            private=private if chosen.private is None else chosen.private,
        )

    def for_all(self, channel: str) -> tuple[str, bool]:
        """Language and privacy of a channel for which nothing is set."""
        return self._language, channel in self._private

    def chosen(self, channel: str) -> ChannelChoice:
        """What was set for a channel."""
        with self._lock:
            known = self._known.get(channel)
        if known is not None and time.monotonic() - known[0] < BELIEVED_SECONDS:
            return known[1]
        row = self._rows.get(channel)
        found = (
            ChannelChoice(tuple(row.vendors or ()), row.mailbox, row.language, row.private) if row else ChannelChoice()
        )
        with self._lock:
            self._known[channel] = (time.monotonic(), found)
        return found

    def save(self, team: str, channel: str, user: str, choice: ChannelChoice) -> None:
        """Set what somebody chose; here it counts at once."""
        self._rows.save(
            ChannelSetting(
                channel=channel,
                team=team,
                vendors=list(choice.vendors) or None,
                mailbox=choice.mailbox,
                language=choice.language,
                private=choice.private,
                changed_by=user,
            )
        )
        with self._lock:
            self._known.pop(channel, None)
