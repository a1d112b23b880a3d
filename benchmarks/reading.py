"""Reading forwards beside quotequail and email-forward-parser, in one run on one set of texts.

    python -m benchmarks.reading [--cases cases.json]

The two are no dependencies of the project; one that is not installed (`pip install quotequail email-forward-parser`) is
left out, and that is said. The texts: forwards in every layout and language that the tests compose, then long ones.
Mails a second, the median and the worst time of a mail, and how many senders were read as they were written. The
composed forwards are made of this project's own table of words: what they say of right and wrong flatters it, what they
say of time does not. `--cases` takes labelled cases of other origin: a JSON list of {"subject", "text", "expect"}.
"""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from types import FrameType

from bot.mail import unwrap
from tests.mail.layouts import ALL, Content, choices

PATIENCE = 10  # seconds after which a reader is given up on a mail
Read = Callable[[str, str | None], str]


@dataclass(frozen=True)
class Text:
    """A text to read, and the sender's address in it where it is known."""

    text: str
    subject: str | None
    address: str = ""


class GivenUpError(Exception):
    """A reader took longer than `PATIENCE`."""


def by_linkbot(text: str, subject: str | None) -> str:
    found = unwrap(text, subject)
    return (found.sender.address or "") if found and found.sender else ""


def quotequail() -> Read:
    """Raises ImportError where it is not installed, as the next one does."""
    module = importlib.import_module("quotequail")

    def read(text: str, _subject: str | None) -> str:
        return parseaddr((module.unwrap(text) or {}).get("from", ""))[1]

    return read


def email_forward_parser() -> Read:
    module = importlib.import_module("emailforwardparser.forward_parser")

    def read(text: str, subject: str | None) -> str:
        found = module.get_forwarded_metadata(text, subject)
        return (found.email.from_.address or "") if found.forwarded else ""

    return read


def composed() -> list[Text]:
    """Every layout in every language, with every word of the language once."""
    content = Content(
        name="Erika Muster",
        address="erika@example.de",
        to=(("Max Makler", "max@example.com"), ("", "info@example.com")),
        cc=(("Büro", "buero@example.com"),),
        subject="Wohnung in der Müllerstraße",
        body="Guten Tag,\n\nist die Wohnung noch frei?\n\nViele Grüße\nErika Muster",
        note="Bitte ablegen.",
    )
    forms = [(layout, words) for layout, locale in ALL for words in choices(locale)]
    texts = []
    for number, (layout, words) in enumerate(forms):
        text = layout(words, content).replace("\r\n", "\n")
        # no two dates alike, so that nobody has read one before
        dated = text.replace(
            "18.11.2026 09:31", f"{number % 28 + 1:02}.11.2026 {number // 60 % 24:02}:{number % 60:02}"
        )
        texts.append(Text(dated, f"{words.prefix}: {content.subject}", content.address))
    return texts


def long_ones() -> list[Text]:
    """Mails that are long in one way each."""
    head = "---------- Forwarded message ---------\nFrom: Erika Muster <erika@example.de>\n"
    head += "Date: Wed, Nov 18, 2026 at 9:31 AM\nSubject: Flat\nTo: {}\n\n"
    people = [", ".join(f"Person {i} <p{i}@example.com>" for i in range(count)) for count in (100, 1_000)]
    texts = [head.format(many) + "Is it free?\n" for many in people]
    texts += [head.format("max@example.com") + filler for filler in ("One more line.\n" * 20_000, "\n" * 4_000 + "end")]
    return [Text(text, "Fwd: Flat", "erika@example.de") for text in texts]


def labelled(path: Path) -> list[Text]:
    """The cases in a file; only those whose sender's address is known."""
    cases = json.loads(path.read_text("utf-8"))
    known = [(case, case.get("expect", {}).get("from_address")) for case in cases]
    return [Text(case["text"], case.get("subject"), address) for case, address in known if address]


def timed(read: Read, one: Text) -> tuple[float, bool | None]:
    """Milliseconds, and whether the sender was right; None where the reader raised or was given up."""
    signal.alarm(PATIENCE)
    start = time.perf_counter()
    try:
        right: bool | None = read(one.text, one.subject).casefold() == one.address.casefold()
    except Exception:  # noqa: BLE001 - other people's code, and how it fails is a result
        right = None
    finally:
        signal.alarm(0)
    return (time.perf_counter() - start) * 1000, right


def report(name: str, read: Read, texts: list[Text]) -> str:
    results = [timed(read, one) for one in texts]
    times = [took for took, _ in results]
    failed = sum(right is None for _, right in results)
    right = sum(bool(one) for _, one in results)
    return (
        f"  {name:21} {len(times) / sum(times) * 1000:9.0f} mails a second   "
        f"median {statistics.median(times):8.2f} ms   worst {max(times):9.1f} ms   sender right {right}/{len(texts)}"
        + (f"   failed or given up {failed}" if failed else "")
        + "\n"
    )


def give_up(_signal: int, _frame: FrameType | None) -> None:
    raise GivenUpError


def main() -> None:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path)
    args = parser.parse_args()
    signal.signal(signal.SIGALRM, give_up)
    readers: dict[str, Read] = {"linkbot": by_linkbot}
    for name, load in (("quotequail", quotequail), ("email-forward-parser", email_forward_parser)):
        try:
            readers[name] = load()
        except ImportError:
            sys.stdout.write(f"left out, not installed: {name}\n")
    sets = {"composed forwards": composed(), "long mails": long_ones()}
    if args.cases:
        sets["labelled cases"] = labelled(args.cases)
    for title, texts in sets.items():
        sys.stdout.write(f"{title}: {len(texts)}\n")
        for name, read in readers.items():
            timed(read, texts[0])  # what is loaded once is not counted
            sys.stdout.write(report(name, read, texts))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
