"""What an erasure did, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.server.core import custody
from regulars.server.privacy.models import Request

FILES: Mapping[str, Any] = {
    "facts.rows": _("Purchases and balances that are nobody's now"),
    "scoring.snapshots": _("Rows taken out of what scores were made from"),
    "intake.files": _("Files with this person that were brought, deleted"),
    "intake.rows": _("Rows taken out of what reading files left"),
    "segments.exports": _("Exported files with this person, deleted"),
    "privacy.copies": _("Copies with this person, deleted"),
    "core.replies": _("Kept answers to other systems, deleted"),
    "core.jobs": _("Jobs whose words named this person, blanked"),
    "site.logs": _("Lines taken out of logs"),
}
DUTIES: Mapping[str, Any] = {
    "channels.Consent": _("Consents"),
    "customers.documents": _("Documents, the files themselves"),
    "scoring.Score": _("Scores"),
    "tiers.Assignment": _("Tiers"),
}


def did(request: Request) -> list[tuple[str, int]]:
    """What went and what was blanked, by name; empty where nothing was erased."""
    if request.kind != Request.Kind.ERASURE or request.state != Request.State.DONE:
        return []
    names = {**{rows.key: rows.title for rows in custody.all_rows()}, **DUTIES, **FILES}
    found: dict[str, int] = {}
    for part in ("rows", "files"):
        for key, count in request.report.get(part, {}).items():
            title = str(names.get(key, key))
            found[title] = found.get(title, 0) + int(count)
    return sorted(found.items())
