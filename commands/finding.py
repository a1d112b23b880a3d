"""The search over the directory, opened from the Home tab: only who may link may see whom the CRM knows."""

from __future__ import annotations

from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.records import RecordRef
from commands.cards.change import options
from commands.cards.find import find_window
from commands.change_window import open_change
from commands.context import Context
from commands.home import PLACE, Homes
from commands.ids import Find
from commands.languages import sender
from commands.rights import Right
from commands.seals import Seals, sealed_blocks, sealed_view
from commands.windows import Opened, PushedWindow, Window


def register(app: App, context: Context, homes: Homes) -> None:
    """Listen to the button, the field and the rows of the window. That its person may link is asked before each of them
    (`commands.access`)."""

    def start(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        team, user = sender(body)
        say = context.languages.of_payload(body)

        def respond(*, text: str, **_: Any) -> None:
            homes.publish(client, team, user, text)

        Window(client, body["trigger_id"], respond, say, lambda view: view).open(find_window(say))

    def suggest(ack: Ack, payload: dict[str, Any]) -> None:
        ack(options=options(context.searching.search(str(payload.get("value") or ""))))

    def show(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        team, user = sender(body)
        say, chosen = context.languages.of_payload(body), body["actions"][0].get("selected_option")
        if not chosen:  # the field was emptied
            return
        found = context.searching.found(RecordRef.parse(str(chosen["value"])), team, homes.channels(team, user), user)
        view = find_window(say, found) if found else find_window(say, notice=say("find.gone"))
        complete(client, body, view)

    def choose(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        say, user = context.languages.of_payload(body), body["user"]["id"]
        proposal_id, refusal = homes.mail(body, Right.LINK)
        found = context.asking.chosen(proposal_id) if proposal_id else None
        if found is None:
            notice = refusal or say("press.proposal_gone")
            complete(client, body, find_window(say, notice=notice))
            return
        seal = partial(sealed_view, seals=context.seals, user=user)
        open_change(PushedWindow(client, body["trigger_id"], respond, say, seal), context.asking, *found)

    def complete(client: WebClient, body: dict[str, Any], view: dict[str, Any]) -> None:
        seal = partial(_sealed, seals=context.seals, user=body["user"]["id"])
        window = Window(client, "", lambda **_: None, context.languages.of_payload(body), seal)
        window.complete(Opened(body["view"]["id"], body["view"]["hash"]), view)

    app.action(Find.OPEN)(start)
    app.options(Find.FIELD)(suggest)
    app.action(Find.FIELD)(show)
    app.action(Find.CHOOSE)(choose)


def _sealed(view: dict[str, Any], *, seals: Seals, user: str) -> dict[str, Any]:
    return {**view, "blocks": sealed_blocks(view["blocks"], seals, PLACE, user)}
