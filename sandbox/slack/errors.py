"""An error answer of the Web API."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.slack.checks import Problem
from sandbox.slack.world import JSON


class SlackError(Exception):
    """`error` is Slack's error code; `messages` go to `response_metadata`; `more` beside the error."""

    def __init__(self, error: str, messages: Sequence[str] = (), more: JSON | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.more = more or {}

    @property
    def detail(self) -> str:
        return " ".join([self.error, *self.messages])

    def as_json(self) -> JSON:
        answer: JSON = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            answer["response_metadata"] = {"messages": self.messages}
        return answer


def refuse_if(problems: Sequence[Problem], error: str, root: str) -> None:
    """Raise SlackError with these problems, if there are any."""
    if problems:
        raise SlackError(error, [one.sentence(root) for one in problems])


def missing_scope(needed: str, provided: frozenset[str]) -> SlackError:
    return SlackError("missing_scope", more={"needed": needed, "provided": ",".join(sorted(provided))})
