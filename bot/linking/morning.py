"""What is said in the morning to who asked for it: each week the figures to a channel, each day to a person the mails
that wait for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.durable import judged
from bot.linking.counting import Counting, FiguresView
from bot.linking.listing import Listing
from bot.surface import ProposalView
from storage.subscriptions import Subscriptions
from storage.tables import Subscription

MOST_MAILS = 10
# What the ids of channels and of people begin with.
CHANNELS, PEOPLE = "CG", "UW"

log = logging.getLogger(__name__)


class Reports(Protocol):
    """Where it is said. Methods block and raise only SurfaceError."""

    def is_wanted(self, place: str) -> bool:
        """Whether the bot works in this channel, or this person may use it."""
        ...

    def channels_of(self, user: str, channels: Collection[str]) -> list[str]:
        """Those of the channels in which the bot works and this person is."""
        ...

    def post_digest(self, team: str, channel: str, figures: FiguresView) -> None: ...

    def post_reminder(self, team: str, user: str, mails: Sequence[ProposalView]) -> None:
        """Tell a person which mails wait; one more than is named says that there are more."""
        ...


class Morning:
    """Says it once for each week and day, however many processes there are and however often they start."""

    def __init__(
        self,
        *,
        subscriptions: Subscriptions,
        counting: Counting,
        listing: Listing,
        reports: Reports,
        zone: ZoneInfo,
        hour: int,
    ) -> None:
        """It is morning from `hour` on, in the office's `zone`."""
        self._subscriptions = subscriptions
        self._counting = counting
        self._listing = listing
        self._reports = reports
        self._zone = zone
        self._hour = hour

    def subscribe(self, team: str, place: str, user: str, moment: datetime) -> bool:
        """Somebody wants it, from the next morning or the next Monday on. False where that was so already."""
        return self._subscriptions.add(team, place, user, self._period(place, moment))

    def unsubscribe(self, team: str, place: str) -> bool:
        """Nobody wants it any more; False where that was so already."""
        return self._subscriptions.remove(team, place)

    def is_subscribed(self, team: str, place: str) -> bool:
        return self._subscriptions.has(team, place)

    def week_before(self, team: str, channel: str, moment: datetime) -> FiguresView:
        """The figures of the last whole week, and how many mails wait now."""
        monday = self._monday(moment)
        return self._counting.figures(team, [channel], monday - timedelta(days=1), weeks=1)

    def send_due(self, moment: datetime | None = None) -> None:
        """Say what is due at this moment. What is claimed and then refused is due again only where Slack says that it
        did nothing: twice would be worse than not at all."""
        moment = moment or datetime.now(UTC)
        wanted = {letter: self._period(letter, moment) for letter in CHANNELS + PEOPLE}
        for row in self._subscriptions.due(wanted):
            period = wanted[row.place[:1]]
            if self._reports.is_wanted(row.place) and self._subscriptions.claim(row, period):
                self._send(row, period, moment)

    def _send(self, row: Subscription, period: str, moment: datetime) -> None:
        say: Callable[[], None] | None
        if row.place[:1] in PEOPLE:
            say = self._reminder(row)
        else:
            figures = self.week_before(row.team, row.place, moment)
            say = lambda: self._reports.post_digest(row.team, row.place, figures)  # noqa: E731 - a call for `judged`
        if say is None:
            return
        said = judged(say)
        if not said["ok"]:
            log.warning("what is said in the morning was not taken: %s", said["code"])
            if said["wait"]:
                self._subscriptions.give_back(row, period)

    def _reminder(self, row: Subscription) -> Callable[[], None] | None:
        """What is to be said to a person; nothing where no mail waits."""
        channels = self._reports.channels_of(row.place, self._listing.channels(row.team))
        mails = self._listing.open(row.team, channels, MOST_MAILS + 1, row.place, anywhere=True)
        return (lambda: self._reports.post_reminder(row.team, row.place, mails)) if mails else None

    def _period(self, place: str, moment: datetime) -> str:
        """The week or day of which something should have been said last."""
        morning = moment.astimezone(self._zone) - timedelta(hours=self._hour)
        if place[:1] in PEOPLE:
            return morning.date().isoformat()
        year, week, _ = morning.isocalendar()
        return f"{year}-W{week:02}"

    def _monday(self, moment: datetime) -> datetime:
        today = moment.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - timedelta(days=today.weekday())
