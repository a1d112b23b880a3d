"""The window in which somebody searches the directory, and what it shows of a record."""

from __future__ import annotations

from typing import Any

from bot.language import Words
from bot.linking import FoundView
from bot.records import detail
from commands.cards.parts import Block, button, context, icon, mail_line, plain, section
from commands.ids import FIND_VIEW, Find
from commands.mrkdwn import escape, link

MOST_MAILS = 10


def find_window(say: Words, found: FoundView | None = None, *, notice: str = "") -> dict[str, Any]:
    """The window with its field, and below it the record that was chosen. `notice` answers the last press."""
    field: Block = {
        "type": "external_select",
        "action_id": Find.FIELD,
        "placeholder": plain(say("find.placeholder"), 150),
        "min_query_length": 2,
    }
    blocks: list[Block] = [section(say("find.how")), {"type": "actions", "block_id": Find.FIELD, "elements": [field]}]
    if notice:
        blocks.append(section(notice))
    if found is not None:
        blocks += _record(found, say)
    return {
        "type": "modal",
        "callback_id": FIND_VIEW,
        "title": plain(say("find.title"), 24),
        "close": plain(say("window.done_close"), 24),
        "blocks": blocks,
    }


def _record(found: FoundView, say: Words) -> list[Block]:
    record = found.record
    name = escape(record.name, 120) or say("record.unnamed", id=escape(record.ref.id, 60))
    words = [say("find.record", icon=icon(record.category), name=name, label=escape(found.label))]
    if more := escape(detail(record), 300):
        words.append(more)
    if record.phones:
        words.append(escape(say("list.comma").join(record.phones[:3]), 120))
    words.append(link(found.url, say("find.page", label=escape(found.label))) if found.url else say("find.no_page"))
    blocks: list[Block] = [{"type": "divider"}, section("\n".join(words))]
    if not found.mails:
        return [*blocks, context(say("find.no_mails"))]
    blocks.append(section(say("find.mails")))
    for mail in found.mails[:MOST_MAILS]:
        place = "" if mail.channel.startswith("D") else say("home.place", channel=f"<#{mail.channel}>")
        row = section("\n".join(filter(None, (mail_line(mail, say), place))))
        blocks.append({**row, "accessory": button(say("button.choose"), Find.CHOOSE, mail.id)})
    return blocks + ([context(say("listing.older"))] if len(found.mails) > MOST_MAILS else [])
