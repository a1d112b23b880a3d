"""An error whose words are for people."""

from __future__ import annotations

from bot.language.sentence import Sentence


class SpokenError(Exception):
    """`message` is what is said to people; as text, in logs and traces, there is only its id."""

    def __init__(self, message: Sentence) -> None:
        super().__init__(message.id)
        self.message = message
