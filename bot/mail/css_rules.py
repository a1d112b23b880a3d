"""Style sheets inside a mail: which declarations apply to an element. Work is bounded; see `StyleSheets.spent`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cssselect import SelectorError, parse
from cssselect.parser import (
    Attrib,
    Class,
    CombinedSelector,
    Element,
    Hash,
    Matching,
    Negation,
    Pseudo,
    SpecificityAdjustment,
)
from lxml.html import HtmlElement
from tinycss2 import (  # type: ignore[import-untyped] # its types are not published
    parse_blocks_contents,
    parse_rule_list,
    parse_stylesheet,
    serialize,
)

from bot.mail.css_values import length, significant, word

_LONGEST_CSS = 150_000  # characters, of all style sheets together
_MOST_SELECTORS = 3_000
_LONGEST_SELECTOR = 500
_MOST_STEPS = 250_000  # of about a microsecond each
_STEPS_AN_ELEMENT = 25
_MOST_CLASSES = 100
_SCREEN = 1_000.0  # pixels: a desktop's window, which is wider than a phone's
_ALWAYS = ("supports", "layer", "container")

Weight = tuple[bool, bool, tuple[int, int, int], int]  # important, in the element itself, specificity, place


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration and what it weighs against others of the same property."""

    name: str
    value: Sequence[Any]
    weight: Weight


@dataclass(frozen=True, slots=True)
class _Compound:
    """One step of a selector: the element it asks for, and how it stands to the step before (" ", ">", "+", "~")."""

    number: int
    tree: Any
    combinator: str
    first: bool
    declared: tuple[Declared, ...]  # what applies to the element; only the last step of a selector has any


@dataclass(frozen=True, slots=True)
class Around:
    """The steps that have been met round an element, as bits: by its ancestors, by its parent, by all siblings before
    it and by the one right before it."""

    ancestors: int = 0
    parent: int = 0
    siblings: int = 0
    before: int = 0


class StyleSheets:
    """The rules of a document's style sheets that say something of the wanted properties."""

    def __init__(self, sheets: Iterable[str], wanted: Collection[str]) -> None:
        self._wanted = frozenset(wanted)
        self._by_key: dict[str, list[_Compound]] = defaultdict(list)
        self._steps = self._selectors = self._numbers = 0
        self._inline: dict[str, list[Declared]] = {}
        all_css = list(sheets)
        self.too_long = sum(map(len, all_css)) > _LONGEST_CSS
        for css in () if self.too_long else all_css:
            self._add(parse_stylesheet(css, skip_comments=True, skip_whitespace=True), 0)

    @property
    def spent(self) -> bool:
        """Whether so much was compared that no more is."""
        return self._steps > _MOST_STEPS

    def matching(self, element: HtmlElement, around: Around) -> tuple[list[Declared], int]:
        """What applies to the element, and the bits of the steps that it meets."""
        self._steps += _STEPS_AN_ELEMENT
        found: list[Declared] = []
        met = 0
        classes = frozenset((element.get("class") or "").split()[:_MOST_CLASSES]) if self._by_key else frozenset[str]()
        keys = [f"#{element.get('id') or ''}", str(element.tag).lower(), "*", *(f".{name}" for name in classes)]
        for key in keys if self._by_key else ():
            compounds = self._by_key.get(key, ())
            self._steps += len(compounds)
            if self.spent:
                break
            for one in compounds:
                if (one.first or _stands(one, around)) and _fits(one.tree, element, classes):
                    met |= 1 << one.number
                    found += one.declared
                    self._steps += len(one.declared)
        return found + self._in(element.get("style") or ""), met

    def _in(self, style: str) -> list[Declared]:
        """The declarations of a `style` attribute; most of them stand in a document many times."""
        if style not in self._inline:
            self._steps += len(style)
            self._inline[style] = [] if not style.strip() or self.spent else _inline(style, self._wanted)
        self._steps += len(self._inline[style])
        return self._inline[style]

    def _add(self, rules: Sequence[Any], depth: int) -> None:
        for rule in rules:
            if rule.type == "qualified-rule":
                declared = [one for one in _declarations(rule.content) if one.lower_name in self._wanted]
                if declared:
                    self._add_rule(serialize(rule.prelude), declared)
            elif rule.type == "at-rule" and rule.content is not None and depth < 3 and _applies(rule):
                self._add(parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), depth + 1)

    def _add_rule(self, selectors: str, declared: Sequence[Any]) -> None:
        for text in [selectors] if "(" in selectors else selectors.split(","):  # one that is wrong spoils no other
            try:
                parsed = parse(text) if len(text) <= _LONGEST_SELECTOR or "," in text else []
            except (SelectorError, RecursionError, ValueError):
                continue
            for selector in parsed:
                self._selectors += 1
                if self._selectors > _MOST_SELECTORS:
                    self.too_long = True
                    return
                if not selector.pseudo_element:
                    self._add_selector(selector, declared)

    def _add_selector(self, selector: Any, declared: Sequence[Any]) -> None:
        specificity = selector.specificity()
        kept = tuple(
            Declared(one.lower_name, significant(one.value), (one.important, False, specificity, self._selectors))
            for one in declared
        )
        steps: list[tuple[str, Any]] = []
        tree = selector.parsed_tree
        while isinstance(tree, CombinedSelector):
            steps.append((tree.combinator, tree.subselector))
            tree = tree.selector
        steps.append(("", tree))
        steps.reverse()
        for place, (combinator, step) in enumerate(steps):
            last = place == len(steps) - 1
            self._by_key[_key(step)].append(
                _Compound(self._numbers, step, combinator, place == 0, kept if last else ())
            )
            self._numbers += 1


def _inline(style: str, wanted: Collection[str]) -> list[Declared]:
    found = _declarations(parse_blocks_contents(style), parsed=True)
    return [
        Declared(one.lower_name, significant(one.value), (one.important, True, (0, 0, 0), place))
        for place, one in enumerate(found)
        if one.lower_name in wanted
    ]


def cascaded(declared: Iterable[Declared]) -> Mapping[str, Declared]:
    """Of each property the declaration that wins, in the order in which they would be read."""
    ranked = sorted(declared, key=lambda one: one.weight)
    return {one.name: one for one in ranked}


def _declarations(content: Sequence[Any], *, parsed: bool = False) -> list[Any]:
    found = content if parsed else parse_blocks_contents(content)
    return [one for one in found if one.type == "declaration"]


def _applies(rule: Any) -> bool:
    """Whether what stands inside an at-rule is shown on a desktop's screen."""
    name = rule.lower_at_keyword
    return name in _ALWAYS or (name == "media" and media_applies(rule.prelude))


def media_applies(prelude: Sequence[Any]) -> bool:
    """Whether a media query holds for a desktop's screen; what is not understood does not."""
    alternatives: list[list[Any]] = [[]]
    for token in significant(prelude):
        if token.type == "literal" and token.value == ",":
            alternatives.append([])
        else:
            alternatives[-1].append(token)
    return any(_holds(one) for one in alternatives)


def _holds(query: Sequence[Any]) -> bool:
    words = [word(token) for token in query if token.type == "ident"]
    if "not" in words or not set(words) <= {"only", "screen", "all", "and"}:
        return False
    return all(_feature(token.content) for token in query if token.type == "() block")


def _feature(content: Sequence[Any]) -> bool:
    inside = significant(content)
    if len(inside) != 3 or (size := length(inside[2])) is None:
        return False
    return (word(inside[0]) == "min-width" and size <= _SCREEN) or (word(inside[0]) == "max-width" and size >= _SCREEN)


def _key(tree: Any) -> str:
    """What an element must have at the least to fit: its id, a class or its tag."""
    key, part = "*", tree
    while not isinstance(part, Element):
        if isinstance(part, Hash):
            return f"#{part.id}"
        if isinstance(part, Class):
            key = f".{part.class_name}"
        if not hasattr(part, "selector"):
            return key
        part = part.selector
    return part.element.lower() if key == "*" and part.element else key


def _stands(one: _Compound, around: Around) -> bool:
    met = {" ": around.ancestors, ">": around.parent, "~": around.siblings, "+": around.before}.get(one.combinator, 0)
    return bool(met >> (one.number - 1) & 1)


def _fits(tree: Any, element: HtmlElement, classes: Collection[str]) -> bool:
    """Whether the element is what one step of a selector asks for; what is not understood is not."""
    match tree:
        case Element():
            return not tree.element or tree.element.lower() == str(element.tag).lower()
        case Class():
            fits = tree.class_name in classes
        case Hash():
            fits = element.get("id") == tree.id
        case Attrib():
            fits = _attribute(tree, element)
        case Negation():
            fits = not isinstance(tree.subselector, CombinedSelector) and not _fits(tree.subselector, element, classes)
        case Matching() | SpecificityAdjustment():
            fits = any(
                not isinstance(one, CombinedSelector) and _fits(one, element, classes) for one in tree.selector_list
            )
        case Pseudo():
            fits = _pseudo(tree.ident.lower(), element)
        case _:
            return False
    return fits and _fits(tree.selector, element, classes)


def _attribute(tree: Any, element: HtmlElement) -> bool:
    there = element.get(tree.attrib.lower())
    there = there if there is None else there[:_LONGEST_SELECTOR]
    wanted = "" if tree.value is None else str(tree.value.value)
    if there is None or tree.operator == "exists":
        return there is not None
    match tree.operator:
        case "=":
            return bool(there == wanted)
        case "~=":
            return wanted in there.split()
        case "|=":
            return bool(there == wanted or there.startswith(f"{wanted}-"))
        case "^=":
            return bool(wanted) and there.startswith(wanted)
        case "$=":
            return bool(wanted) and there.endswith(wanted)
        case "*=":
            return bool(wanted) and wanted in there
        case _:
            return False


def _pseudo(name: str, element: HtmlElement) -> bool:
    match name:
        case "link" | "any-link":
            return element.tag == "a" and element.get("href") is not None
        case "first-child":
            return element.getprevious() is None
        case "last-child":
            return element.getnext() is None
        case "only-child":
            return element.getprevious() is None and element.getnext() is None
        case "root":
            return element.getparent() is None
        case "empty":
            return len(element) == 0 and not element.text
        case _:
            return False
