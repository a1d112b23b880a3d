"""Looking back: `linkbot stats` says how good the suggestions were, `linkbot log list` and `why` who linked what, and
for what reason."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.terminal import fail, said, say, settings, stored, whole_number
from bot.language import Sentence, Value, sentence

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.connections import Storage
    from storage.figures import Corrected, Figures
    from storage.tables import Candidate, Link

MOST_WEEKS = 520
MOST_CORRECTED = 5
LONGEST_LIST = 1_000
WHOLE = 100
WIDEST = 10_000  # letters, of a table


def stats(
    weeks: Annotated[str, typer.Option(metavar="NUMBER", help="So many weeks, this one included.")] = "4",
) -> None:
    """How good the suggestions were, week by week, and what people corrected most."""
    number = whole_number(weeks, "--weeks", 1, MOST_WEEKS)
    found = settings("key")
    with stored(found) as storage:
        from storage.figures import FiguresOf, mondays

        starts = mondays(datetime.now(UTC), number, found.linkbot_time_zone)
        weeks_of = [FiguresOf(storage.engine, since, until) for since, until in pairwise(starts)]
        whole = FiguresOf(storage.engine, starts[0], starts[-1])
        heads = [said(sentence("cli.stats.week")), *(since.date().isoformat() for since in starts[:-1])]
        table = Table(*heads, said(sentence("cli.stats.total")), box=None, pad_edge=False)
        cells = zip(*(_cells(each.mails()) for each in (*weeks_of, whole)), strict=True)
        for label, row in zip(_labels(), cells, strict=True):
            table.add_row(said(label), *row)
        # As wide as it is, also where the terminal is not: what is cut tells nothing.
        Console(width=WIDEST).print(table)
        for vendor in whole.at_vendors():
            say(
                sentence(
                    "cli.stats.vendor",
                    vendor=vendor.vendor,
                    links=vendor.links,
                    verified=vendor.verified,
                    undone=vendor.undone,
                )
            )
        _say_corrected(storage, whole.corrected(MOST_CORRECTED))


def _labels() -> list[Sentence]:
    return [
        sentence("cli.stats.mails"),
        sentence("cli.stats.linked"),
        sentence("cli.stats.undone"),
        sentence("cli.stats.open"),
        sentence("cli.stats.put_aside"),
        sentence("cli.stats.expired"),
        sentence("cli.stats.failed"),
        sentence("cli.stats.first_right"),
        sentence("cli.stats.searched"),
    ]


def _cells(figures: Figures) -> list[str]:
    suggested = figures.first_right + figures.first_wrong
    share = f"{figures.first_right}/{suggested}"
    if suggested:
        share += f" ({WHOLE * figures.first_right // suggested} %)"
    counts = (figures.mails, figures.linked, figures.undone, figures.open, figures.put_aside, figures.expired)
    return [*map(str, counts), str(figures.failed), share, str(figures.searched)]


def _say_corrected(storage: Storage, corrected: list[Corrected]) -> None:
    if corrected:
        say(sentence("cli.stats.corrected"))
    for one in corrected:
        say(sentence("cli.stats.corrected_one", name=one.name or one.record_id, vendor=one.vendor, count=one.times))
    taught = sorted(storage.aliases.all(), key=lambda known: -known[0].times)[:MOST_CORRECTED]
    if taught:
        say(sentence("cli.stats.taught"))
    for alias, words in taught:
        say(sentence("cli.stats.taught_one", words=words, record=alias.record_name, count=alias.times))


def listed(
    last: Annotated[str, typer.Option(metavar="NUMBER", help="So many of the newest.")] = "20",
) -> None:
    """Show the newest links, each with its number."""
    number = whole_number(last, "--last", 1, LONGEST_LIST)
    found = settings("key")
    with stored(found) as storage:
        links = storage.links.newest(number)
        for link in reversed(links):
            say(_line(link, found.linkbot_time_zone))
    if not links:
        say(sentence("cli.log_empty"))


def _line(link: Link, zone: ZoneInfo) -> Sentence:
    values: dict[str, Value] = {
        "number": link.id or 0,
        "at": f"{link.linked_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "name": link.record_name or link.record_id,
        "record": f"{link.vendor} {link.kind} {link.record_id}",
        "user": link.linked_by,
    }
    if link.undone_at is not None:
        return sentence("cli.log_undone", **values)
    if link.outcome == "unlinked":
        return sentence("cli.log_taken_off", **values)
    return sentence("cli.log_verified", **values) if link.verified else sentence("cli.log_unverified", **values)


def why(
    number: Annotated[str, typer.Argument(help="The link's number, as in: linkbot log list")],
) -> None:
    """Say why a mail was linked to a record: what Linkbot had suggested, and who decided."""
    wanted = int(number) if number.isdecimal() and len(number) < 18 else 0
    found = settings("key")
    with stored(found) as storage:
        link = storage.links.get(wanted)
        if link is None:
            fail(sentence("cli.log_unknown", number=number))
        say(_line(link, found.linkbot_time_zone))
        candidates = [row for row, _ in storage.proposals.candidates(link.proposal_id)]
        own = next((c for c in candidates if (c.vendor, c.kind, c.record_id) == _key(link)), None)
        for line in _told(own, len(candidates)):
            say(line)


def _key(link: Link) -> tuple[str, str, str]:
    return link.vendor, link.kind, link.record_id


def _told(own: Candidate | None, count: int) -> list[Sentence]:
    if own is None:
        return [sentence("cli.why.by_hand")]
    from bot.matching import Field  # here: it brings the matcher along, which no other command of these needs

    values = {"place": own.rank + 1, "of": count, "percent": round(WHOLE * own.probability)}
    how = sentence("cli.why.chosen", **values) if own.picked else sentence("cli.why.shown", **values)
    return [how, *(sentence(f"cli.why.reason.{reason}") for reason in own.reasons if reason in frozenset(Field))]
