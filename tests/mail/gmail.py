"""An IMAP server with Gmail's ways, as far as they matter for finding a mail: labels as folders, a folder with
everything that only its `\\All` flag gives away, X-GM-RAW, and a SEARCH HEADER that misses ids with odd characters."""

from __future__ import annotations

import shlex
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CAPABILITIES = "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS MOVE ESEARCH UTF8=ACCEPT"
ALL = "[Gmail]/Alle Nachrichten"
_FOLDERS = {
    "INBOX": "\\HasNoChildren",
    "[Gmail]": "\\HasChildren \\Noselect",
    ALL: "\\All \\HasNoChildren",
    "[Gmail]/Gesendet": "\\HasNoChildren \\Sent",
    "[Gmail]/Spam": "\\HasNoChildren \\Junk",
    "Kunden": "\\HasNoChildren",
}


@dataclass
class Gmail:
    """The mailbox: raw mails with their labels; `said` are the commands that clients gave."""

    mails: list[tuple[bytes, frozenset[str]]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    port: int = 0

    def put(self, raw: bytes, *labels: str) -> None:
        self.mails.append((raw, frozenset({ALL, *labels})))

    def inside(self, folder: str) -> dict[int, bytes]:
        """The mails of a folder by UID, which are other ones in each folder."""
        offset = 1000 * list(_FOLDERS).index(folder)
        return {offset + i: raw for i, (raw, labels) in enumerate(self.mails, start=1) if folder in labels}


def _id_of(raw: bytes) -> str:
    line = next((row for row in raw.split(b"\n") if row.lower().startswith(b"message-id:")), b"")
    return line.partition(b":")[2].strip().decode()


class _Connection(socketserver.StreamRequestHandler):
    gmail: Gmail
    folder = "INBOX"

    def handle(self) -> None:
        self._say(f"* OK [CAPABILITY {CAPABILITIES}] Gimap ready")
        for line in self.rfile:
            text = line.decode().rstrip("\r\n")
            self.gmail.said.append(text)
            tag, _, rest = text.partition(" ")
            words = shlex.split(rest)
            command = words.pop(0).upper() if words else ""
            if command == "UID":
                command = f"UID {words.pop(0).upper()}"
            self._say(f"{tag} {self._answer(command, words)}")
            if command == "LOGOUT":
                return

    def _answer(self, command: str, words: list[str]) -> str:
        if command == "CAPABILITY":
            self._say(f"* CAPABILITY {CAPABILITIES}")
        elif command == "LIST":
            for name, flags in _FOLDERS.items():
                self._say(f'* LIST ({flags}) "/" "{name}"')
        elif command == "EXAMINE":
            self.folder = words[0]
            self._say(f"* {len(self.gmail.inside(self.folder))} EXISTS")
            self._say("* OK [UIDVALIDITY 7] UIDs valid.")
            return "OK [READ-ONLY] selected. (Success)"
        elif command == "SELECT":
            return "NO only examined here"
        elif command == "UID SEARCH":
            self._say("* SEARCH " + " ".join(map(str, self._found(words))))
        elif command == "UID FETCH":
            raw = self.gmail.inside(self.folder).get(int(words[0]), b"")
            if raw:
                self._say(f"* 1 FETCH (UID {words[0]} BODY[HEADER] {{{len(raw)}}}")
                self.wfile.write(raw)
                self._say(")")
        elif command == "LOGOUT":
            self._say("* BYE LOGOUT Requested")
        elif command != "LOGIN":
            return "BAD Unknown command"
        return "OK Success"

    def _found(self, words: list[str]) -> list[int]:
        mails = self.gmail.inside(self.folder)
        if words[0].upper() == "X-GM-RAW":
            wanted = words[1].removeprefix("rfc822msgid:")
            return [uid for uid, raw in mails.items() if _id_of(raw).strip("<>") == wanted]
        if [word.upper() for word in words[:2]] == ["HEADER", "MESSAGE-ID"]:
            odd = any(char in words[2] for char in "!&{}")
            return [] if odd else [uid for uid, raw in mails.items() if words[2].casefold() in _id_of(raw).casefold()]
        return []

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def gmail_server() -> Iterator[Gmail]:
    """The server in a thread, on a port of its own."""
    gmail = Gmail()
    handler = type("Connection", (_Connection,), {"gmail": gmail})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        gmail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield gmail
        finally:
            server.shutdown()
            thread.join()
