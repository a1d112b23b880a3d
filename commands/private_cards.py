"""Whole cards that single people were shown below a bare one, and how they are kept up to date.

Slack gives no way to reach what one person alone sees, but through the address that comes with a press on it. It lives
for half an hour and takes five answers (docs.slack.dev/interactivity/handling-user-interaction), so it is held in
memory only: when it is gone the person presses *Show* again.
"""

from __future__ import annotations

import http.client
import logging
import threading
import time
from dataclasses import dataclass

from slack_sdk import WebClient

from bot.language import Words
from bot.surface import UNDER_WAY, ProposalView, SurfaceError
from commands.bound import Pressed
from commands.cards.card import card
from commands.cards.parts import Block
from commands.seals import Seals, sealed_blocks
from commands.slack_calls import call, webhook

ANSWER_SECONDS = 5  # the card that all see is not to wait for it
LIFE_SECONDS = 29 * 60.0
# One of five is left for what is said to who pressed in vain.
MOST_ANSWERS = 4
# Kept for the outcome: what is under way is not shown with the last answers.
FOR_THE_END = 1

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Shown:
    """The card that one person sees, and the address through which it can be changed."""

    channel: str
    user: str
    url: str
    say: Words
    since: float
    answers: int = 0

    def lives(self) -> bool:
        return self.answers < MOST_ANSWERS and time.monotonic() - self.since < LIFE_SECONDS


class PrivateCards:
    """Each is sealed to its person and its channel: nobody else can press what is on it."""

    def __init__(self, seals: Seals) -> None:
        self._seals = seals
        self._shown: dict[str, dict[str, _Shown]] = {}
        self._lock = threading.Lock()

    def show(self, client: WebClient, view: ProposalView, user: str, say: Words, *, place: str = "") -> None:
        """Show one person the whole card, in the mail's thread; or in another conversation, if that is their `place`.
        Raises SurfaceError."""
        channel = place or view.channel
        text, blocks = self._card(view, channel, user, say)
        thread = view.thread_ts if channel == view.channel else None
        call(lambda: client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread, text=text, blocks=blocks))

    def remember(self, press: Pressed, url: str, say: Words) -> None:
        """Somebody pressed on their own card: from now on it can be changed."""
        if not url:
            return
        with self._lock:
            gone = [one for one, people in self._shown.items() if not any(shown.lives() for shown in people.values())]
            for one in gone:
                del self._shown[one]
            people = self._shown.setdefault(press.proposal, {})
            people[press.user] = _Shown(press.channel, press.user, url, say, time.monotonic())

    def refresh(self, view: ProposalView) -> bool:
        """Change the cards of a proposal that people have before them; what Slack does not take stays as it was. False
        where none was changed."""
        changed = False
        with self._lock:
            least = FOR_THE_END if view.state in UNDER_WAY else 0
            shown = [
                one
                for one in self._shown.get(view.id, {}).values()
                if one.lives() and MOST_ANSWERS - one.answers > least
            ]
            for one in shown:
                one.answers += 1
        for one in shown:
            text, blocks = self._card(view, one.channel, one.user, one.say)
            try:
                # Ephemeral, should there be nothing any more to replace.
                answer = webhook(one.url, seconds=ANSWER_SECONDS).send(
                    text=text, blocks=blocks, replace_original=True, response_type="ephemeral"
                )
            except (OSError, http.client.HTTPException) as error:
                log.info("a card that one person sees was not changed: %s", type(error).__name__)
                continue
            if answer.status_code != http.client.OK:
                log.info("a card that one person sees was not changed: %s", answer.status_code)
            changed = changed or answer.status_code == http.client.OK
        return changed

    def _card(self, view: ProposalView, channel: str, user: str, say: Words) -> tuple[str, list[Block]]:
        text, blocks = card(view, say)
        return text, sealed_blocks(blocks, self._seals, channel, user)


def shown_alone(
    cards: PrivateCards, client: WebClient, view: ProposalView, user: str, say: Words, *, place: str = ""
) -> bool:
    """Show somebody the whole card; False where Slack did not take it."""
    try:
        cards.show(client, view, user, say, place=place)
    except SurfaceError as error:
        log.warning("a card was not shown to one person: %s", error.code)
        return False
    return True
