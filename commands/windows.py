"""Opening a modal."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from commands import catalogue as say

log = logging.getLogger(__name__)


def open_window(client: WebClient, trigger_id: str, view: dict[str, Any], respond: Respond) -> str | None:
    """Open a modal and give its id, or say that Slack did not.

    The failure is answered here and not left to Bolt: an error that leaves a listener right behind its `ack()` takes
    the acknowledgement with it, and Slack would tell the person that nothing answered.
    """
    try:
        return str(client.views_open(trigger_id=trigger_id, view=view)["view"]["id"])
    except (SlackApiError, SlackClientError, OSError) as error:
        log.warning("a window did not open: %s", type(error).__name__)
        respond(text=say.NO_WINDOW, response_type="ephemeral", replace_original=False)
        return None
