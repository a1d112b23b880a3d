"""Summaries of mails that came together, in Slack: posted and kept up to date."""

from __future__ import annotations

from collections.abc import Container

from slack_sdk import WebClient

from bot.surface import BundleView
from commands.cards.parts import Block
from commands.cards.summary import bare_summary, summary
from commands.languages import Languages, is_with_one_person
from commands.seals import Seals, sealed_blocks
from commands.slack_calls import call
from commands.workspace import Workspace


class SlackSummaries:
    """Fulfils `bot.surface.Summaries`."""

    def __init__(
        self,
        client: WebClient,
        *,
        languages: Languages,
        workspace: Workspace,
        seals: Seals,
        private_channels: Container[str] = (),
    ) -> None:
        """In `private_channels` nothing is said of what mails are about, because the settings say so."""
        self._client = client
        self._languages = languages
        self._workspace = workspace
        self._seals = seals
        self._private_channels = private_channels

    def post_summary(self, view: BundleView) -> str:
        text, blocks = self._message(view)
        # Mails of several messages have a thread each: beside those, the summary stands in the conversation itself.
        thread = view.thread_ts or None
        answer = call(
            lambda: self._client.chat_postMessage(
                channel=view.channel, thread_ts=thread, text=text, blocks=blocks, unfurl_links=False
            )
        )
        return str(answer["ts"])

    def update_summary(self, view: BundleView) -> None:
        text, blocks = self._message(view)
        ts = str(view.ts)
        call(lambda: self._client.chat_update(channel=view.channel, ts=ts, text=text, blocks=blocks))

    def _message(self, view: BundleView) -> tuple[str, list[Block]]:
        if is_with_one_person(view.channel):
            say = self._languages.of_person(view.team, view.user)
        else:
            say = self._languages.of_channel(view.team, view.channel)
        hidden = view.channel in self._private_channels or self._workspace.is_shared(view.channel)
        text, blocks = bare_summary(view, say) if hidden else summary(view, say)
        return text, sealed_blocks(blocks, self._seals)
