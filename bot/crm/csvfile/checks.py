"""What `linkbot doctor` says of the files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.crm.csvfile import table
from bot.crm.csvfile.directory import Directory, records_of, unreadable
from bot.crm.port import Check, CRMError
from bot.language import sentence

CORRECT = sentence("csv.check.correct")


def checks(files: Sequence[Path], links: Path) -> list[Check]:
    """A line for each file with what is read of it, one for all together, and one for the links. Never raises."""
    return [*_files(files), _links(links)]


def _files(files: Sequence[Path]) -> Iterator[Check]:
    right = True
    for path in files:
        name = sentence("csv.check.file", file=str(path))
        try:
            content = path.read_bytes()
            number = len(records_of(path, content))
        except OSError as error:
            yield Check(name, False, unreadable(path, error).message)
        except CRMError as error:
            yield Check(name, False, error.message)
        else:
            unread = ", ".join(table.read(content).unread())
            detail = sentence("csv.check.read", records=number)
            if unread:
                detail = sentence("csv.check.read_without", records=number, columns=unread)
            yield Check(name, True, detail)
            continue
        right = False
    if right and len(files) > 1:
        try:
            Directory(files).records()
        except CRMError as error:
            yield Check(sentence("csv.check.together"), False, error.message)


def _links(path: Path) -> Check:
    """Whether rows can be written there; nothing is."""
    name = sentence("csv.check.links")
    there = path if path.exists() else path.absolute().parent
    wanted = os.R_OK | os.W_OK if path.exists() else os.W_OK | os.X_OK
    if path.is_dir() or not os.access(there, wanted):
        return Check(name, False, sentence("doctor.no_writing", path=str(there)), CORRECT)
    return Check(name, True, sentence("csv.check.links_file", file=str(path)))
