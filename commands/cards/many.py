"""The question about a file that holds many mails."""

from __future__ import annotations

from bot.language import Words
from bot.mail import MOST_MAILS
from commands.cards.parts import Block, button, section
from commands.ids import Many


def many_question(key: str, count: int, say: Words) -> tuple[str, list[Block]]:
    """The text for notifications, and the blocks with its two buttons; `key` names the arrival."""
    text = say("many.most" if count >= MOST_MAILS else "many.question", count=count)
    buttons = [
        button(say("many.all", count=count), Many.ALL, key),
        button(say("button.not_now"), Many.NONE, key),
    ]
    return text, [
        section(text),
        {"type": "actions", "elements": buttons},
    ]
