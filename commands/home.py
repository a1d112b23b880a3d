"""The Home tab: shown when somebody opens it, and shown anew after each press on it.

What it lists comes from conversations that the person is in, and each press is looked at again: whether it was made for
this person, whether they are still there, and whether they may.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.crm import Check
from bot.language import Words
from bot.linking import Listing
from bot.surface import CardPlace, SurfaceError
from commands.access import refusal_words
from commands.cards.home import MOST_LINKED, MOST_MAILS, MOST_TAUGHT, OFF, ON, Overview, home, refused_home
from commands.change_window import open_change
from commands.charts import Pictures, bars
from commands.context import Context
from commands.ids import Home
from commands.languages import sender
from commands.memberships import Memberships
from commands.replies import reply_words
from commands.rights import Right
from commands.seals import opened_button, sealed_blocks, sealed_view
from commands.slack_calls import call
from commands.windows import Window

# Beside the person, what a Home's buttons are sealed with: such a button is none of a card's.
PLACE = "home"

log = logging.getLogger(__name__)


class Homes:
    """The Home tabs."""

    def __init__(
        self, context: Context, memberships: Memberships, checks: Callable[[], list[Check]], pictures: Pictures
    ) -> None:
        """`checks` looks whether all connections work, which may take some seconds."""
        self._context = context
        self._memberships = memberships
        self._checks = checks
        self._pictures = pictures

    def publish(self, client: WebClient, team: str, user: str, notice: str = "", *, check: bool = False) -> None:
        """Show somebody their Home as things are now, with `check` after a look whether all connections work, where
        they look after the workspace. Raises SurfaceError."""
        say = self._context.languages.of_person(team, user)
        if refused := self._context.rights.refusal(user, Right.LINK):
            view = refused_home(refusal_words(refused, self._context.rights, say))
        else:
            self._show(client, user, self._overview(team, user, check=check), say, notice)
            return
        call(lambda: client.views_publish(user_id=user, view=view))

    def _show(self, client: WebClient, user: str, found: Overview, say: Words, notice: str) -> None:
        """At once with what is known, and again with the picture of the figures, where that has to be made first."""
        shown = bars(found.figures, say.language) if found.figures else []
        known = self._pictures.known(shown)
        try:
            answer = call(partial(client.views_publish, user_id=user, view=self._view(found, known, say, notice, user)))
        except SurfaceError as error:
            if not known or error.code != "invalid_blocks":
                raise
            self._pictures.refused(known)  # the file is gone
            answer = call(partial(client.views_publish, user_id=user, view=self._view(found, "", say, notice, user)))
        if known or not (made := self._pictures.made(shown, say("figures.picture"))):
            return
        view, shown_hash = self._view(found, made, say, notice, user), str(answer["view"]["hash"])
        try:
            call(partial(client.views_publish, user_id=user, view=view, hash=shown_hash))
        except SurfaceError as error:  # something newer is shown by now, or Slack is not yet done with the file
            log.info("Home stays without its picture for now: %s", error.code)

    def _view(self, found: Overview, picture: str, say: Words, notice: str, user: str) -> dict[str, Any]:
        view = home(replace(found, picture=picture), say, notice=notice)
        view["blocks"] = sealed_blocks(view["blocks"], self._context.seals, PLACE, user)
        return view

    def channels(self, team: str, user: str) -> list[str]:
        """The conversations with mails that somebody is in, and in which the bot is at work."""
        known = [one for one in self._context.listing.channels(team) if self._context.rights.in_use(one)]
        return self._memberships.of(user, known)

    def _overview(self, team: str, user: str, *, check: bool) -> Overview:
        listing: Listing = self._context.listing
        channels, admin = self.channels(team, user), self._context.rights.is_admin(user)
        return Overview(
            open=listing.open(team, channels, MOST_MAILS + 1, user, anywhere=True),
            parked=listing.parked(team, channels, MOST_MAILS + 1, user, anywhere=True),
            linked=listing.linked(team, channels, MOST_LINKED + 1, user, anywhere=True),
            taught=listing.taught(team, channels, user)[: MOST_TAUGHT + 1],
            copies=listing.copies(),
            refused=listing.refused(),
            figures=self._context.counting.figures(team, channels, datetime.now(UTC), user=user),
            reminded=self._context.morning.is_subscribed(team, user),
            admin=admin,
            checks=self._checks() if admin and check else None,
        )

    def mail(self, body: dict[str, Any], right: Right) -> tuple[str, str]:
        """The proposal of the mail that a press is about, or what to say instead: of a mail that the person may not
        see it says no more than of one that is gone."""
        team, user = sender(body)
        say = self._context.languages.of_payload(body)
        words = self.carried(body)
        if words is None:
            return "", say("home.outdated")
        place = self._context.asking.place(words)
        if place is None or place.team != team or not self._may_see(place, user):
            return "", say("press.proposal_gone")
        if refused := self._context.rights.refusal(user, right, place.channel):
            return "", refusal_words(refused, self._context.rights, say)
        return words, ""

    def _may_see(self, place: CardPlace, user: str) -> bool:
        """Whether a mail is of where somebody is, or is theirs alone."""
        return place.held_for == user or (place.is_open_to(user) and self._memberships.is_in(place.channel, user))

    def carried(self, body: dict[str, Any]) -> str | None:
        """What a pressed button carries; None where it was not made for this person's Home."""
        action = body["actions"][0]
        seals, user = self._context.seals, body["user"]["id"]
        words, fits = opened_button(action["action_id"], str(action.get("value") or ""), seals, PLACE, user)
        return words if fits else None


def register(app: App, context: Context, homes: Homes, memberships: Memberships) -> None:
    """Listen to the opening of the Home tab and to its buttons."""

    def opened(event: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        if event.get("tab") == "home":
            homes.publish(client, *sender(body))

    def choose(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        team, user = sender(body)
        proposal_id, refusal = homes.mail(body, Right.LINK)
        found = context.asking.chosen(proposal_id) if proposal_id else None
        if found is None:
            homes.publish(client, team, user, refusal)
            return

        def respond(*, text: str, **_: Any) -> None:
            homes.publish(client, team, user, text)

        seal = partial(sealed_view, seals=context.seals, user=user)
        window = Window(client, body["trigger_id"], respond, context.languages.of_payload(body), seal)
        open_change(window, context.asking, *found)

    def undo(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        team, user = sender(body)
        say = context.languages.of_payload(body)
        proposal_id, text = homes.mail(body, Right.UNDO)
        if proposal_id:
            text = reply_words(context.creating.undo(proposal_id, user), user, say) or say("home.undoing")
        homes.publish(client, team, user, text)

    def forget(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        team, user = sender(body)
        say = context.languages.of_payload(body)
        words = homes.carried(body)
        if words is None or not words.isdecimal():
            text = say("home.outdated")
        else:
            channels = memberships.of(user, context.listing.channels(team))
            gone = context.listing.forget_one(team, channels, user, int(words))
            text = say("home.forgotten") if gone else say("home.outdated")
        homes.publish(client, team, user, text)

    def check(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        team, user = sender(body)
        say = context.languages.of_payload(body)
        if homes.carried(body) is None:
            homes.publish(client, team, user, say("home.outdated"))
            return
        homes.publish(client, team, user, say("home.checking"))
        homes.publish(client, team, user, check=True)

    def remind(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        team, user = sender(body)
        say, wanted = context.languages.of_payload(body), homes.carried(body)
        if wanted == ON:
            context.morning.subscribe(team, user, user, datetime.now(UTC))
        elif wanted == OFF:
            context.morning.unsubscribe(team, user)
        words = {ON: say("reminder.on"), OFF: say("reminder.off")}
        homes.publish(client, team, user, words.get(wanted or "", say("home.outdated")))

    app.event("app_home_opened")(opened)
    app.action(Home.CHOOSE)(choose)
    app.action(Home.UNDO)(undo)
    app.action(Home.FORGET)(forget)
    app.action(Home.CHECK)(check)
    app.action(Home.REMIND)(remind)
