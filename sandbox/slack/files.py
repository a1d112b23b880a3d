"""Files in the workspace: a mail as Slack's mail integration shows it, uploads of people, and the downloads.

Shapes: docs.slack.dev/reference/objects/file-object; a mail's as Slack really sends it (undocumented).
"""

from __future__ import annotations

import html
import mimetypes
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate, getaddresses, make_msgid

from sandbox.slack.workspace import BOT_USER, EMAIL_BOT_ID, EMAIL_USER
from sandbox.slack.world import JSON, StoredFile, Upload, World

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head>"
    "<body><h1>Sign in to Slack</h1><form action='/signin'></form></body></html>"
)
EMAIL_ADDRESSEE = {"address": "", "name": "Email", "original": "Email <>"}
KNOWN_TYPES = {"eml": "message/rfc822", "msg": "application/vnd.ms-outlook"}


@dataclass(frozen=True)
class Attached:
    filename: str
    content: bytes
    mimetype: str = ""


@dataclass(frozen=True)
class ArrivingMail:
    """What somebody sent to a channel's address. Addresses are in the form of a mail header."""

    sender: str
    subject: str
    text: str
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    html: str | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    date: str | None = None
    attachments: Sequence[Attached] = ()


class Files:
    """Makes the files and hands their bytes out to who may have them."""

    def __init__(self, world: World, scopes: frozenset[str]) -> None:
        self._world = world
        self._scopes = scopes

    def mail(self, mail: ArrivingMail, channel: str) -> JSON:
        """The file object of a mail that arrives in a channel."""
        file_id = self._world.new_id("F")
        stored = mail.html if mail.html is not None else _as_html(mail.text)
        now = int(time.time())
        attachments, contents = self._mail_attachments(file_id, mail.attachments)
        inline = sum(one["mimetype"].startswith("image/") for one in attachments)
        shown = {
            **self._common(file_id, mail.subject, now, len(stored.encode())),
            "timestamp": now - 3,
            "mimetype": "text/html",
            "filetype": "email",
            "pretty_type": "Email",
            "user": EMAIL_USER,
            "mode": "email",
            "display_as_bot": True,
            "username": "Email",
            "subject": mail.subject,
            "to": _people(mail.to) or [EMAIL_ADDRESSEE],
            "from": _people([mail.sender]),
            "cc": _people(mail.cc),
            "attachments": attachments,
            "original_attachment_count": len(attachments),
            "inline_attachment_count": inline,
            "plain_text": mail.text,
            "preview": mail.text[:500],
            "preview_plain_text": mail.text[:500],
            "headers": {
                "date": mail.date or formatdate(now, localtime=True),
                "in_reply_to": mail.in_reply_to,
                "reply_to": None,
                "message_id": mail.message_id or make_msgid(domain="mail.example.org"),
            },
            "has_more": len(mail.text) > 500 or not mail.text,
            "sent_to_self": False,
            "bot_id": EMAIL_BOT_ID,
            "has_rich_preview": False,
        }
        for kind in ("url_private", "url_private_download"):
            contents[shown[kind]] = ("text/html; charset=utf-8", stored.encode())
        return self._keep(shown, channel, contents)

    def upload(self, user: str, name: str, content: bytes, channel: str) -> JSON:
        """The file object of something that a person dragged into a channel."""
        extension = name.rpartition(".")[2].lower() if "." in name else ""
        mimetype = KNOWN_TYPES.get(extension) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file_id = self._world.new_id("F")
        shown = {
            **self._common(file_id, name, int(time.time()), len(content)),
            "mimetype": mimetype,
            "filetype": extension or "binary",
            "pretty_type": extension.upper() or "Binary",
            "user": user,
            "editable": False,
            "mode": "hosted",
            "display_as_bot": False,
            "username": "",
        }
        urls = {shown[kind]: (mimetype, content) for kind in ("url_private", "url_private_download")}
        return self._keep(shown, channel, urls)

    def begin_upload(self, name: str, length: int) -> tuple[str, str]:
        """A file that the bot is about to upload: its id, and the address that takes its bytes."""
        file_id = self._world.new_id("F")
        url = f"{self._world.base_url}/slack/upload/{file_id}-{secrets.token_hex(8)}"
        self._world.uploads[file_id] = Upload(name, length, url)
        return file_id, url

    def take_upload(self, url: str, content: bytes) -> bool:
        """The bytes of an upload; False where they are not those that were announced."""
        for upload in self._world.uploads.values():
            if upload.url == url and len(content) == upload.length and upload.content is None:
                upload.content = content
                return True
        return False

    def is_uploaded(self, file_id: str) -> bool:
        """Whether the bytes of an upload are there, and it is not complete yet."""
        upload = self._world.uploads.get(file_id)
        return upload is not None and upload.content is not None

    def complete_upload(self, file_id: str, title: str) -> JSON:
        """The upload is a file from now on, of the bot alone."""
        upload = self._world.uploads.pop(file_id)
        content = upload.content or b""
        mimetype = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        shown = {
            **self._common(file_id, upload.name, int(time.time()), len(content)),
            "title": title or upload.name,
            "mimetype": mimetype,
            "filetype": upload.name.rpartition(".")[2].lower(),
            "user": BOT_USER,
            "mode": "hosted",
        }
        self._world.files[file_id] = StoredFile(shown, [], {shown["url_private"]: (mimetype, content)})
        return {"id": file_id, "title": shown["title"]}

    def delete_own(self, file_id: str) -> bool:
        """Delete a file that the bot uploaded; False where there is no such."""
        stored = self._world.files.get(file_id)
        if stored is None or stored.shown["user"] != BOT_USER:
            return False
        del self._world.files[file_id]
        return True

    def is_picture(self, file_id: str) -> bool:
        """Whether a view may show this file: a picture of the bot's own, or of a conversation that it is in."""
        stored = self._world.files.get(file_id)
        if stored is None or not str(stored.shown["mimetype"]).startswith("image/"):
            return False
        return stored.shown["user"] == BOT_USER or self.visible(file_id) is not None

    def picture(self, file_id: str) -> tuple[str, bytes] | None:
        """Content type and bytes of a picture, for the page."""
        return next(iter(self._world.files[file_id].contents.values())) if self.is_picture(file_id) else None

    def visible(self, file_id: str) -> StoredFile | None:
        """A file that the bot may see: one of a conversation that it is in."""
        stored = self._world.files.get(file_id)
        if stored is None or not any(self._world.channels[one].has(BOT_USER) for one in stored.channels):
            return None
        return stored

    def download(self, url: str, authorization: str) -> tuple[str, bytes]:
        """Content type and bytes behind an address. As in Slack, a login page with status 200 for who may not."""
        login = "text/html; charset=utf-8", LOGIN_PAGE.encode()
        if authorization.removeprefix("Bearer ") not in self._world.bot_tokens or "files:read" not in self._scopes:
            return login
        for file_id, stored in self._world.files.items():
            if url in stored.contents:
                return stored.contents[url] if self.visible(file_id) else login
        return login

    def _common(self, file_id: str, name: str, now: int, size: int) -> JSON:
        slug = _slug(name)
        root = f"{self._world.base_url}/slack/files/files-pri/{self._world.team.id}-{file_id}"
        return {
            "id": file_id,
            "created": now,
            "timestamp": now,
            "name": name,
            "title": name,
            "user_team": self._world.team.id,
            "editable": True,
            "size": size,
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "url_private": f"{root}/{slug}",
            "url_private_download": f"{root}/download/{slug}",
            "permalink": f"https://{self._world.team.domain}.slack.com/files/{EMAIL_USER}/{file_id}/{slug}",
            "permalink_public": f"https://slack-files.com/{self._world.team.id}-{file_id}-{secrets.token_hex(5)}",
            "file_access": "visible",
        }

    def _mail_attachments(
        self, file_id: str, attachments: Sequence[Attached]
    ) -> tuple[list[JSON], dict[str, tuple[str, bytes]]]:
        shown, contents = [], {}
        for one in attachments:
            mimetype = one.mimetype or mimetypes.guess_type(one.filename)[0] or "application/octet-stream"
            part = f"{self._world.team.id}-{file_id}-{secrets.token_hex(5)}-{secrets.token_hex(4)}"
            url = f"{self._world.base_url}/slack/files/files-email-priv/{part}/{_slug(one.filename, keep='.')}"
            contents[url] = mimetype, one.content
            shown.append(
                {
                    "filename": one.filename,
                    "size": len(one.content),
                    "mimetype": mimetype,
                    "url": url,
                    "metadata": {"format": mimetype.removeprefix("image/").upper(), "rotation": 1}
                    if mimetype.startswith("image/")
                    else None,
                }
            )
        return shown, contents

    def _keep(self, shown: JSON, channel: str, contents: dict[str, tuple[str, bytes]]) -> JSON:
        shown["is_public"] = self._world.channels[channel].kind == "channel"
        self._world.files[shown["id"]] = StoredFile(shown, [channel], contents)
        return shown


def stub(file: JSON) -> JSON:
    """How a file of another workspace looks in an event: ask `files.info` for the rest."""
    return {
        "id": file["id"],
        "mode": "file_access",
        "file_access": "check_file_info",
        "created": 0,
        "timestamp": 0,
        "user": "",
    }


def _people(headers: Sequence[str]) -> list[JSON]:
    return [
        {"address": address, "name": name or address, "original": f"{name} <{address}>" if name else address}
        for name, address in getaddresses(list(headers))
        if name or address
    ]


def _slug(name: str, keep: str = "") -> str:
    return re.sub(rf"[^a-z0-9{re.escape(keep)}]", "_", name.lower()) or "_"


def _as_html(text: str) -> str:
    lines = html.escape(text).replace("\r\n", "\n").replace("\n", "<br>\n")
    return f'<html><head><meta charset="utf-8"></head><body><div>{lines}</div></body></html>'
