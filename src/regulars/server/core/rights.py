"""What a key of the API may do, and which of a person's permissions that stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from regulars.server.core.rules import Permission


class Right(StrEnum):
    """One thing that another system may do with a key. What is not given is refused."""

    FACTS_WRITE = "facts.write"
    CUSTOMERS_WRITE = "customers.write"
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_PERSONAL = "customers.personal"  # phone, e-mail, address, birthday in full
    SCORES_READ = "scores.read"  # tiers and scores beside the customers
    WORK_READ = "work.read"  # cards, promises and alerts of people within reach
    WORK_WRITE = "work.write"  # outcomes and contacts in the name of such a person
    MESSAGES_READ = "messages.read"  # mailings, and what was sent to whom and to whom not
    MESSAGES_SEND = "messages.send"  # one message to a customer; pause and stop mailings


P = Permission
STANDS_FOR: Mapping[Right, frozenset[Permission]] = {
    Right.FACTS_WRITE: frozenset({P.IMPORT}),
    Right.CUSTOMERS_WRITE: frozenset({P.IMPORT}),
    Right.CUSTOMERS_READ: frozenset({P.SEE_CUSTOMERS}),
    Right.CUSTOMERS_PERSONAL: frozenset({P.SEE_PERSONAL}),
    Right.SCORES_READ: frozenset({P.SEE_SCORES, P.SEE_TIERS}),
    Right.WORK_READ: frozenset({P.SEE_TODAY}),
    Right.WORK_WRITE: frozenset({P.RECORD_CONTACT}),
    Right.MESSAGES_READ: frozenset({P.SEE_MESSAGES}),
    Right.MESSAGES_SEND: frozenset({P.SEND}),
}
WRITING = frozenset(
    {Right.FACTS_WRITE, Right.CUSTOMERS_WRITE, Right.WORK_WRITE, Right.MESSAGES_SEND}
)


def permitted(rights: Iterable[str], permission: Permission) -> bool:
    """Tell whether a key with these rights may do what a person needs a permission for."""
    known = set(Right)
    return any(permission in STANDS_FOR[Right(each)] for each in rights if each in known)


def of_machines(path: str) -> bool:
    """Tell whether an address is for keys; the API's description is a page for people."""
    return path.startswith("/api/") and path != "/api/v1/docs"
