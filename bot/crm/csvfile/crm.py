"""CSV files as the port wants them: the directory out of one's own exports, and links into a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.crm.csvfile import links, mapping
from bot.crm.csvfile.checks import checks
from bot.crm.csvfile.directory import Directory
from bot.crm.csvfile.links import LINKED, UNLINKED, Links
from bot.crm.port import Capabilities, Check, CRMError, LinkState, Outcome, Page, Receipt, VendorRequest
from bot.crm.tokens import TokenStore
from bot.language import sentence
from bot.mail import Mail, MailPlace, Participant, fingerprint
from bot.records import Category, Record, RecordRef

MAIL = "mail"  # under this name a receipt carries the fingerprint of its mail
GONE = sentence("csv.gone")
NOT_SET = sentence("csv.not_set")


@dataclass(frozen=True, slots=True)
class CsvConfig:
    """`files` are the exports that are read, `links` is where links are written, `staff` are one's own addresses."""

    files: tuple[Path, ...]
    links: Path
    staff: tuple[str, ...] = ()


class CsvFile:
    """See `bot.crm.port.CRM`."""

    vendor = mapping.VENDOR
    label = "CSV"
    creator = None

    def __init__(self, config: CsvConfig) -> None:
        self._config = config
        self._directory = Directory(config.files)
        self._links = Links(config.links)
        kinds = (Category.PERSON, Category.COMPANY, Category.PROPERTY, Category.DEAL)
        self.capabilities = Capabilities(undo=True, needs_mailbox=False, categories=dict.fromkeys(kinds), removes=True)

    def changes(self, cursor: str | None) -> Iterator[Page]:
        return self._directory.pages(cursor)

    def staff(self) -> list[Participant]:
        return [Participant(address=address) for address in self._config.staff]

    def search(self, text: str, category: Category, limit: int = 20) -> list[Record]:
        return self._directory.search(text, category, limit)

    def linked(self, mail: Mail, place: MailPlace | None) -> LinkState | None:
        return LinkState(frozenset(self._links.of(fingerprint(mail))))

    def link(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[Receipt]:
        """Repeating it writes nothing more. What stands in the file and did not before the first call is this
        attempt's."""
        known = self._directory.records()[1]
        wanted = [record for record in records if record.ref in known]
        key, first = fingerprint(mail), set[RecordRef]()

        def decide(now: links.Rows, _: links.Rows) -> list[links.Row]:
            first.update(now if before is None else before.records)
            added = [links.row(mail, record) for record in wanted if record.ref not in now]
            return added + [replace(now[ref], action=UNLINKED) for ref in remove if ref in now]

        self._links.change(key, decide)
        receipts = {record.ref: Receipt(record.ref, Outcome.REFUSED, message=GONE) for record in records}
        for record in wanted:
            outcome = Outcome.ALREADY if record.ref in first else Outcome.LINKED
            receipts[record.ref] = Receipt(record.ref, outcome, before={MAIL: key})
        receipts |= {ref: Receipt(ref, Outcome.UNLINKED, before={MAIL: key}) for ref in remove}
        return list(receipts.values())

    def in_the_way(self, records: Sequence[Record], state: LinkState) -> list[RecordRef]:
        """Nothing: a mail can be linked to everything at once."""
        return []

    def verify(self, mail: Mail, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        now = self._links.of(fingerprint(mail))
        return [_seen(receipt, now) for receipt in receipts]

    def undoable(self, receipt: Receipt) -> bool:
        return receipt.outcome in (Outcome.LINKED, Outcome.UNLINKED) and MAIL in (receipt.before or {})

    def unlink(self, place: MailPlace | None, receipts: Sequence[Receipt]) -> list[Receipt]:
        undone = []
        for receipt in receipts:
            key = str((receipt.before or {}).get(MAIL, ""))
            ref, back = receipt.ref, receipt.outcome is Outcome.UNLINKED
            if not self.undoable(receipt):
                undone.append(receipt)
                continue
            (self._links.restore if back else self._links.remove)(key, ref)
            there = ref in self._links.of(key)
            done = Outcome.RESTORED if back else Outcome.UNLINKED
            if there is back:
                undone.append(replace(receipt, outcome=done, verified=True))
            else:
                undone.append(replace(receipt, verified=False, message=NOT_SET))
        return undone

    def write_activity(self, mail: Mail, records: Sequence[Record]) -> list[Receipt]:
        raise CRMError(sentence("csv.no_activities"), permanent=True)

    def preview(
        self,
        mail: Mail,
        place: MailPlace | None,
        records: Sequence[Record],
        before: LinkState | None,
        remove: Sequence[RecordRef] = (),
    ) -> list[VendorRequest]:
        """The rows that would be appended, as a request has it."""
        there = before.records if before else frozenset()
        added = [(LINKED, record.ref) for record in records if record.ref not in there]
        rows = added + [(UNLINKED, ref) for ref in remove if ref in there]
        url = self._config.links.absolute().as_uri()
        return [VendorRequest("APPEND", url, {"action": act, "kind": r.kind, "id": r.id}) for act, r in rows]

    def web_link(self, ref: RecordRef) -> str | None:
        return None

    def checks(self) -> list[Check]:
        return checks(self._config.files, self._config.links)

    def probe(self) -> list[Check]:
        """Nothing is open: the files are all there is."""
        return []

    def check_identity(self, identity: str) -> Check | None:
        return None


def _seen(receipt: Receipt, now: links.Rows) -> Receipt:
    if receipt.outcome in (Outcome.LINKED, Outcome.ALREADY):
        right = receipt.ref in now
    elif receipt.outcome is Outcome.UNLINKED:
        right = receipt.ref not in now
    else:
        return receipt
    if right:
        return replace(receipt, verified=True)
    return replace(receipt, outcome=Outcome.NOT_SET, verified=False, message=NOT_SET)


def connect(config: CsvConfig, _tokens: TokenStore) -> CsvFile:
    """For `bot.crm.registry`; nothing is signed in to."""
    return CsvFile(config)
