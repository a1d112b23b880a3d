"""Writes Outlook .msg files: a compound file (MS-CFB) with the properties of MS-OXMSG, as far as a mail needs them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_UNICODE, _BINARY, _INT32, _TIME = 0x001F, 0x0102, 0x0003, 0x0040
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

Value = str | bytes | int | datetime


@dataclass
class Node:
    """A storage (with children) or a stream (with content)."""

    name: str
    content: bytes | None = None
    children: list[Node] = field(default_factory=list)


def message(
    properties: dict[int, Value],
    recipients: list[dict[int, Value]] = (),  # type: ignore[assignment]
    attachments: list[dict[int, Value] | Node] = (),  # type: ignore[assignment]
    *,
    embedded: bool = False,
) -> Node:
    """A message storage; `attachments` are properties, or an embedded message."""
    counts = struct.pack("<8x4I", len(recipients), len(attachments), len(recipients), len(attachments))
    node = _with_properties(Node("Root Entry"), properties, counts + (b"" if embedded else bytes(8)))
    for i, recipient in enumerate(recipients):
        node.children.append(_with_properties(Node(f"__recip_version1.0_#{i:08X}"), recipient, bytes(8)))
    for i, attachment in enumerate(attachments):
        place = Node(f"__attach_version1.0_#{i:08X}")
        if isinstance(attachment, Node):
            _with_properties(place, {0x3705: 5}, bytes(8))
            attachment.name = "__substg1.0_3701000D"
            place.children.append(attachment)
        else:
            _with_properties(place, {0x3705: 1, **attachment}, bytes(8))
        node.children.append(place)
    return node


def _with_properties(node: Node, properties: dict[int, Value], header: bytes) -> Node:
    rows = header
    for tag, value in properties.items():
        if isinstance(value, int):
            rows += struct.pack("<HHIII", _INT32, tag, 6, value, 0)
        elif isinstance(value, datetime):
            ticks = int((value - _EPOCH).total_seconds()) * 10_000_000
            rows += struct.pack("<HHIQ", _TIME, tag, 6, ticks)
        else:
            kind = _UNICODE if isinstance(value, str) else _BINARY
            raw = value.encode("utf-16-le") if isinstance(value, str) else value
            rows += struct.pack("<HHIII", kind, tag, 6, len(raw) + (2 if kind == _UNICODE else 0), 0)
            node.children.append(Node(f"__substg1.0_{tag:04X}{kind:04X}", raw))
    node.children.append(Node("__properties_version1.0", rows))
    return node


def compound_file(root: Node) -> bytes:
    """The bytes of a compound file, version 3, with one FAT chain per stream and a mini stream for small ones."""
    nodes = _flatten(root)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = b"", []
    starts: dict[int, tuple[int, int]] = {}

    def chain(content: bytes) -> int:
        if not content:
            return _END
        first = len(sectors)
        pieces = [content[i : i + _SECTOR].ljust(_SECTOR, b"\0") for i in range(0, len(content), _SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), _END])
        return first

    for i, node in enumerate(nodes):
        if node.content is None:
            continue
        if len(node.content) >= _CUTOFF:
            starts[i] = (chain(node.content), len(node.content))
        elif node.content:
            first = len(mini) // _MINI
            count = -(-len(node.content) // _MINI)
            mini += node.content.ljust(count * _MINI, b"\0")
            mini_fat += [*range(first + 1, first + count), _END]
            starts[i] = (first, len(node.content))
        else:
            starts[i] = (_END, 0)
    starts[0] = (chain(mini), len(mini))
    mini_fat_start = chain(_table(mini_fat))
    directory_start = chain(b"".join(_entry(nodes, i, starts) for i in range(len(nodes))))
    fat_count = 1
    while (len(fat) + fat_count) * 4 > fat_count * _SECTOR:
        fat_count += 1
    fat_sectors = list(range(len(fat), len(fat) + fat_count))
    table = _table([*fat, *[_FAT] * fat_count])
    mini_fat_count = -(-len(_table(mini_fat)) // _SECTOR)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIII", 0, fat_count, directory_start, 0, _CUTOFF)
    header += struct.pack("<IIII", mini_fat_start, mini_fat_count, _END, 0)
    header += struct.pack(f"<{fat_count}I", *fat_sectors).ljust(109 * 4, b"\xff")
    return header + b"".join(sectors) + table


def _table(numbers: list[int]) -> bytes:
    raw = struct.pack(f"<{len(numbers)}I", *numbers)
    return raw + b"\xff" * (-len(raw) % _SECTOR)


def _flatten(root: Node) -> list[Node]:
    nodes = [root]
    for node in nodes:
        nodes.extend(node.children)
    return nodes


def _entry(nodes: list[Node], number: int, starts: dict[int, tuple[int, int]]) -> bytes:
    """A directory entry; siblings hang in one line on the right side of the tree, which readers accept."""
    node = nodes[number]
    parent = next((one for one in nodes if any(child is node for child in one.children)), None)
    siblings = parent.children if parent else []
    place = next((i for i, child in enumerate(siblings) if child is node), -1)
    after = siblings[place + 1] if parent and place + 1 < len(siblings) else None
    index = {id(one): i for i, one in enumerate(nodes)}
    name = node.name.encode("utf-16-le")
    kind = 5 if number == 0 else 2 if node.content is not None else 1
    start, size = starts.get(number, (0, 0))
    links = (_FREE, index[id(after)] if after else _FREE, index[id(node.children[0])] if node.children else _FREE)
    row = name.ljust(64, b"\0") + struct.pack("<HBB3I", len(name) + 2, kind, 1, *links)
    return row + bytes(36) + struct.pack("<IQ", start, size)
