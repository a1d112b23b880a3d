"""What was done in somebody's conversations, week by week, and what was taught there most."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.linking.listing import PARKED, Listing, TaughtView
from storage.figures import Figures, FiguresOf, mondays
from storage.proposals import Proposals
from storage.tables import RETRIABLE

WEEKS = 8
MOST_TAUGHT = 3


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week: since when, and what became of the mails that came in it."""

    since: datetime
    figures: Figures


@dataclass(frozen=True, slots=True)
class FiguresView:
    """The weeks, this one last; how many mails wait now, whenever they came, for a person (`open`) and for a record
    (`parked`); and what was taught most."""

    weeks: Sequence[WeekView] = ()
    open: int = 0
    parked: int = 0
    taught: Sequence[TaughtView] = ()


class Counting:
    """Reads figures, of the conversations that are named and of no others."""

    def __init__(self, engine: sa.Engine, proposals: Proposals, listing: Listing, zone: ZoneInfo) -> None:
        """`zone` is the office's: there the week begins on Monday."""
        self._engine = engine
        self._proposals = proposals
        self._listing = listing
        self._zone = zone

    def figures(
        self, team: str, channels: Collection[str], now: datetime, *, user: str = "", weeks: int = WEEKS
    ) -> FiguresView:
        """The figures of these conversations up to `now`. `taught` is what they taught, and what `user` did."""
        if not channels:  # to the database no channels would be all of them
            return FiguresView()
        starts = mondays(now, weeks, self._zone)
        taught = sorted(self._listing.taught(team, channels, user), key=lambda one: -one.times)
        return FiguresView(
            weeks=[
                WeekView(since, FiguresOf(self._engine, since, until, channels).mails())
                for since, until in pairwise(starts)
            ],
            open=self._proposals.count(team, channels, RETRIABLE, user, unfound=False),
            parked=self._proposals.count(team, channels, PARKED, user, unfound=True),
            taught=taught[:MOST_TAUGHT],
        )
