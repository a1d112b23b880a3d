"""What is said in the morning, in Slack."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from functools import partial

from slack_sdk import WebClient

from bot.linking import FiguresView
from bot.surface import ProposalView, SurfaceError
from commands.cards.digest import digest, reminder
from commands.languages import Languages
from commands.memberships import Memberships
from commands.rights import Right, Rights
from commands.slack_calls import call
from commands.workspace import Workspace


class SlackReports:
    """Fulfils `bot.linking.Reports`."""

    def __init__(
        self,
        client: WebClient,
        *,
        languages: Languages,
        workspace: Workspace,
        rights: Rights,
        memberships: Memberships,
        private_channels: Container[str] = (),
    ) -> None:
        """In `private_channels` no words of customers are said, because the settings say so."""
        self._client = client
        self._languages = languages
        self._workspace = workspace
        self._rights = rights
        self._memberships = memberships
        self._private_channels = private_channels

    def is_wanted(self, place: str) -> bool:
        if place.startswith(("U", "W")):
            return self._rights.refusal(place, Right.LINK) is None
        return self._rights.in_use(place)

    def channels_of(self, user: str, channels: Collection[str]) -> list[str]:
        return self._memberships.of(user, [one for one in channels if self._rights.in_use(one)])

    def post_digest(self, team: str, channel: str, figures: FiguresView) -> None:
        say = self._languages.of_channel(team, channel)
        bare = channel in self._private_channels or self._workspace.is_shared(channel)
        text, blocks = digest(figures, say, bare=bare)
        call(lambda: self._client.chat_postMessage(channel=channel, text=text, blocks=blocks, unfurl_links=False))

    def post_reminder(self, team: str, user: str, mails: Sequence[ProposalView]) -> None:
        urls = {mail.id: self._url(mail) for mail in mails}
        text, blocks = reminder(mails, urls, self._languages.of_person(team, user))
        call(lambda: self._client.chat_postMessage(channel=user, text=text, blocks=blocks, unfurl_links=False))

    def _url(self, mail: ProposalView) -> str:
        """Where a mail's card is, as far as Slack says so."""
        if mail.card_ts is None:
            return ""
        try:
            asked = partial(self._client.chat_getPermalink, channel=mail.channel, message_ts=mail.card_ts)
            return str(call(asked)["permalink"])
        except SurfaceError:
            return ""
