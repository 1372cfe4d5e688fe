"""What the levels are called, and who leads them by the tier schemes."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.server.core.models import local_name
from regulars.server.standards.rules import EVERYBODY
from regulars.server.tiers.models import SchemeVersion


@dataclass(frozen=True)
class Level:
    """One tier as the standard's page shows it: its names and who leads it."""

    level: int
    name: str
    lead: str | None  # role by the scheme; None where no scheme has the level
    scheme: str  # its public id


def levels(kind: str) -> dict[int, Level]:
    """The tiers of the primary schemes for a kind of customer, by level."""
    found: dict[int, Level] = {}
    for version in SchemeVersion.objects.leading().order_by("scheme_id"):
        if kind != EVERYBODY and version.scheme.customer_kind not in (EVERYBODY, kind):
            continue
        for tier in version.tiers:
            name = local_name(tier["name"], tier.get("name_en", ""))
            one = Level(tier["level"], name, tier.get("lead", ""), version.scheme.public_id)
            known = found.get(one.level)
            if known is None:
                found[one.level] = one
            elif known.name != name:
                both = f"{known.name} / {name}"
                found[one.level] = Level(one.level, both, known.lead, known.scheme)
    return found
