"""Way in: `/link`, alone or with words. What it answers only the person sees who typed it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.language import Words
from bot.surface import ProposalState, ProposalView
from commands.access import refusal_words
from commands.cards.digest import digest
from commands.cards.lists import MOST_MAILS, copies, linked_mails, open_mails, refused, taught_words
from commands.cards.parts import Block, context, section
from commands.change_window import open_change
from commands.channel_settings import open_settings, sealed_settings
from commands.context import Context
from commands.ids import COMMAND
from commands.languages import is_with_one_person
from commands.link_words import Intent, Wish, understood
from commands.mrkdwn import escape
from commands.rights import Right
from commands.seals import sealed_blocks, sealed_view
from commands.windows import Window

# One more than is shown, to know whether there are more.
LOOKED_FOR = MOST_MAILS + 1
OPEN = (ProposalState.OPEN, ProposalState.FAILED, ProposalState.PARTLY_LINKED, ProposalState.PARKED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as somebody typed it."""

    context: Context
    client: WebClient
    respond: Respond
    say: Words
    team: str
    channel: str
    user: str
    trigger_id: str
    intent: Intent

    def tell(self, text: str) -> None:
        self.respond(text=text, blocks=[section(text)], response_type="ephemeral")

    def show(self, text: str, blocks: list[Block]) -> None:
        """Show blocks whose buttons only this person may press, and here only."""
        sealed = sealed_blocks(blocks, self.context.seals, self.channel, self.user)
        self.respond(text=text, blocks=sealed, response_type="ephemeral")

    def window(self) -> Window:
        seal = partial(sealed_view, seals=self.context.seals, user=self.user)
        return Window(self.client, self.trigger_id, self.respond, self.say, seal)


def register(app: App, context: Context) -> None:
    """Listen to the command."""

    def link(ack: Ack, command: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        asked = Asked(
            context,
            client,
            respond,
            context.languages.of_payload(command),
            team=str(command["team_id"]),
            channel=str(command["channel_id"]),
            user=str(command["user_id"]),
            trigger_id=str(command["trigger_id"]),
            intent=understood(str(command.get("text") or "")),
        )
        DOERS[asked.intent.wish](asked)

    app.command(COMMAND)(link)


def _choose(asked: Asked) -> None:
    """The window of the one open mail; of several the person chooses which."""
    views = asked.context.listing.unlinked(asked.team, asked.channel, LOOKED_FOR, asked.user)
    if len(views) == 1:
        _open_window(asked, views[0])
    else:
        _list_open(asked, views)


def _open(asked: Asked) -> None:
    """What waits for a person; what waits for a record is named only where nothing else waits."""
    listing, place = asked.context.listing, (asked.team, [asked.channel])
    views, parked = (wanted(*place, LOOKED_FOR, asked.user) for wanted in (listing.open, listing.parked))
    if parked and not views:
        _list_parked(asked, parked)
    else:
        _list_open(asked, views, more=[context(asked.say("listing.others_parked"))] if parked else [])


def _list_open(asked: Asked, views: list[ProposalView], *, more: Sequence[Block] = ()) -> None:
    if not views:
        _none_open(asked)
        return
    asked.show(asked.say("listing.open"), [*open_mails(views, asked.say), *more])


def _parked(asked: Asked) -> None:
    views = asked.context.listing.parked(asked.team, [asked.channel], LOOKED_FOR, asked.user)
    if views:
        _list_parked(asked, views)
    else:
        asked.tell(asked.say("listing.nothing_parked"))


def _list_parked(asked: Asked, views: list[ProposalView]) -> None:
    title = asked.say("listing.parked")
    asked.show(title, open_mails(views, asked.say, title=title))


def _none_open(asked: Asked) -> None:
    reading = asked.context.asking.is_reading(asked.team, asked.channel)
    asked.tell(asked.say("press.still_reading" if reading else "no_mail.in_channel"))


def _open_window(asked: Asked, view: ProposalView) -> None:
    found = asked.context.asking.chosen(view.id)
    if found is None:
        asked.tell(asked.say("press.proposal_gone"))
        return
    open_change(asked.window(), asked.context.asking, *found)


def _search(asked: Asked) -> None:
    """The window of the newest mail, in which what the words find is offered first and nothing is chosen."""
    asking = asked.context.asking
    view = asking.newest(asked.team, asked.channel, asked.user)
    if view is None:
        _none_open(asked)
        return
    words = asked.intent.words
    open_change(asked.window(), asking, view, (), words=words, named=asking.named(words, asked.channel))


def _message(asked: Asked) -> None:
    """The window of the mail that a link to a message names, where it is in this conversation."""
    intent = asked.intent
    if intent.channel != asked.channel:
        # Only here is it known that the person may read what came.
        asked.tell(asked.say("listing.message_elsewhere"))
        return
    view = asked.context.listing.at(asked.team, asked.channel, asked.user, intent.ts, intent.thread_ts)
    if view is None:
        asked.tell(asked.say("listing.message_unknown"))
    elif view.state in OPEN:
        _open_window(asked, view)
    else:
        asked.show(asked.say("listing.message"), linked_mails([view], asked.say, title=asked.say("listing.message")))


def _recent(asked: Asked) -> None:
    views = asked.context.listing.linked(asked.team, [asked.channel], LOOKED_FOR, asked.user)
    _list_linked(asked, views, asked.say("listing.recent"))


def _undo(asked: Asked) -> None:
    """What the person linked last, with the button: a word typed in a hurry takes nothing back by itself."""
    rights = asked.context.rights
    if refused := rights.refusal(asked.user, Right.UNDO, asked.channel):
        asked.tell(refusal_words(refused, rights, asked.say))
        return
    views = asked.context.listing.linked(asked.team, [asked.channel], 1, asked.user, own=True)
    if views:
        _list_linked(asked, views, asked.say("listing.undo"))
    else:
        asked.tell(asked.say("listing.nothing_to_undo"))


def _list_linked(asked: Asked, views: list[ProposalView], title: str) -> None:
    if not views:
        asked.tell(asked.say("listing.nothing_linked"))
        return
    asked.show(title, linked_mails(views, asked.say, title=title))


def _aliases(asked: Asked) -> None:
    taught = asked.context.listing.taught(asked.team, [asked.channel], asked.user)
    if not taught:
        asked.tell(asked.say("listing.nothing_taught"))
        return
    asked.show(asked.say("listing.taught"), taught_words(taught, asked.say))


def _forget(asked: Asked) -> None:
    words = asked.intent.words
    gone = asked.context.listing.forget(asked.team, [asked.channel], asked.user, words) if words else []
    shown = escape(words, 100)
    if gone:
        asked.tell(asked.say("listing.forgotten", words=shown))
    else:
        asked.tell(asked.say("listing.forget_unknown", words=shown) if words else asked.say("listing.forget_what"))


def _status(asked: Asked) -> None:
    listing, say = asked.context.listing, asked.say
    asked.show(say("listing.status"), [*refused(listing.refused(), say), *copies(listing.copies(), say)])


def _digest(asked: Asked) -> None:
    """How the last whole week was here, to this person alone, and whether the channel is told so each week."""
    morning = asked.context.morning
    text, blocks = digest(morning.week_before(asked.team, asked.channel, datetime.now(UTC)), asked.say)
    told = morning.is_subscribed(asked.team, asked.channel)
    asked.show(text, [*blocks[:-1], context(asked.say("digest.is_on") if told else asked.say("digest.is_off"))])


def _digest_on(asked: Asked) -> None:
    if is_with_one_person(asked.channel):
        asked.tell(asked.say("digest.in_channels"))
        return
    if asked.channel not in asked.context.listing.channels(asked.team):
        asked.tell(asked.say("digest.no_mails"))
        return
    new = asked.context.morning.subscribe(asked.team, asked.channel, asked.user, datetime.now(UTC))
    asked.tell(asked.say("digest.on") if new else asked.say("digest.was_on"))


def _digest_off(asked: Asked) -> None:
    gone = asked.context.morning.unsubscribe(asked.team, asked.channel)
    asked.tell(asked.say("digest.off") if gone else asked.say("digest.was_off"))


def _settings(asked: Asked) -> None:
    """The window of this channel; whether the person may was looked at before."""
    if is_with_one_person(asked.channel):
        asked.tell(asked.say("settings_window.only_channels"))
        return
    seal = partial(sealed_settings, asked.context, user=asked.user)
    window = Window(asked.client, asked.trigger_id, asked.respond, asked.say, seal)
    open_settings(asked.context, window, asked.team, asked.channel)


def _help(asked: Asked) -> None:
    asked.tell(asked.say("help.all"))


DOERS: dict[Wish, Callable[[Asked], None]] = {
    Wish.CHOOSE: _choose,
    Wish.SEARCH: _search,
    Wish.MESSAGE: _message,
    Wish.OPEN: _open,
    Wish.PARKED: _parked,
    Wish.RECENT: _recent,
    Wish.UNDO: _undo,
    Wish.ALIASES: _aliases,
    Wish.FORGET: _forget,
    Wish.SETTINGS: _settings,
    Wish.STATUS: _status,
    Wish.DIGEST: _digest,
    Wish.DIGEST_ON: _digest_on,
    Wish.DIGEST_OFF: _digest_off,
    Wish.HELP: _help,
}
