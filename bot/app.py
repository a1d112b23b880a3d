"""The one place where everything is put together. Every part can be replaced by the caller."""

from __future__ import annotations

import gc
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import yaml
from prometheus_client import start_http_server
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.connections import Channels, Finder, MailboxFinder, Storage, create_crms, create_locator, create_storage
from bot.connections import check as check_mailboxes
from bot.crm import CRM, Check
from bot.directory import Directory, create_directory
from bot.durable import DbosDurable, Precedence
from bot.front import Front
from bot.houses import Trouble
from bot.intake import Proposing, Workers
from bot.keeper import Keeper
from bot.language import words
from bot.logs import quiet_logger
from bot.proposals import ProposalReader
from bot.rooms import Parts, put_together
from bot.settings import Settings, load
from bot.surface import Surface
from commands import (
    access,
    catchup,
    channel_settings,
    choosing,
    confirmation,
    failures,
    finding,
    health,
    held,
    home,
    http_server,
    inbox,
    link,
    many,
    mentions,
    sharing,
    shortcut,
    summaries,
    transport,
)
from commands.charts import Pictures
from commands.context import Context
from commands.front_door import FrontDoor
from commands.http_door import Door
from commands.installers import Installers
from commands.installing import create_flow
from commands.languages import Languages
from commands.mail_events import MailEvents
from commands.memberships import Memberships
from commands.people import People, impatient
from commands.private_cards import PrivateCards
from commands.refusals import Refusals
from commands.rights import Allowed, Rights
from commands.seals import Seals
from commands.slack_calls import web_client
from commands.slack_reports import SlackReports
from commands.slack_summaries import SlackSummaries
from commands.slack_surface import SlackSurface
from commands.workspace import Workspace

LISTENERS = 16
STOP_SECONDS = 8.0
SWITCH_SECONDS = 0.001
MANIFEST = Path(__file__).with_name("manifest.yml")  # where the package has it, installed or not


@dataclass(kw_only=True)
class Linkbot:
    """The running bot."""

    settings: Settings
    storage: Storage
    crms: Mapping[str, CRM]
    directory: Directory
    durable: DbosDurable
    keeper: Keeper
    proposing: Proposing
    workers: Workers
    precedence: Precedence
    rights: Rights
    client: WebClient
    slack: App
    mail_events: MailEvents

    def start(self) -> None:
        """Begin the work beside the conversation; Slack is connected by `run_socket` or `run_http`."""
        if self.settings.linkbot_metrics_port:
            # For this machine alone: the port has no door.
            start_http_server(self.settings.linkbot_metrics_port, addr="127.0.0.1")
        self.durable.launch()
        self.workers.start(self.proposing.run)
        # Who answers Slack need not wait long for the processor, whatever else is being worked out.
        sys.setswitchinterval(SWITCH_SECONDS)
        # What is there by now stays: else looking through it for garbage would stop everything for a tenth of a second,
        # every few seconds.
        gc.collect()
        gc.freeze()
        self.keeper.start()
        threading.Thread(target=self._catch_up, name="linkbot-catch-up", daemon=True).start()

    def _catch_up(self) -> None:
        try:
            identity = self.client.auth_test()
        except (SlackApiError, SlackClientError, OSError):
            return  # the connection itself will say that Slack is away
        team, bot_user = str(identity["team_id"]), str(identity["user_id"])
        first = self.storage.first_runs.began(team)
        known = self.storage.arrivals.first_and_newest()
        since = {channel: catchup.since(*ends) for channel, ends in known.items() if self.rights.in_use(channel)}
        new = [one for one in catchup.own_conversations(self.client) if one not in known and self.rights.in_use(one)]
        since |= dict.fromkeys(new, catchup.since_set_up(first, datetime.now(UTC)))
        catchup.catch_up(self.client, self.proposing, team, since, bot_user)

    def stop(self) -> None:
        self.workers.stop()
        self.keeper.stop()
        self.durable.close()
        self.storage.engine.dispose()

    def socket(self) -> transport.Socket:
        """A Socket Mode handler, not yet connected."""
        token = self.settings.slack_app_token.get_secret_value()
        return transport.socket_handler(self.slack, token, self.settings.slack_api_url, self.precedence)


def create_app(
    settings: Settings,
    *,
    storage: Storage | None = None,
    crms: Mapping[str, CRM] | None = None,
    finder: Finder | None = None,
    surface: Surface | None = None,
    durable: DbosDurable | None = None,
    client: WebClient | None = None,
) -> Linkbot:
    """Put the bot together; whatever is not given is made as the settings say. Nothing is started yet."""
    storage = storage or create_storage(settings)
    crms = create_crms(settings, storage) if crms is None else crms
    client = client or web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    people = People(impatient(client), settings.linkbot_people_seconds)
    channels = Channels(
        storage.channels,
        vendors=crms,
        language=settings.linkbot_language,
        private_channels=settings.linkbot_private_channels,
    )
    languages = Languages(settings.linkbot_language, people, lambda channel: channels.of(channel).language)
    workspace = Workspace(impatient(client), people, client)
    rights = Rights(workspace, _allowed(settings))
    memberships = Memberships(impatient(client))
    seals = Seals(settings.linkbot_secret_key.get_secret_value())
    private = PrivateCards(seals)
    directory = create_directory(
        settings, crms, store=storage.directory, aliases=storage.aliases, database=storage.engine.url
    )
    parts = Parts(
        settings=settings,
        storage=storage,
        crms=crms,
        finder=finder or MailboxFinder(create_locator(settings, storage), storage, channels),
        surface=surface
        or SlackSurface(
            client,
            settings.slack_file_hosts,
            httpx.Client(follow_redirects=False),
            languages=languages,
            workspace=workspace,
            seals=seals,
            private=private,
            note_bare=storage.proposals.set_card_bare,
            private_channels=channels,
        ),
        summaries=SlackSummaries(
            client,
            languages=languages,
            workspace=workspace,
            seals=seals,
            private_channels=channels,
        ),
        reports=SlackReports(
            client,
            languages=languages,
            workspace=workspace,
            rights=rights,
            memberships=memberships,
            private_channels=channels,
        ),
        durable=durable or DbosDurable(storage.engine.url),
        directory=directory,
        reader=ProposalReader(
            storage.proposals,
            storage.links,
            crms,
            directory,
            aliases=storage.aliases,
            creations=storage.creations,
            channels=channels,
        ),
    )
    rooms = put_together(parts, is_shared=workspace.surely_shared)
    context = Context(
        linking=rooms.linking,
        asking=rooms.asking,
        creating=rooms.creating,
        listing=rooms.listing,
        counting=rooms.counting,
        searching=rooms.searching,
        picking=rooms.picking,
        proposing=rooms.proposing,
        together=rooms.together,
        morning=rooms.morning,
        rights=rights,
        seals=seals,
        languages=languages,
        private=private,
        channels=channels,
        labels={vendor: crm.label for vendor, crm in crms.items()},
        mailboxes=parts.finder.identities,
    )
    return Linkbot(
        settings=settings,
        storage=storage,
        crms=crms,
        directory=directory,
        durable=parts.durable,
        keeper=rooms.keeper,
        proposing=rooms.proposing,
        workers=rooms.workers,
        precedence=rooms.precedence,
        rights=rights,
        client=client,
        mail_events=MailEvents(rooms.proposing.receive_all, team=lambda: workspace.team, in_use=rights.in_use),
        slack=create_slack(
            settings,
            client,
            workspace=workspace,
            context=context,
            memberships=memberships,
            pictures=Pictures(client, storage.charts),
            checks=partial(_connection_checks, settings, storage, crms),
        ),
    )


def create_slack(
    settings: Settings,
    client: WebClient,
    *,
    workspace: Workspace,
    context: Context,
    memberships: Memberships,
    pictures: Pictures,
    checks: Callable[[], list[Check]],
) -> App:
    """Bolt's app with every way in registered."""
    app = App(
        client=client,
        signing_secret=settings.slack_signing_secret.get_secret_value() or None,
        token_verification_enabled=False,
        logger=quiet_logger("linkbot.bolt"),
        listener_executor=ThreadPoolExecutor(LISTENERS, thread_name_prefix="linkbot-listener"),
    )
    rights, languages, proposing = context.rights, context.languages, context.proposing
    access.register(app, workspace, rights, languages)
    failures.register(app, languages)
    sharing.register(app, workspace, context.linking)
    inbox.register(app, proposing, languages, in_use=rights.in_use, show_card=context.linking.show_card)
    many.register(app, proposing, languages)
    shortcut.register(app, proposing, languages)
    link.register(app, context)
    mentions.register(app, context)
    homes = home.Homes(context, memberships, checks, pictures)
    home.register(app, context, homes, memberships)
    finding.register(app, context, homes)
    summaries.register(app, context, memberships)
    confirmation.register(app, context)
    choosing.register(app, context)
    held.register(app, context)
    channel_settings.register(app, context)
    return app


def run_socket(bot: Linkbot) -> bool:
    """Run in Socket Mode until asked to stop. False where it ended because the database stayed away."""
    bot.start()
    socket = bot.socket()
    try:
        transport.run_socket(socket)
    finally:
        _end_in_time(socket.close, bot.stop)
    return not bot.durable.lost


def _end_in_time(*steps: Callable[[], None]) -> None:
    """End what is given, one after the other. A vendor or a mailbox may hang for longer: what is not done by then goes
    on at the next start."""

    def end() -> None:
        for step in steps:
            step()

    ended = threading.Thread(target=end, name="linkbot-end", daemon=True)
    ended.start()
    ended.join(STOP_SECONDS)


def run_http(settings: Settings, already: socket.socket | None = None) -> bool:
    """Serve on the settings' address and port, or where somebody listens `already`, until asked to stop. False where it
    ended because the database stayed away. Raises OSError where the port cannot be had."""
    with already or http_server.listen(settings.linkbot_bind, settings.port) as listening:
        bot = create_app(settings)
        bot.start()
        refusals = Refusals()
        door = Door(
            bot.slack,
            settings.slack_signing_secret.get_secret_value(),
            refusals,
            bot.precedence,
            mail_events=bot.mail_events,
            metrics_token=settings.linkbot_metrics_token.get_secret_value(),
        )
        try:
            http_server.serve(door, refusals, listening)
        finally:
            _end_in_time(bot.stop)
    return not bot.durable.lost


def slack_checks(settings: Settings) -> list[Check]:
    """Whether Slack is set up right."""
    client = web_client(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    return health.checks(
        client,
        settings.slack_app_token.get_secret_value(),
        MANIFEST,
        _allowed(settings),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
    )


def _connection_checks(settings: Settings, storage: Storage, crms: Mapping[str, CRM]) -> list[Check]:
    """Whether Slack, the CRMs and the mailboxes let us in, for who looks after the workspace."""
    lines = slack_checks(settings) + [line for crm in crms.values() for line in crm.checks()]
    if any(crm.capabilities.needs_mailbox for crm in crms.values()):
        lines += check_mailboxes(settings, storage, crms.values())
    return lines


def _allowed(settings: Settings) -> Allowed:
    return Allowed(
        settings.linkbot_may_link,
        settings.linkbot_may_undo,
        settings.linkbot_channels,
        settings.linkbot_may_create,
        settings.linkbot_may_set,
    )


def tell_of_wrong_access(team: str) -> None:
    """Tell who installed the app in a workspace that a CRM of theirs does not let Linkbot in."""
    settings = load(workspace="")
    storage = create_storage(settings)
    try:
        _front(settings, storage).tell_installer(team, Trouble.WRONG_ACCESS)
    finally:
        storage.engine.dispose()


def run_front(settings: Settings) -> None:
    """Serve several workspaces until asked to stop. Raises OSError where the port cannot be had."""
    storage = create_storage(settings)
    with http_server.listen(settings.linkbot_bind, settings.port) as listening:
        front = _front(settings, storage)
        refusals, stopping = Refusals(), threading.Event()
        flow = create_flow(
            storage.installations,
            web_client("", settings.slack_api_url),
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=_scopes(),
            say=words(),
            installed=front.installed,
        )
        door = FrontDoor(
            flow,
            settings.slack_signing_secret.get_secret_value(),
            refusals,
            say=words(),
            is_installed=front.is_installed,
            port=front.houses.port,
            farewell=front.farewell,
            metrics_token=settings.linkbot_metrics_token.get_secret_value(),
        )
        front.houses.start()
        threading.Thread(target=front.sweep_on, args=(stopping,), name="linkbot-sweep", daemon=True).start()
        try:
            http_server.serve(door, refusals, listening)
        finally:
            stopping.set()
            front.houses.stop()
            storage.engine.dispose()


def _front(settings: Settings, storage: Storage) -> Front:
    return Front(settings, storage, Installers(settings.slack_api_url, storage.installations.token))


def _scopes() -> list[str]:
    """What the app asks a workspace for, as its manifest says."""
    manifest = yaml.safe_load(MANIFEST.read_text("utf-8"))
    return [str(one) for one in manifest["oauth_config"]["scopes"]["bot"]]
