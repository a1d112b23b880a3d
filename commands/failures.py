"""The last resort: a failure that nobody foresaw still ends in a sentence where the person pressed."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import App
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.logs import origin
from commands.languages import Languages
from commands.slack_calls import webhook

log = logging.getLogger(__name__)


def register(app: App, languages: Languages) -> None:
    """Answer what went wrong, and log its kind: the text of an error could hold words of a mail."""

    def broken(error: Exception, body: dict[str, Any]) -> None:
        code = error.response.get("error", "") if isinstance(error, SlackApiError) and error.response else ""
        log.error("unforeseen %s %s", origin(error), code)
        if url := body.get("response_url"):
            words = languages.of_payload(body)("press.broken")
            try:
                webhook(str(url)).send(text=words, response_type="ephemeral", replace_original=False)
            except (SlackClientError, OSError) as second:
                log.warning("and that could not be said either: %s", type(second).__name__)

    app.error(broken)
