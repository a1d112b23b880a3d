"""Zoho's file system: POST files (multipart, parts named `file`) and GET files?id=.

https://www.zoho.com/crm/developer/docs/api/v7/upload-files-to-zfs.html
"""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.zoho.errors import ZohoError
from sandbox.zoho.store import Store, StoredFile

MAX_FILES = 10
MAX_BYTES = 20 * 1024 * 1024


async def upload(store: Store, request: web.Request) -> dict[str, Any]:
    """Store the parts in their order. One that is too big refuses them all."""
    files = await _parts(request)
    data = []
    for file in files:
        id_ = secrets.token_hex(32)
        store.files[id_] = file
        data.append(
            {
                "code": "SUCCESS",
                "details": {"name": file.name, "id": id_},
                "message": f"{file.name} uploaded Succeessfully",  # spelt as Zoho spells it
                "status": "success",
            }
        )
    return {"data": data}


async def _parts(request: web.Request) -> list[StoredFile]:
    problem = ZohoError(
        400, "failure_in_attachment_handling", "Problem in uploading attachment. kindly upload the file properly"
    )
    inline = request.query.get("type") == "inline"
    files: list[StoredFile] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name != "file" or not part.filename:
                raise problem
            content = bytes(await part.read(decode=True))
            if len(content) > MAX_BYTES:
                raise ZohoError(
                    415,
                    "FILE_SIZE_MORE_THAN_ALLOWED_SIZE",
                    "Please check if the size of the file is in the correct range",
                )
            files.append(StoredFile(part.filename, content, inline))
    except (KeyError, ValueError, AssertionError):  # what aiohttp raises for a body that is no multipart
        raise problem from None
    if not files:
        raise problem
    if len(files) > MAX_FILES:
        raise ZohoError(
            400, "INVALID_REQUEST", "The maximum number of files has been exceeded", {"maximum_length": MAX_FILES}
        )
    return files
