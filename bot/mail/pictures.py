"""Pictures in the text of a mail in Slack: which attachment each of them is. Slack keeps no Content-IDs."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape, unescape

from bot.mail.model import Attachment

_SOURCE = re.compile(r"""(<img\b[^>]{0,2000}?\bsrc\s{0,3}=\s{0,3})(["'])([^"'<>]{1,2000})\2""", re.IGNORECASE)
_MOST_PICTURES = 200


def with_content_ids(
    html: str | None, attachments: tuple[Attachment, ...]
) -> tuple[str | None, tuple[Attachment, ...]]:
    """The HTML with its pictures as `cid:…`, and the attachments with the Content-IDs by which it shows them.

    A picture is known by its address, by its name (`cid:image001.png@01DB…`), or where as many pictures as attached
    ones are left, by its place.
    """
    images = [number for number, one in enumerate(attachments) if one.content_type.casefold().startswith("image/")]
    if not html or not images:
        return html, attachments
    found: dict[str, int] = {}  # number of the attachment by the source that shows it
    sources = list(dict.fromkeys(unescape(match[3]).strip() for match in _SOURCE.finditer(html)))[:_MOST_PICTURES]
    for by in (_by_address, _by_name):
        for source in sources:
            left = [number for number in images if number not in found.values()]
            match = next((number for number in left if by(source, attachments[number])), None)
            if source not in found and match is not None:
                found[source] = match
    rest = [source for source in sources if source not in found and source.casefold().startswith("cid:")]
    left = [number for number in images if number not in found.values()]
    if len(rest) == len(left):
        found |= dict(zip(rest, left, strict=True))
    if not found:
        return html, attachments
    ids = {source: _content_id(source, number) for source, number in found.items()}
    done = list(attachments)
    for source, number in found.items():
        done[number] = replace(done[number], content_id=ids[source], inline=True)

    def shown(match: re.Match[str]) -> str:
        content_id = ids.get(unescape(match[3]).strip())
        return f"{match[1]}{match[2]}cid:{escape(content_id)}{match[2]}" if content_id else match[0]

    return _SOURCE.sub(shown, html), tuple(done)


def _by_address(source: str, attachment: Attachment) -> bool:
    return bool(attachment.url) and source == attachment.url


def _by_name(source: str, attachment: Attachment) -> bool:
    scheme, colon, content_id = source.partition(":")
    name = content_id.partition("@")[0].casefold()
    return bool(colon) and scheme.casefold() == "cid" and name == attachment.filename.casefold()


def _content_id(source: str, number: int) -> str:
    scheme, _, content_id = source.partition(":")
    return content_id if scheme.casefold() == "cid" else f"picture{number}@slack.invalid"
