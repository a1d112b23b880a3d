"""Work that survives a crash: the workflow engine behind a port of our own, trying again, taking over.

Imports `bot.crm`, `bot.mail` and `bot.surface` for the failures that are worth another try, and `storage` for locks.
"""

from bot.durable.engine import AlreadyRunningError, DbosDurable, Durable, hold_file_lock
from bot.durable.precedence import Precedence
from bot.durable.retrying import DATABASE_CODE, DEFECT_CODE, MAILBOX_CODE, Verdict, bounded, judged, retried

__all__ = [
    "DATABASE_CODE",
    "DEFECT_CODE",
    "MAILBOX_CODE",
    "AlreadyRunningError",
    "DbosDurable",
    "Durable",
    "Precedence",
    "Verdict",
    "bounded",
    "hold_file_lock",
    "judged",
    "retried",
]
