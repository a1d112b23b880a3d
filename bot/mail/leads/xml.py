"""XML as portals attach it, read without entities, DTDs and the network. However broken it is, nothing is raised."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

LARGEST = 1_000_000  # bytes; such files have a few thousand
_MOST_NODES = 5_000


class Node:
    """An element of which only names and texts are asked; namespaces and capital letters do not count."""

    def __init__(self, element: etree._Element) -> None:
        self._element = element
        self.name = _local(element)

    def children(self) -> Iterator[Node]:
        return (Node(child) for child in self._element if isinstance(child.tag, str))

    def all(self, *names: str) -> Iterator[Node]:
        """The elements of these names inside, in order, at any depth."""
        for number, child in enumerate(self._element.iterdescendants()):
            if number >= _MOST_NODES:
                return
            if isinstance(child.tag, str) and _local(child) in names:
                yield Node(child)

    def first(self, *names: str) -> Node | None:
        return next(self.all(*names), None)

    def text(self, *names: str) -> str:
        """What stands in the first element inside that has one of these names and is not empty, in order of names."""
        for name in names:
            for found in self.all(name):
                if value := found.value:
                    return value
        return ""

    @property
    def value(self) -> str:
        return " ".join("".join(map(str, self._element.itertext())).split())

    def attribute(self, name: str) -> str:
        return str(self._element.get(name) or "").strip()


def parse(content: bytes) -> Node | None:
    """The root of a document; None for what is none, even with its faults overlooked."""
    if len(content) > LARGEST or b"<" not in content[:2_000]:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, recover=True, huge_tree=False
    )
    try:
        root = etree.fromstring(content.strip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    return Node(root) if root is not None and isinstance(root.tag, str) else None


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].casefold()
