"""Opening a modal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.language import Words

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A modal as Slack opened it. Its hash changes with each change of what it shows."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True)
class Window:
    """A modal that a person asked for: what Slack gave to open it, the words for that person, and how it is sealed for
    them."""

    client: WebClient
    trigger_id: str
    respond: Callable[..., object]
    say: Words
    seal: Callable[[dict[str, Any]], dict[str, Any]]

    def open(self, view: dict[str, Any]) -> Opened | None:
        """Open the modal, or say that Slack did not.

        The failure is answered here and not left to Bolt: an error that leaves a listener right behind its `ack()`
        takes the acknowledgement with it, and Slack would tell the person that nothing answered.
        """
        try:
            opened = self._open(self.seal(view))["view"]
            return Opened(str(opened["id"]), str(opened["hash"]))
        except (SlackApiError, SlackClientError, OSError) as error:
            log.warning("a window did not open: %s", type(error).__name__)
            self.respond(text=self.say("press.no_window"), response_type="ephemeral", replace_original=False)
            return None

    def _open(self, view: dict[str, Any]) -> Any:
        return self.client.views_open(trigger_id=self.trigger_id, view=view)

    def complete(self, opened: Opened, view: dict[str, Any]) -> Opened | None:
        """Change an open modal; what the person chose in it stays. It may be closed or submitted meanwhile: what it
        shows since then, such as the answer to a submission, stays as well. Gives the modal as it is then."""
        try:
            changed = self.client.views_update(view_id=opened.id, hash=opened.hash, view=self.seal(view))["view"]
            return Opened(str(changed["id"]), str(changed["hash"]))
        except (SlackApiError, SlackClientError, OSError) as error:
            log.info("a window was not completed: %s", type(error).__name__)
            return None


class PushedWindow(Window):
    """A modal that opens over another one, which is there again when it is closed."""

    def _open(self, view: dict[str, Any]) -> Any:
        return self.client.views_push(trigger_id=self.trigger_id, view=view)
