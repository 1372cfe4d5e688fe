"""The ledger, the rows behind its figures, one promise, and a new one."""

from regulars.server.promises.views.ledger import index, rows
from regulars.server.promises.views.one import keep, make, one, reopen, withdraw

__all__ = ["index", "keep", "make", "one", "reopen", "rows", "withdraw"]
