"""How long finding a mail takes in a large mailbox of a real IMAP server (Dovecot, which must be installed).

    python -m benchmarks.locate [--mails 50000] [--folders 40] [--finds 200] [--seed 1]

Prints the median and the 99th percentile of `Locator.find`, connecting and logging in included: by Message-ID, by
sender, subject and date alone, and for mails that are nowhere; each time the very first search as well, when the
server has not yet read the folders.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

from bot.mail import IdSource, Locator, Mail, MessageId, Participant
from tests.mail.imap_server import DOVECOT, Dovecot, dovecot_server

USER = "max"
FIRST = datetime(2024, 1, 2, 8, 0, tzinfo=UTC)
# Maildir's own names: modified UTF-7, a dot between levels.
NAMED = ("", ".Sent", ".Archiv", ".Archiv.2025", ".Anfragen &- B&APw-ro", ".Papierkorb", ".Spam")


def raw(number: int) -> bytes:
    """One invented mail; each has an id, a sender and a minute of its own."""
    sent = FIRST + timedelta(minutes=17 * number)
    lines = [
        f"Return-Path: <kunde{number % 997}@example.de>",
        "Received: from mx.example.net by mail.example.com; " + format_datetime(sent),
        f"From: Kunde {number % 997} <kunde{number % 997}@example.de>",
        "To: Max Makler <max@example.com>",
        f"Subject: Anfrage {number} zur Wohnung",
        f"Date: {format_datetime(sent)}",
        f"Message-ID: <m{number}.a7f3@mail.example.de>",
        "",
        "Guten Tag,",
        f"ist die Wohnung Nummer {number} noch frei?",
        *["Ich freue mich auf Ihre Antwort und sende viele Grüße aus der Nachbarschaft."] * 20,
    ]
    return "\r\n".join(lines).encode()


def mail(number: int, *, by_id: bool) -> Mail:
    """The same mail as a forward of it is read."""
    ids = (MessageId(f"<m{number}.a7f3@mail.example.de>", IdSource.ATTACHED),) if by_id else ()
    return Mail(
        sender=Participant(f"Kunde {number % 997}", f"kunde{number % 997}@example.de"),
        to=(Participant("Max Makler", "max@example.com"),),
        subject=f"Anfrage {number} zur Wohnung",
        date=FIRST + timedelta(minutes=17 * number),
        message_ids=ids,
    )


def fill(dovecot: Dovecot, mails: int, folders: int, random: Random) -> None:
    """Writes the mails into the server's own store: by IMAP it would take minutes."""
    root = dovecot.place / "mail" / USER
    names = [*NAMED, *(f".Kunden.Objekt {i}" for i in range(folders - len(NAMED)))][:folders]
    places = []
    for name in names:
        for part in ("cur", "new", "tmp"):
            (root / name / part).mkdir(parents=True)
        if name:
            (root / name / "maildirfolder").touch()
        places.append(root / name / "cur")
    for number in range(mails):
        (random.choice(places) / f"{1_700_000_000 + number}.M{number}.host:2,S").write_bytes(raw(number))
    if root.owner() != root.parent.owner():  # run by root, whose mailboxes Dovecot refuses to open
        for path in [root, *root.rglob("*")]:
            shutil.chown(path, root.parent.owner(), root.parent.group())


def timed(find: Callable[[Mail], object], wanted: list[Mail], *, there: bool) -> list[float]:
    """Milliseconds of each search, in the order they were made; ends the program where one finds the wrong thing."""
    times = []
    for one in wanted:
        start = time.perf_counter()
        found = find(one)
        times.append((time.perf_counter() - start) * 1000)
        if (found is not None) is not there:
            raise SystemExit(f"{one.subject} was {'not ' if there else ''}found")
    return times


def shown(name: str, times: list[float]) -> str:
    ranked = sorted(times)
    p50, p99 = ranked[len(ranked) // 2], ranked[len(ranked) * 99 // 100]
    return f"{name:34}  first {times[0]:8.1f} ms   p50 {p50:7.1f} ms   p99 {p99:7.1f} ms   ({len(times)} searches)\n"


def main() -> int:
    """See the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=50_000)
    parser.add_argument("--folders", type=int, default=40)
    parser.add_argument("--finds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not DOVECOT:
        sys.stdout.write("Dovecot is not installed: nothing was measured.\n")
        return 0
    random = Random(args.seed)  # noqa: S311 - invented data, nothing secret
    with dovecot_server(USER) as server:
        start = time.perf_counter()
        if server.dovecot:
            fill(server.dovecot, args.mails, args.folders, random)
        sys.stdout.write(
            f"{args.mails:,} mails in {args.folders} folders written in {time.perf_counter() - start:.0f} s\n"
        )
        locator = Locator(lambda: [server.account(USER)], timeout=60)
        some = [random.randrange(args.mails) for _ in range(args.finds)]
        nowhere = [replace(mail(args.mails + i, by_id=True), subject=f"Keine {i}") for i in range(args.finds // 4)]
        for name, wanted, there in (
            ("by Message-ID", [mail(i, by_id=True) for i in some], True),
            ("by sender, subject and date", [mail(i, by_id=False) for i in some[: args.finds // 2]], True),
            ("nowhere", nowhere, False),
        ):
            sys.stdout.write(shown(name, timed(locator.find, wanted, there=there)))
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
