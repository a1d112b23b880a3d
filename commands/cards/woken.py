"""What is said when a record comes that a waiting mail names."""

from __future__ import annotations

from bot.language import Words
from bot.surface import WokenBy
from commands.mrkdwn import escape

MOST_NAMED = 3


def woken_words(by: WokenBy, say: Words, *, bare: bool = False) -> str:
    """The message in the mail's thread; where it is `bare` it names nobody but who had parked the mail."""
    if bare:
        return say("bare.woken_for", user=by.parked_by) if by.parked_by else say("bare.woken")
    if len(by.names) == 1:
        ((name, vendor),) = by.names
        text = say("woken.one", name=escape(name, 60), vendor=vendor)
    else:
        text = say(
            "woken.several", names=_names(by, say), vendors=say.listed(list(dict.fromkeys(v for _, v in by.names)))
        )
    return say("woken.said_to", user=by.parked_by, text=text) if by.parked_by else say("woken.said", text=text)


def _names(by: WokenBy, say: Words) -> str:
    names = [escape(name, 60) for name, _ in by.names]
    more = len(names) - MOST_NAMED
    return (
        say("list.more", names=say("list.comma").join(names[:MOST_NAMED]), count=more)
        if more > 0
        else say.listed(names)
    )
