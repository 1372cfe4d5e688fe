"""What becomes of the file's own rows at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.core.retention import DataClass
from regulars.server.customers import actions
from regulars.server.customers.models import (
    CustomerSearch,
    Document,
    FactKey,
    History,
    LifeEvent,
    Member,
    Preference,
    Relation,
    SeenValue,
)
from regulars.server.customers.queries import history

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        FactKey,
        title=_("Link to purchases and balances"),
        because=_("A number without meaning. Without it the facts are nobody's."),
    ),
    Rows(
        CustomerSearch,
        title=_("Search entry"),
        stays=True,
        because=_("Made anew from the file."),
    ),
    Rows(
        SeenValue,
        title=_("What other sources say"),
        copied=("field", "value", "source", "told"),
    ),
    Rows(
        History,
        title=_("What the file said before"),
        copied=("valid_from", "valid_to", "changes"),
        stays=True,
        because=_("The past of that record, as it was before the merge."),
    ),
    Rows(
        LifeEvent,
        title=_("Life events"),
        copied=("kind", "happens_on", "origin", "note", "action", "due_on", "done_at"),
    ),
    Rows(
        Preference,
        title=_("Preferences"),
        copied=("topic", "words", "origin", "evidence", "noted_on", "withdrawn_at"),
    ),
    Rows(
        Member,
        title=_("Household or group"),
        copied=("household__kind", "role", "since", "until"),
    ),
    Rows(Document, title=_("Documents"), copied=("name", "kind", "size", "added_at", "note")),
    Duty("customers.documents", erase=actions.shred_documents),
    Rows(Relation, title=_("Ties"), copied=("kind", "other__name")),
    Rows(Relation, name="other", title=_("Ties"), copied=("kind", "customer__name")),
)
PERIODS = (
    DataClass(
        "customers.history",
        title=_("Past values of files"),
        about=_("What a file said before each change: the base as it was on a date needs it."),
        reason=_("Five years, as long as business records are commonly argued about."),
        days=5 * 365,
        older=history.old_history,
        drop=actions.drop_history,
    ),
)
