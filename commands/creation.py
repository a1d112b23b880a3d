"""Creating what is missing: the buttons that open the window, the window itself, and its submission.

A look at the vendor takes longer than Slack waits. So each answer of the window is first "one moment", and then what
the vendor said; where the window was closed meanwhile, the person is told in the channel.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import telemetry
from bot.creation import Creating, End, Outcome, Sheet, Wish
from bot.crm import CRMError
from bot.language import Words
from bot.records import RecordRef
from commands.bound import Bound, Pressed, pressed
from commands.cards.change import message_modal
from commands.cards.create_window import Filled, about_of, filled, looking_window, window
from commands.context import Context
from commands.ids import CREATE_IN_WINDOW, CREATE_KIND, CREATE_USE, CREATE_VIEW, CREATE_WHO, Action
from commands.replies import reply_words
from commands.seals import opened_view, sealed_view
from commands.windows import Window

# So long a window waits for what becomes of a creation; behind that the card tells.
PATIENCE_SECONDS = 25.0
ANSWERED_SECONDS = 1.0

log = logging.getLogger(__name__)

Refuse = Callable[[Bound, Pressed, dict[str, Any], WebClient, Respond], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A window that a person has open, and where to tell them what it cannot show any more."""

    client: WebClient
    id: str
    user: str
    say: Words
    seal: Callable[[dict[str, Any]], dict[str, Any]]
    not_before: float = 0.0

    def show(self, view: dict[str, Any], *, sealed: bool = True) -> bool:
        """Show this in the window; False where it is closed."""
        time.sleep(max(0.0, self.not_before - time.monotonic()))
        try:
            self.client.views_update(view_id=self.id, view=self.seal(view) if sealed else view)
        except (SlackApiError, SlackClientError, OSError) as error:
            log.info("a window could not be changed: %s", type(error).__name__)
            return False
        return True

    def tell(self, channel: str, text: str) -> None:
        """Say it in the window, and where that is closed to this person in the channel."""
        if not self.show(message_modal(text, self.say), sealed=False) and channel:
            try:
                self.client.chat_postEphemeral(channel=channel, user=self.user, text=text)
            except (SlackApiError, SlackClientError, OSError) as error:
                log.warning("nobody could be told: %s", type(error).__name__)


def register(app: App, context: Context, bound_press: Callable[..., tuple[Bound, str]], refuse: Refuse) -> None:
    """Listen to the buttons and the window. `bound_press` and `refuse` are those of the card's other buttons."""
    creating, languages, seals = context.creating, context.languages, context.seals

    def sealing(user: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        return partial(sealed_view, seals=seals, user=user)

    def shown(client: WebClient, view_id: str, user: str, say: Words) -> Shown:
        return Shown(client, view_id, user, say, sealing(user))

    def chosen(body: dict[str, Any]) -> tuple[Filled, str] | None:
        """What the open form holds, and what was chosen in it just now; None where it is not this person's."""
        about = opened_view(body["view"], seals, body["user"]["id"])
        option = str(body["actions"][0]["selected_option"]["value"])
        return (filled(body["view"], about), option) if about is not None else None

    def look(own: Shown, sheet: Sheet) -> None:
        """Fill the form in, and say meanwhile that the CRM is asked."""
        say = own.say
        own.show(looking_window(say, say("create.looking", vendor=sheet.view.vendors[sheet.vendor]), about_of(sheet)))
        own.show(window(creating.asked(sheet), say))

    def press_create(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        press, say = pressed(body), languages.of_payload(body)
        verdict, words = bound_press(press, context)
        if verdict is not Bound.OWN:
            refuse(verdict, press, body, client, respond)
            return
        if press.for_one:
            context.private.remember(press, str(body.get("response_url") or ""), say)
        proposal_id, vendor, *creation = words.split(" ")
        sheet = creating.sheet(proposal_id, vendor, creation_id=creation[0] if creation else "")
        if sheet is None:
            respond(text=say("press.proposal_gone"), response_type="ephemeral", replace_original=False)
            return
        opening = Window(client, body["trigger_id"], respond, say, sealing(press.user))
        moment = looking_window(say, say("create.looking", vendor=sheet.view.vendors[vendor]), about_of(sheet))
        if (opened := opening.open(moment)) is not None:
            shown(client, opened.id, press.user, say).show(window(creating.asked(sheet), say))

    def press_in_window(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """From the window of *Change…*: the same window becomes the form."""
        ack()
        user, say = body["user"]["id"], languages.of_payload(body)
        about = opened_view(body["view"], seals, user)
        own = shown(client, body["view"]["id"], user, say)
        vendor = str(body["actions"][0].get("value") or "")
        sheet = creating.sheet(about["proposal"], vendor) if about else None
        if sheet is None:
            own.tell("", say("window.not_ours" if about is None else "press.proposal_gone"))
            return
        look(own, sheet)

    def choose_kind(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        if (choice := chosen(body)) is None:
            return
        given, kind = choice
        sheet = creating.sheet(given.proposal, given.vendor, kind, who=given.who)
        if sheet is not None:
            # What was typed stays, whatever the kind.
            typed = replace(given.draft, kind=kind, category=dict(sheet.kinds).get(kind, given.draft.category), more={})
            say = languages.of_payload(body)
            own = shown(client, body["view"]["id"], body["user"]["id"], say)
            own.show(window(creating.asked(_as_given(sheet, given, typed)), say))

    def choose_who(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """Somebody else of those whom the mail names: the form is filled in anew."""
        ack()
        if (choice := chosen(body)) is None:
            return
        given, who = choice
        sheet = creating.sheet(given.proposal, given.vendor, given.draft.kind, who=who)
        if sheet is not None:
            look(shown(client, body["view"]["id"], body["user"]["id"], languages.of_payload(body)), sheet)

    def use(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        """It is this one: the mail is linked to who is there already."""
        ack()
        user, say = body["user"]["id"], languages.of_payload(body)
        own = shown(client, body["view"]["id"], user, say)
        about = opened_view(body["view"], seals, user)
        given = filled(body["view"], about) if about else None
        ref = str(body["actions"][0].get("value") or "")
        if given is None or ref not in given.hits:
            own.tell("", say("window.not_ours"))
            return
        try:
            reply = creating.use(
                given.proposal, RecordRef.parse(ref), [RecordRef.parse(one) for one in given.also], user
            )
        except CRMError as error:
            own.tell("", say("create.use_failed", why=say(error.message)))
            return
        telemetry.pressed(CREATE_USE, reply.answer if reply else "gone", given.proposal, user)
        text = say("press.record_gone") if reply is None else reply_words(reply, user, say)
        own.tell("", text or say("create.using"))

    def submit(ack: Ack, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        user, say = body["user"]["id"], languages.of_payload(body)
        about = opened_view(view, seals, user)
        if about is None:
            ack(response_action="update", view=message_modal(say("window.not_ours"), say))
            return
        given = filled(view, about)
        sheet = creating.sheet(given.proposal, given.vendor, given.draft.kind, who=given.who)
        if sheet is None:
            ack(response_action="update", view=message_modal(say("press.proposal_gone"), say))
            return
        sheet = _as_given(sheet, given, given.draft)
        moment = looking_window(say, say("create.checking", vendor=sheet.view.vendors[given.vendor]), about)
        ack(response_action="update", view=sealing(user)(moment))
        # Slack may take up the answer to the submission later than a change of the window: that would be lost to it.
        own = replace(shown(client, view["id"], user, say), not_before=time.monotonic() + ANSWERED_SECONDS)
        try:
            if (hits := creating.new_hits(sheet)) is not None:
                if not own.show(window(hits, say)):
                    own.tell(sheet.view.channel, say("create.closed_hits"))
                return
        except CRMError as error:
            # Nothing was sent: what was typed stays.
            if not own.show(window(creating.asked(replace(sheet, message=error.message)), say)):
                own.tell(sheet.view.channel, say("create.use_failed", why=say(error.message)))
            return
        outcome = creating.create(_wish(given, user, f"{view['root_view_id'] or view['id']}-{view['hash']}"))
        if outcome.end is End.WORKING and outcome.creation is not None:
            context.linking.show_card(given.proposal)
            outcome = creating.wait(outcome.creation.id, PATIENCE_SECONDS)
        telemetry.pressed("create", outcome.end, given.proposal, user)
        _tell(own, outcome, sheet, creating)

    app.action(re.compile(rf"^({re.escape(Action.CREATE)}|{re.escape(Action.GO_ON)})\."))(press_create)
    app.action(re.compile(rf"^{re.escape(CREATE_IN_WINDOW)}\."))(press_in_window)
    app.action(CREATE_KIND)(choose_kind)
    app.action(CREATE_WHO)(choose_who)
    app.action(CREATE_USE)(use)
    app.view(CREATE_VIEW)(submit)


def _tell(own: Shown, outcome: Outcome, sheet: Sheet, creating: Creating) -> None:
    """Say what became of a submission; where a person has to go on, the form comes back with what they typed."""
    say, channel = own.say, sheet.view.channel
    vendor = sheet.view.vendors[sheet.vendor]
    if outcome.end in (End.FAILED, End.FOUND, End.UNKNOWN) and outcome.creation is not None:
        again = creating.sheet(sheet.view.id, sheet.vendor, creation_id=outcome.creation.id)
        if again is not None and own.show(window(creating.asked(again), say)):
            return
    if outcome.end is End.TAKEN and outcome.creation is not None:
        own.tell(channel, say("create.taken", user=outcome.creation.asked_by))
        return
    if outcome.end in (End.FAILED, End.UNKNOWN):
        failed = outcome.end is End.FAILED
        message = "create.end.failed" if failed else "create.end.unknown"
        own.tell(channel, say(message, vendor=vendor, why=say(outcome.message)))
        return
    done = {End.CREATED: "create.end.created", End.FOUND: "create.end.found"}
    own.tell(channel, say(done.get(outcome.end, "create.end.working"), vendor=vendor))


def _wish(given: Filled, user: str, press: str) -> Wish:
    return Wish(
        proposal_id=given.proposal,
        vendor=given.vendor,
        draft=given.draft,
        user=user,
        known=given.known,
        shares=given.shares,
        also=given.also,
        about=given.about,
        creation=given.creation,
        attempt=given.attempt,
        press=press,
    )


def _as_given(sheet: Sheet, given: Filled, draft: Any) -> Sheet:
    return replace(
        sheet,
        draft=draft,
        known=given.known,
        ticked=given.also,
        interested=(given.about,) if given.about else (),
        creation=given.creation,
        attempt=given.attempt,
        demanded=tuple(draft.more),
    )
