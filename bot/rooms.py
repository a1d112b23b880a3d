"""The rooms put together, each with what it needs of the others. `bot.app` adds Slack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.connections import Finder, Storage
from bot.creation import Creating, CreationWorkflow, Tools
from bot.crm import CRM
from bot.directory import Directory
from bot.durable import DbosDurable, Precedence
from bot.intake import HeldBack, Looking, MailToProposal, Proposing, Waker, Workers
from bot.keeper import Keeper
from bot.linking import (
    Asking,
    Counting,
    Linking,
    LinkWorkflow,
    Listing,
    LostAccess,
    Morning,
    Picking,
    Reports,
    Searching,
    Together,
    Watch,
)
from bot.mail import NeverList
from bot.proposals import ProposalReader
from bot.settings import Settings
from bot.surface import Summaries, Surface

LOOKS_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the rooms share."""

    settings: Settings
    storage: Storage
    crms: Mapping[str, CRM]
    finder: Finder
    surface: Surface
    summaries: Summaries
    reports: Reports
    durable: DbosDurable
    directory: Directory
    reader: ProposalReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What can be done, and the work beside it; nothing is started yet."""

    proposing: Proposing
    linking: Linking
    asking: Asking
    creating: Creating
    listing: Listing
    counting: Counting
    searching: Searching
    picking: Picking
    together: Together
    morning: Morning
    keeper: Keeper
    workers: Workers
    precedence: Precedence


def put_together(parts: Parts, *, is_shared: Callable[[str], bool]) -> Rooms:
    """The rooms over these parts. `is_shared` says of a channel whether another company is surely in it."""
    precedence = Precedence()
    workers = Workers(parts.storage.arrivals, precedence, parts.directory.ready)
    held_back = HeldBack(
        NeverList(parts.settings.linkbot_never),
        parts.surface,
        parts.storage.proposals,
        parts.reader,
        parts.settings.linkbot_may_set,
    )
    zone = parts.settings.linkbot_time_zone
    to_proposal = MailToProposal(parts.reader, parts.directory, crms=parts.crms, zone=zone, held_back=held_back)
    proposing = _proposing(parts, precedence, workers, to_proposal, held_back)
    watch = Watch(parts.storage.outages, parts.crms, parts.surface, parts.settings.linkbot_later_seconds[0])
    linking = _linking(parts, watch)
    creating, listing = _creating(parts, linking), _listing(parts)
    counting = Counting(parts.storage.engine, parts.storage.proposals, listing, zone)
    morning = Morning(
        subscriptions=parts.storage.subscriptions,
        counting=counting,
        listing=listing,
        reports=parts.reports,
        zone=zone,
        hour=parts.settings.linkbot_morning_hour,
    )
    together = Together(
        bundles=parts.storage.bundles,
        reader=parts.reader,
        linking=linking,
        summaries=parts.summaries,
        locks=parts.storage.locks,
    )
    waker = Waker(
        wakings=parts.storage.wakings,
        proposals=parts.storage.proposals,
        reader=parts.reader,
        directory=parts.directory,
        to_proposal=to_proposal,
        surface=parts.surface,
        locks=parts.storage.locks,
        precedence=precedence,
        show=linking.show_card,
    )
    return Rooms(
        proposing=proposing,
        linking=linking,
        asking=_asking(parts),
        creating=creating,
        listing=listing,
        counting=counting,
        morning=morning,
        searching=Searching(
            directory=parts.directory, crms=parts.crms, proposals=parts.storage.proposals, reader=parts.reader
        ),
        picking=Picking(proposals=parts.storage.proposals, reader=parts.reader),
        together=together,
        keeper=_keeper(
            parts,
            proposing,
            linking,
            creating,
            together,
            waker,
            send_due=morning.send_due,
            is_shared=is_shared,
            watch=watch,
        ),
        workers=workers,
        precedence=precedence,
    )


def _proposing(
    parts: Parts, precedence: Precedence, workers: Workers, to_proposal: MailToProposal, held_back: HeldBack
) -> Proposing:
    """From an arrival to a card."""
    settings, storage = parts.settings, parts.storage
    # A card that is not there yet comes before what would make another one better.
    idle = partial(workers.wait_until_idle, LOOKS_WAIT_SECONDS)
    looking = Looking(
        storage.proposals,
        parts.reader,
        parts.crms,
        parts.finder,
        parts.surface,
        idle,
        changed=storage.bundles.changed,
    )
    return Proposing(
        arrivals=storage.arrivals,
        proposals=storage.proposals,
        reader=parts.reader,
        to_proposal=to_proposal,
        held_back=held_back,
        surface=parts.surface,
        locks=storage.locks,
        waits=settings.linkbot_retry_seconds,
        later=settings.linkbot_later_seconds,
        keep=timedelta(days=settings.linkbot_keep_days),
        precedence=precedence,
        wake=workers.wake,
        look=looking.look,
        together=settings.linkbot_together_seconds,
    )


def _linking(parts: Parts, watch: Watch) -> Linking:
    """From a press to a verified link, and back."""
    settings, storage = parts.settings, parts.storage
    workflow = LinkWorkflow(
        proposals=storage.proposals,
        links=storage.links,
        aliases=storage.aliases,
        reader=parts.reader,
        directory=parts.directory,
        crms=parts.crms,
        finder=parts.finder,
        locks=storage.locks,
        surface=parts.surface,
        durable=parts.durable,
        waits=settings.linkbot_retry_seconds,
        settle=settings.linkbot_settle_seconds,
        zone=settings.linkbot_time_zone,
        suspect=watch.suspect,
        changed=storage.bundles.changed,
    )
    return Linking(
        proposals=storage.proposals,
        links=storage.links,
        reader=parts.reader,
        directory=parts.directory,
        crms=parts.crms,
        workflow=workflow,
        aliases=storage.aliases,
    )


def _asking(parts: Parts) -> Asking:
    """Choosing by hand."""
    return Asking(
        arrivals=parts.storage.arrivals,
        proposals=parts.storage.proposals,
        reader=parts.reader,
        directory=parts.directory,
        crms=parts.crms,
        finder=parts.finder,
    )


def _listing(parts: Parts) -> Listing:
    """What stands and what is open."""
    return Listing(
        proposals=parts.storage.proposals,
        reader=parts.reader,
        aliases=parts.storage.aliases,
        outages=parts.storage.outages,
        store=parts.storage.directory,
        crms=parts.crms,
    )


def _creating(parts: Parts, linking: Linking) -> Creating:
    """From whom the CRM does not know to a linked record."""
    settings, storage = parts.settings, parts.storage
    tools = Tools(
        creations=storage.creations,
        crms=parts.crms,
        directory=parts.directory,
        linking=linking,
        durable=parts.durable,
        locks=storage.locks,
        waits=settings.linkbot_retry_seconds,
        settle=settings.linkbot_settle_seconds,
    )
    return Creating(
        creations=storage.creations,
        proposals=storage.proposals,
        reader=parts.reader,
        directory=parts.directory,
        crms=parts.crms,
        linking=linking,
        workflow=CreationWorkflow(tools),
        region=settings.linkbot_phone_region,
    )


def _keeper(
    parts: Parts,
    proposing: Proposing,
    linking: Linking,
    creating: Creating,
    together: Together,
    waker: Waker,
    *,
    send_due: Callable[[], None],
    is_shared: Callable[[str], bool],
    watch: Watch,
) -> Keeper:
    """The work beside the conversation."""
    settings = parts.settings
    return Keeper(
        crms=parts.crms,
        store=parts.storage.directory,
        directory=parts.directory,
        locks=parts.storage.locks,
        proposing=proposing,
        linking=linking,
        creating=creating,
        together=together,
        send_due=send_due,
        waker=waker,
        sync_minutes=settings.linkbot_sync_minutes,
        keep=timedelta(days=settings.linkbot_keep_days),
        log_names=timedelta(days=settings.linkbot_log_names_days) if settings.linkbot_log_names_days else None,
        is_shared=is_shared,
        watch=watch.run,
        lost_access=LostAccess(parts.storage.outages, parts.surface, settings.linkbot_admin_channel),
        logins=parts.finder.logins,
        forget_work=parts.durable.forget_ended,
    )
