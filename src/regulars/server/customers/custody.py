"""What becomes of the file's own rows at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.customers.models import CustomerSearch, FactKey, History, Relation

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        FactKey,
        title=_("Keys of facts"),
        because=_("A number without meaning. Without it the facts are nobody's."),
    ),
    Rows(
        CustomerSearch,
        title=_("Search entry"),
        stays=True,
        because=_("Made anew from the file."),
    ),
    Rows(
        History,
        title=_("What the file said before"),
        copied=("valid_from", "valid_to", "changes"),
        stays=True,
        because=_("The past of that record, as it was before the merge."),
    ),
    Rows(Relation, title=_("Ties"), copied=("kind", "other__name")),
    Rows(Relation, name="other", title=_("Ties"), copied=("kind", "customer__name")),
)
