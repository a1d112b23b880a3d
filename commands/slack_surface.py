"""The surface in Slack: posts and updates cards, says notices, downloads files."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import httpx
from slack_sdk import WebClient

from bot.language import Words
from bot.surface import SLACKBOT, Conversation, Notice, ProposalView, Stuck, SurfaceError, WokenBy
from commands.cards.bare import bare_card
from commands.cards.card import card
from commands.cards.many import many_question
from commands.cards.parts import section
from commands.cards.woken import woken_words
from commands.downloads import Downloads
from commands.held import HeldMails
from commands.ids import CARD_EVENT, WOKEN_EVENT
from commands.languages import Languages
from commands.mrkdwn import date, escape
from commands.private_cards import PrivateCards
from commands.seals import Seals, sealed_blocks
from commands.slack_calls import call, webhook
from commands.workspace import Standing, Workspace

PAGE = 100  # replies


def notice_words(notice: Notice, url: str | None, say: Words, person: str = "") -> str:
    """A notice, with a link to the card where there is one; `person` is whom it names."""
    link = say("card.link", url=url) if url else say("card.link_unknown")
    return say(f"notice.{notice}", link=link, user=person)


class SlackSurface:
    """Fulfils `bot.surface.Surface`."""

    def __init__(
        self,
        client: WebClient,
        file_hosts: tuple[str, ...],
        downloads: httpx.Client,
        *,
        languages: Languages,
        workspace: Workspace,
        seals: Seals,
        private: PrivateCards | None = None,
        note_bare: Callable[[str, bool], None] = lambda _proposal, _bare: None,
        private_channels: Container[str] = (),
    ) -> None:
        """`private` are the whole cards below bare ones; `note_bare` writes down that a card is bare, or that it is
        whole. In `private_channels` all cards are bare, because the settings say so."""
        self._client = client
        self._downloads = Downloads(downloads, file_hosts)
        self._workspace = workspace
        self._seals = seals
        self._languages = languages
        self._private = private or PrivateCards(seals)
        self._held = HeldMails(client, languages, seals, self._private)
        self._private_channels = private_channels
        self._note_bare = note_bare

    def post_card(self, view: ProposalView, *, maybe_posted: bool) -> str:
        if maybe_posted and (known := self._posted_before(view)):
            return known
        bare, text, blocks = self._card(view)
        answer = call(
            lambda: self._client.chat_postMessage(
                channel=view.channel,
                thread_ts=view.thread_ts,
                text=text,
                blocks=blocks,
                unfurl_links=False,
                metadata={"event_type": CARD_EVENT, "event_payload": {"proposal": view.id}},
            )
        )
        if bare:
            self._note_bare(view.id, True)
        return str(answer["ts"])

    def _card(self, view: ProposalView) -> tuple[bool, str, list[dict[str, Any]]]:
        """Whether the card is bare, its text and its blocks. In a channel where others read along it says nothing of
        what the mail is about, nor where the settings want each person to see it alone."""
        say = self._languages.of_card(view)
        if view.channel in self._private_channels:
            bare, (text, blocks) = True, bare_card(view, say, by_setting=True)
        elif self._workspace.is_shared(view.channel):
            bare, (text, blocks) = True, bare_card(view, say)
        else:
            bare, (text, blocks) = False, card(view, say)
        return bare, text, sealed_blocks(blocks, self._seals)

    def say_woken(self, view: ProposalView, by: WokenBy, *, maybe_said: bool) -> None:
        if view.held_for:
            self._held.ask(view, by)
            return
        event = {"event_type": WOKEN_EVENT, "event_payload": {"proposal": view.id, "news": by.key}}
        if maybe_said and any((one.get("metadata") or {}) == event for one in self._replies(view)):
            return
        bare, _, _ = self._card(view)
        text = woken_words(by, self._languages.of_card(view), bare=bare)
        call(
            lambda: self._client.chat_postMessage(
                channel=view.channel,
                thread_ts=view.thread_ts,
                text=text,
                blocks=[section(text)],
                unfurl_links=False,
                metadata=event,
            )
        )

    def _posted_before(self, view: ProposalView) -> str | None:
        """The card of this proposal that is in the thread; a second one is deleted."""
        known = [str(message["ts"]) for message in self._replies(view) if _is_card_of(message, view.id)]
        for ts in known[1:]:
            call(partial(self._client.chat_delete, channel=view.channel, ts=ts))
        return known[0] if known else None

    def _replies(self, view: ProposalView) -> Iterator[Mapping[str, Any]]:
        cursor = ""
        while True:
            page = call(
                partial(
                    self._client.conversations_replies,
                    channel=view.channel,
                    ts=view.thread_ts,
                    include_all_metadata=True,
                    limit=PAGE,
                    cursor=cursor,
                )
            )
            yield from page.get("messages", [])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def update_card(self, view: ProposalView) -> None:
        if view.held_for:
            self._held.refresh(view)
        if view.card_ts is None:
            return
        bare, text, blocks = self._card(view)
        ts = view.card_ts
        if view.card_bare and not bare:  # before it is whole, so that it is never thought bare
            self._note_bare(view.id, False)
        call(lambda: self._client.chat_update(channel=view.channel, ts=ts, text=text, blocks=blocks))
        if bare and not view.card_bare:
            self._note_bare(view.id, True)
        self._private.refresh(view)

    def tell(self, where: Conversation, notice: Notice, **words: Any) -> None:
        text = notice_words(notice, words.get("url"), self._words_for(where), words.get("person", ""))
        if where.response_url and _responded(where.response_url, text):
            return
        if where.user:
            call(
                lambda: self._client.chat_postEphemeral(
                    channel=where.channel, user=where.user, text=text, thread_ts=where.thread_ts
                )
            )
        else:
            call(
                lambda: self._client.chat_postMessage(
                    channel=where.channel, thread_ts=where.thread_ts, text=text, unfurl_links=False
                )
            )

    def tell_alone(self, team: str, user: str, stuck: Stuck, *, channel: str, subject: str) -> None:
        say = self._languages.of_person(team, user)
        named = escape(subject, 100) or say("mail.no_subject")
        text = say(f"stuck.{stuck}", channel=channel, subject=named)
        call(lambda: self._client.chat_postMessage(channel=user, text=text, unfurl_links=False))

    def ask_many(self, where: Conversation, key: str, count: int) -> None:
        text, blocks = many_question(key, count, self._languages.of_channel(where.team, where.channel))
        call(
            lambda: self._client.chat_postMessage(
                channel=where.channel, thread_ts=where.thread_ts, text=text, blocks=blocks, unfurl_links=False
            )
        )

    def say_away(self, where: Conversation, vendor: str, since: datetime) -> str:
        say = self._words_for(where)
        return self._post(where, say("vendor.away", vendor=vendor, since=date(since)))

    def say_back(self, where: Conversation, ts: str, vendor: str, since: datetime, until: datetime) -> None:
        say = self._words_for(where)
        self._replace(where, ts, say("vendor.back", vendor=vendor, since=date(since), until=date(until)))

    def say_refused(self, where: Conversation, name: str) -> str:
        say = self._words_for(where)
        return self._post(where, say("access.refused", name=name))

    def say_accepted(self, where: Conversation, ts: str, name: str, since: datetime, until: datetime) -> None:
        say = self._words_for(where)
        self._replace(where, ts, say("access.accepted", name=name, since=date(since), until=date(until)))

    def _post(self, where: Conversation, text: str) -> str:
        answer = call(
            lambda: self._client.chat_postMessage(
                channel=where.channel, text=text, blocks=[section(text)], unfurl_links=False
            )
        )
        return str(answer["ts"])

    def _replace(self, where: Conversation, ts: str, text: str) -> None:
        call(lambda: self._client.chat_update(channel=where.channel, ts=ts, text=text, blocks=[section(text)]))

    def _words_for(self, where: Conversation) -> Words:
        if where.user:
            return self._languages.of_person(where.team, where.user)
        return self._languages.of_channel(where.team, where.channel)

    def permalink(self, channel: str, ts: str) -> str | None:
        try:
            return str(call(lambda: self._client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"])
        except SurfaceError:
            return None  # the notice is still useful without its link

    def tell_held(self, view: ProposalView) -> None:
        self._held.ask(view)

    def person(self, user: str, address: str) -> str:
        if user != SLACKBOT and self._workspace.standing(user) is Standing.MEMBER:
            return user
        return self._workspace.member_with(address) if address else ""

    def may_bring(self, user: str) -> bool:
        # What a bot of the workspace posts came in by its own means, as a mail to a channel's address does.
        return user == SLACKBOT or self._workspace.standing(user) in (Standing.MEMBER, Standing.BOT)

    def file_info(self, file_id: str) -> Mapping[str, Any]:
        file: Mapping[str, Any] = call(lambda: self._client.files_info(file=file_id))["file"]
        return file

    def download(self, url: str) -> bytes:
        return self._downloads.download(url, str(self._client.token))


def _is_card_of(message: Mapping[str, Any], proposal_id: str) -> bool:
    metadata = message.get("metadata") or {}
    return metadata.get("event_type") == CARD_EVENT and metadata["event_payload"].get("proposal") == proposal_id


def _responded(url: str, text: str) -> bool:
    """Answer a person also where the bot is not a member. The address may have run out; then it is not answered."""
    answer = call(lambda: webhook(url).send(text=text, response_type="ephemeral"))
    return bool(answer.status_code == http.client.OK)
