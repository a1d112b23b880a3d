"""A built index in a folder: arrays as .npy files and one JSON file that names and vouches for them.

The arrays are mapped, not read: a process starts at once and shares them with others. What is in the folder can be
made again from the records, so whatever is not just right is refused, and the index is built anew.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from array import array
from collections.abc import Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.matching.index import Index
from bot.matching.postings import Postings
from bot.matching.store import Store
from bot.matching.table import Table
from bot.matching.vocabulary import Role, Vocabulary
from bot.records import Category

# Part of every saved index; to be raised with every change of what keys, words or packed records look like.
FORMAT = 5
_MANIFEST = "index.json"
_CHUNK = 1 << 20
_TABLE = ("marks", "values", "starts")

_Arrays = Mapping[str, npt.NDArray[Any]]


class UnusableIndexError(Exception):
    """A saved index is missing, damaged, of another version, or made for other settings."""


def save(index: Index, folder: Path, note: str) -> None:
    """Write an index that has not changed since it was built. The folder has the old index or the new one, never half.

    `note` is kept beside it, for the caller. Files are readable for their owner only: they hold the records. Raises
    OSError.
    """
    if index.store.changed:
        raise ValueError("an index that was changed must be built anew before it is saved")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    parts = folder / f"arrays-{token_hex(6)}"
    parts.mkdir(mode=0o700)
    sums = {name: _write(parts / f"{name}.npy", values) for name, values in _arrays(index).items()}
    manifest = {
        "format": FORMAT,
        "region": index.region,
        "arrays": parts.name,
        "sums": sums,
        "sorts": index.store.sorts,
        "totals": index.vocabulary.totals,
        "reference_lengths": sorted(index.reference_lengths),
        "note": note,
    }
    text = json.dumps(manifest)
    draft = parts / _MANIFEST
    _write_bytes(draft, json.dumps({"sum": zlib.crc32(text.encode()), "manifest": text}).encode())
    draft.replace(folder / _MANIFEST)
    _sweep(folder, parts.name)


def load(folder: Path, region: str) -> tuple[Index, str]:
    """The saved index, mapped from its files, and its note. Raises UnusableIndexError."""
    try:
        manifest = _manifest(folder, region)
        parts = folder / str(manifest["arrays"])
        for name, expected in manifest["sums"].items():
            if _sum(parts / f"{name}.npy") != expected:
                raise UnusableIndexError(f"the array {name} is damaged")
        arrays = {name: _map(parts / f"{name}.npy") for name in manifest["sums"]}
        return _index(arrays, manifest, parts), str(manifest["note"])
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise UnusableIndexError(f"{type(error).__name__} in the saved index") from error


def _manifest(folder: Path, region: str) -> dict[str, Any]:
    outer = json.loads((folder / _MANIFEST).read_text("utf-8"))
    if zlib.crc32(outer["manifest"].encode()) != outer["sum"]:
        raise UnusableIndexError("its description is damaged")
    manifest: dict[str, Any] = json.loads(outer["manifest"])
    if manifest["format"] != FORMAT or manifest["region"] != region:
        raise UnusableIndexError("it is of another version or for another region")
    return manifest


def _arrays(index: Index) -> _Arrays:
    words = index.vocabulary
    encoded = [word.encode("utf-8", "surrogatepass") for word in words.words]
    if words.typos is None:
        raise ValueError("only a built index can be saved")
    tables = {"exact": index.exact, "pairs": index.pairs, "typos": words.typos}
    found: dict[str, npt.NDArray[Any]] = {
        f"{name}_{part}": table.arrays[part] for name, table in tables.items() for part in _TABLE
    }
    return found | {
        "posting_rows": index.postings.bulk_rows,
        "posting_starts": index.postings.starts,
        "lengths": index.bulk_lengths,
        "packed": np.frombuffer(index.store.packed, np.uint8),
        "ends": index.store.ends,
        "sort_of": index.store.sort_of,
        "alphabetical": index.postings.alphabetical,
        "words": np.frombuffer(b"".join(encoded), np.uint8),
        "word_ends": np.fromiter(map(len, encoded), np.int64).cumsum(),
        "counts": np.array([np.frombuffer(counts, np.int32) for counts in words.counts]),
        "frequency": np.frombuffer(words.frequency, np.int32),
    }


def _index(arrays: _Arrays, manifest: Mapping[str, Any], parts: Path) -> Index:
    def table(name: str) -> Table:
        return Table({part: arrays[f"{name}_{part}"] for part in _TABLE})

    letters, ends = arrays["words"].tobytes(), arrays["word_ends"].tolist()
    words = [letters[a:b].decode("utf-8", "surrogatepass") for a, b in zip([0, *ends], ends, strict=False)]
    counts = [array("i", row.tobytes()) for row in arrays["counts"]]
    vocabulary = Vocabulary(
        words, counts, array("i", arrays["frequency"].tobytes()), manifest["totals"], table("typos")
    )
    if len(counts) != len(Role) or any(len(row) != len(vocabulary) for row in counts):
        raise UnusableIndexError("its words and their counts do not fit")
    sorts = tuple((vendor, kind, Category(category)) for vendor, kind, category in manifest["sorts"])
    with (parts / "packed.npy").open("rb") as file:  # the array's file once more, as something to search in
        packed = mmap(file.fileno(), 0, access=ACCESS_READ)
    store = Store(packed, arrays["ends"], sorts, arrays["sort_of"], len(packed) - len(arrays["packed"]))
    postings = Postings(vocabulary, arrays["posting_rows"], arrays["posting_starts"], arrays["alphabetical"])
    return Index(
        manifest["region"], vocabulary, store, table("exact"), table("pairs"), postings, arrays["lengths"],
        manifest["reference_lengths"],
    )  # fmt: skip


def _map(path: Path) -> npt.NDArray[Any]:
    """An array in a file, as a plain array: numpy's own class for it is slower at every access."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _write(path: Path, values: npt.NDArray[Any]) -> int:
    """Write an array; the checksum of the file."""
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        np.save(file, np.ascontiguousarray(values), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return _sum(path)


def _write_bytes(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sum(path: Path) -> int:
    total = 0
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            total = zlib.crc32(chunk, total)
    return total


def _sweep(folder: Path, keep: str) -> None:
    """Remove what earlier savings left. Processes that have it mapped go on with it."""
    for old in folder.glob("arrays-*"):
        if old.name != keep:
            shutil.rmtree(old, ignore_errors=True)
