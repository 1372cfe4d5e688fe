"""The tabs of training that a person has."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.access import SignedIn
from regulars.server.core.rules import Permission

TABS = (
    ("index", _("Mine"), None),
    ("team", pgettext_lazy("training", "Team"), Permission.SIGN_TRAINING),
    ("samples", _("Samples"), Permission.JUDGE_CONTACTS),
    ("weak", _("Weak spots"), Permission.JUDGE_CONTACTS),
    ("items", _("Items"), Permission.EDIT_TRAINING),
)


def tabs(request: SignedIn, current: str) -> dict[str, Any]:
    found = [
        (f"training:{name}", label, name == current)
        for name, label, needed in TABS
        if needed is None or request.user.may(needed)
    ]
    return {"tabs": found, "tab": current}
