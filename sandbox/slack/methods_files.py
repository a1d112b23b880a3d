"""The Web API's `files.*` with which a bot uploads a file and deletes its own.

Source: docs.slack.dev/reference/methods/files.getUploadURLExternal, …/files.completeUploadExternal, …/files.delete. A
file that was not shared is its uploader's alone; in a view it is shown by its id once its upload is complete.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.files import Files
from sandbox.slack.webapi import Method
from sandbox.slack.world import JSON, World

_SCOPES = ("files:write",)


class FileMethods:
    def __init__(self, world: World, files: Files) -> None:
        self._world = world
        self._files = files

    def methods(self) -> Mapping[str, Method]:
        begun = {"filename": "str", "length": "int"}
        described = {"alt_txt": "str", "snippet_type": "str"}
        shared = {
            "channel_id": "str",
            "channels": "str",
            "initial_comment": "str",
            "thread_ts": "str",
            "blocks": "json",
        }
        return {
            "files.getUploadURLExternal": Method(self.begin, begun, described, _SCOPES),
            "files.completeUploadExternal": Method(self.complete, {"files": "json"}, shared, _SCOPES),
            "files.delete": Method(self.delete, {"file": "str"}, {}, _SCOPES),
        }

    def begin(self, asked: JSON) -> JSON:
        if int(asked["length"]) <= 0:
            raise SlackError("invalid_arguments", ["[ERROR] length must be greater than 0 [json-pointer:/length]"])
        file_id, url = self._files.begin_upload(asked["filename"], int(asked["length"]))
        return {"upload_url": url, "file_id": file_id}

    def complete(self, asked: JSON) -> JSON:
        """All of them or none. Sharing is not played: what is uploaded stays the bot's own."""
        wanted: Any = asked["files"]
        if not isinstance(wanted, list) or not wanted or any(not isinstance(one, dict) for one in wanted):
            raise SlackError("invalid_arguments", ["[ERROR] files must be a list [json-pointer:/files]"])
        if any(not self._files.is_uploaded(str(one.get("id"))) for one in wanted):
            raise SlackError("file_not_found")
        if any(asked.get(name) for name in ("channel_id", "channels")):
            raise SlackError("channel_not_found")
        done = [self._files.complete_upload(str(one["id"]), str(one.get("title") or "")) for one in wanted]
        self._world.bump()
        return {"files": done}

    def delete(self, asked: JSON) -> JSON:
        if not self._files.delete_own(asked["file"]):
            raise SlackError("file_not_found")
        self._world.bump()
        return {}
