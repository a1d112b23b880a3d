"""The control calls that play a person, or the world outside, in the workspace. JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from aiohttp import web

from sandbox.slack import surfaces
from sandbox.slack.arrivals import Arrivals
from sandbox.slack.events import Events
from sandbox.slack.fields import CannotChoose
from sandbox.slack.files import ArrivingMail, Attached
from sandbox.slack.forwarding import NoMail, forwarded
from sandbox.slack.interactions import Actor, Interactions, Outcome
from sandbox.slack.orders import Order, WrongOrder, decoded
from sandbox.slack.submissions import Submissions
from sandbox.slack.surfaces import Impossible, Surface
from sandbox.slack.workspace import BOT_USER, EMAIL_USER, OTHER_TEAM_ID, Channel, Person
from sandbox.slack.world import JSON, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Carry = Callable[[Order], Awaitable[JSON]]
ACTOR = ("user", "team_id", "forged")
PLACE = (*ACTOR, "channel", "ts", "view_id", "block_id")
CHANGEABLE = ("deleted", "is_restricted", "is_ultra_restricted", "is_admin")


class SlackControl:
    def __init__(
        self, world: World, events: Events, arrivals: Arrivals, interactions: Interactions, submissions: Submissions
    ) -> None:
        self._world = world
        self._events = events
        self._arrivals = arrivals
        self._interactions = interactions
        self._submissions = submissions

    def calls(self) -> Mapping[str, tuple[Carry, tuple[str, ...]]]:
        """Each call with the keys that its body may have."""
        return {
            "mail": (
                self.mail,
                (
                    "to_channel", "from", "to", "cc", "subject", "text", "html", "message_id", "in_reply_to", "date",
                    "attachments", "slack_connect",
                ),
            ),
            "eml": (self.eml, ("user", "to_channel", "name", "content_base64")),
            "message": (self.message, ("user", "channel", "text", "thread_ts", "files", "share")),
            "edit": (self.edit, ("channel", "ts", "text")),
            "delete": (self.delete, ("channel", "ts")),
            "archive": (self.archive, ("channel", "archived")),
            "invite": (self.invite, ("channel", "user")),
            "connect": (self.connect, ("channel", "team_id", "pending", "left")),
            "person": (self.person, ("user", "real_name", "email", "locale", *CHANGEABLE)),
            "group": (self.group, ("id", "users")),
            "home": (self.home, ("user",)),
            "redeliver": (self.redeliver, ("event_id",)),
            "shortcut": (self.shortcut, (*ACTOR, "channel", "ts", "callback_id")),
            "command": (self.command, (*ACTOR, "channel", "text", "command")),
            "press": (self.press, (*PLACE, "action_id", "text", "value")),
            "select": (self.select, (*PLACE, "action_id", "values")),
            "suggest": (self.suggest, (*PLACE, "action_id", "value")),
            "submit": (self.submit, (*ACTOR, "view_id", "values")),
            "close": (self.close, (*ACTOR, "view_id")),
        }  # fmt: skip

    # what comes in

    async def mail(self, order: Order) -> JSON:
        mail = ArrivingMail(
            sender=order.text("from"),
            subject=order.text("subject"),
            text=order.maybe_text("text") or "",
            to=order.texts("to"),
            cc=order.texts("cc"),
            html=order.maybe_text("html"),
            message_id=order.maybe_text("message_id"),
            in_reply_to=order.maybe_text("in_reply_to"),
            date=order.maybe_text("date"),
            attachments=[_attached(one) for one in order.items("attachments")],
        )
        return self._arrivals.mail(self._channel(order, "to_channel"), mail, order.flag("slack_connect"))

    async def eml(self, order: Order) -> JSON:
        """A person forwards a mail, given as its file, to a channel's address."""
        channel, by = self._channel(order, "to_channel"), self._world.people[self._user(order)]
        if channel.kind == "im":
            raise WrongOrder("Only a channel has a mail address. Go to a channel, and drop the mail there.")
        try:
            forward = forwarded(order.text("name"), decoded("content_base64", order.text("content_base64")), by)
        except NoMail as error:
            raise WrongOrder(str(error)) from error
        return {
            **self._arrivals.mail(channel, forward.mail),
            "message_id": forward.original,
            "subject": forward.subject,
        }

    async def message(self, order: Order) -> JSON:
        channel, user = self._channel(order), self._user(order)
        if not channel.has(user):
            raise Impossible(f"{user} is not in {channel.id}.")
        shared = order.objects("share")
        original = self._message(shared.get("channel", ""), shared.get("ts", "")) if shared else None
        uploads = [(one.filename, one.content) for one in map(_attached, order.items("files"))]
        text, thread_ts = order.maybe_text("text") or "", order.maybe_text("thread_ts")
        if thread_ts:
            self._message(channel.id, thread_ts)
        if not text and not uploads and original is None:
            raise WrongOrder("A message needs a text, files or a share.")
        return self._arrivals.message(channel, user, text, thread_ts, uploads, original)

    async def edit(self, order: Order) -> JSON:
        """Somebody edits a message."""
        message = self._message(order.text("channel"), order.text("ts"))
        return {"event_id": self._arrivals.edit(message, order.text("text"))}

    async def delete(self, order: Order) -> JSON:
        """Somebody deletes a message."""
        message = self._message(order.text("channel"), order.text("ts"))
        return {"event_id": self._arrivals.delete(message)}

    async def archive(self, order: Order) -> JSON:
        """A channel is archived, or taken back into use."""
        channel = self._channel(order)
        channel.archived = order.flag("archived")
        self._world.bump()
        return {"channel": channel.id}

    async def invite(self, order: Order) -> JSON:
        channel, user = self._channel(order), order.maybe_text("user") or BOT_USER
        if user not in self._world.people:
            raise WrongOrder(f"There is no user {user!r}.")
        inviter = next(one for one in channel.members if one != BOT_USER)
        return {"channel": channel.id, "event_id": self._arrivals.invite(channel, user, inviter)}

    async def connect(self, order: Order) -> JSON:
        """Slack Connect: another company comes into a channel, with `pending` is invited, with `left` leaves it."""
        channel, team = self._channel(order), order.maybe_text("team_id") or OTHER_TEAM_ID
        if order.flag("left"):
            return {"channel": channel.id, "event_id": self._arrivals.disconnect(channel, team)}
        return {"channel": channel.id, "event_id": self._arrivals.connect(channel, team, not order.flag("pending"))}

    async def person(self, order: Order) -> JSON:
        """Somebody is deactivated, made a guest, a member or an administrator, gets another mail address, or sets Slack
        to another language; with a `real_name` somebody new comes."""
        name = order.maybe_text("real_name")
        if name is not None:
            new = order.text("user")
            self._world.people.setdefault(new, Person(new, name.casefold(), name))
        user = self._user(order)
        changes: dict[str, Any] = {key: order.flag(key) for key in CHANGEABLE if key in order}
        changes |= {key: order.text(key) for key in ("locale", "email") if key in order}
        changed = replace(self._world.people[user], **changes)
        self._world.people[user] = changed
        self._world.bump()
        return {"person": asdict(changed)}

    async def group(self, order: Order) -> JSON:
        """Who is in a user group from now on."""
        group = self._world.groups.get(order.text("id"))
        if group is None:
            raise WrongOrder(f"There is no group {order.text('id')!r}; there are: {', '.join(self._world.groups)}.")
        group.users = order.texts("users")
        self._world.bump()
        return {"group": asdict(group)}

    async def home(self, order: Order) -> JSON:
        return {"event_id": self._events.home_opened(self._user(order))}

    async def redeliver(self, order: Order) -> JSON:
        if not self._events.again(order.text("event_id")):
            raise Impossible(f"No event {order.text('event_id')} was sent.")
        return {}

    # what people do

    async def shortcut(self, order: Order) -> JSON:
        message = self._message(order.text("channel"), order.text("ts"))
        actor = self._actor(order)
        return self._told(actor, await self._interactions.shortcut(actor, message, order.text("callback_id")))

    async def command(self, order: Order) -> JSON:
        actor, text = self._actor(order), order.maybe_text("text") or ""
        channel = self._channel(order)
        return self._told(actor, await self._interactions.command(actor, channel, order.maybe_text("command"), text))

    async def press(self, order: Order) -> JSON:
        actor = self._actor(order)
        if "action_id" not in order and "text" not in order:
            raise WrongOrder("Say which button: by 'action_id' or by its 'text'.")
        wanted = [order.maybe_text(key) for key in ("action_id", "text", "value", "block_id")]
        surface = self._surface(order, actor)
        if surface is None:
            raise WrongOrder("Say where: 'channel' and 'ts' of a message, or 'view_id'.")
        return self._told(actor, await self._interactions.press(actor, surface, surfaces.button(surface, *wanted)))

    async def select(self, order: Order) -> JSON:
        actor = self._actor(order)
        surface, block, element = self._element(order, actor)
        outcome = await self._interactions.choose(actor, surface, block, element, order.items("values"))
        return self._told(actor, outcome)

    async def suggest(self, order: Order) -> JSON:
        actor = self._actor(order)
        surface, block, element = self._element(order, actor, ("external_select", "multi_external_select"))
        query = order.maybe_text("value") or ""
        return self._told(actor, await self._interactions.suggest(actor, surface, block, element, query))

    async def submit(self, order: Order) -> JSON:
        actor, given = self._actor(order), order.objects("values")
        surface = surfaces.view_of(self._world, actor.user, order.text("view_id"))
        return self._told(actor, await self._submissions.submit(actor, surface, given))

    async def close(self, order: Order) -> JSON:
        actor = self._actor(order)
        surface = surfaces.view_of(self._world, actor.user, order.text("view_id"))
        return self._told(actor, await self._submissions.close(actor, surface))

    # reading orders, writing answers

    def _told(self, actor: Actor, outcome: Outcome | None) -> JSON:
        """The answer to a person's action; None is one that the bot is not told of."""
        views = [{"user": actor.user, **view} for view in self._world.stacks.get(actor.user, [])]
        if outcome is None:
            return {"ok": True, "ack": None, "seconds": 0.0, "views": views}
        reason = outcome.ack.reason or outcome.wrong
        told: JSON = {
            "ok": not reason,
            "ack": outcome.ack.body,
            "seconds": round(outcome.ack.seconds, 3),
            "trigger_id": outcome.trigger_id,
            "views": views,
            **outcome.more,
        }
        return {**told, "error": reason} if reason else told

    def _actor(self, order: Order) -> Actor:
        return Actor(self._user(order), order.maybe_text("team_id") or self._world.team.id, order.objects("forged"))

    def _user(self, order: Order) -> str:
        """Anybody but the bot and Slackbot: guests, bots of other apps and those who should not be there any more too,
        so that it shows what the bot does with them."""
        user = order.text("user")
        people = [one for one in self._world.people if one not in (BOT_USER, EMAIL_USER)]
        if user not in people:
            raise WrongOrder(f"There is no person {user!r}; there are: {', '.join(people)}.")
        return user

    def _channel(self, order: Order, key: str = "channel") -> Channel:
        channel = self._world.channel(order.text(key))
        if channel is None:
            known = ", ".join(one.id for one in self._world.channels.values())
            raise WrongOrder(f"There is no channel {order.text(key)!r}; there are: {known}.")
        return channel

    def _message(self, channel: str, ts: str) -> JSON:
        place = self._world.channel(channel)
        message = self._world.message(place.id, ts) if place else None
        if message is None:
            raise Impossible(f"There is no message {ts!r} in {channel!r}.")
        return message

    def _surface(self, order: Order, actor: Actor) -> Surface | None:
        view_id, channel, ts = (order.maybe_text(key) for key in ("view_id", "channel", "ts"))
        if view_id is not None:
            return surfaces.view_of(self._world, actor.user, view_id)
        if channel is not None and ts is not None:
            return surfaces.message_of(self._world, actor.user, channel, ts)
        return None

    def _element(self, order: Order, actor: Actor, kinds: tuple[str, ...] | None = None) -> tuple[Surface, JSON, JSON]:
        """The element with this action id; where no place is said, the nearest one that this person sees."""
        action_id, block_id = order.text("action_id"), order.maybe_text("block_id")

        def fits(element: JSON) -> bool:
            return element["type"] in kinds if kinds else element["type"] not in surfaces.BUTTONS

        given = self._surface(order, actor)
        for place in [given] if given else surfaces.everything_seen_by(self._world, actor.user):
            found = surfaces.element(place, action_id, block_id, fits)
            if found is not None:
                return place, *found
        raise Impossible(f"There is no {action_id!r} to choose in here.")


def answered(carry: Carry, known: tuple[str, ...] = ()) -> Handler:
    """Make a route of a control call: 400 for what cannot be understood, `ok: false` for what cannot be done."""

    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response({"ok": True, **await carry(await Order.of(request, known))})
        except WrongOrder as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        except (Impossible, CannotChoose) as error:
            return web.json_response({"ok": False, "error": str(error)})

    return handle


def _attached(one: Any) -> Attached:
    order = Order(one, ("name", "filename", "content_base64", "mimetype"))
    name = order.maybe_text("filename") or order.text("name")
    content = decoded("content_base64", order.text("content_base64"))
    return Attached(name, content, order.maybe_text("mimetype") or "")
