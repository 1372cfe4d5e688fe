"""Every trigger there is: those shipped, as the company set them, and its own ones.

Whoever needs a trigger's words, ways or numbers asks here, so that a trigger of the company's
own is treated like any other. Read at the first question and for one page or morning only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from regulars.server.care.models import OwnTrigger, OwnVersion
from regulars.server.care.rules import own
from regulars.server.care.rules.catalogue import TRIGGERS, Trigger
from regulars.server.care.rules.policy import Policy
from regulars.server.core import queries as core
from regulars.server.core.models import Company
from regulars.server.core.rules import Scope


class Catalogue(Mapping[str, Trigger]):
    """Triggers by their code, read when first asked for; `company` spares a question."""

    def __init__(self, company: Company | None = None) -> None:
        self._company = company

    def __getitem__(self, code: str) -> Trigger:
        return self._all[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def active(self) -> list[Trigger]:
        """Those of the company's trades that are switched on, and its own that are."""
        return [t for t in self.values() if self.policy.has(t) and t.code not in self.idle]

    @cached_property
    def policy(self) -> Policy:
        company = self._company or core.company()
        return Policy.of(
            company.settings if company else {}, kind=company.kind if company else ""
        )

    @cached_property
    def idle(self) -> frozenset[str]:
        """Own triggers that are drafts, or off."""
        return frozenset(
            row.code for row, _version in self._own if row.state != OwnTrigger.State.ON
        )

    @cached_property
    def makers(self) -> dict[str, OwnVersion]:
        """Own trigger -> the version that counts, with who wrote it: through whose eyes."""
        return {row.code: version for row, version in self._own}

    def eyes(self, code: str) -> Scope | None:
        """What the maker of an own trigger sees; None for those shipped."""
        version = self.makers.get(code)
        return version.made_by.scope if version else None

    @cached_property
    def _all(self) -> dict[str, Trigger]:
        found = dict(TRIGGERS)
        for row, version in self._own:
            found[row.code] = replace(own.read(row.code, version.body), since=row.on_since)
        return {code: self.policy.tuned(trigger) for code, trigger in found.items()}

    @cached_property
    def _own(self) -> list[tuple[OwnTrigger, OwnVersion]]:
        newest: dict[int, OwnVersion] = {}
        versions = OwnVersion.objects.select_related("trigger", "made_by__org_unit")
        for version in versions.order_by("trigger", "number"):
            newest[version.trigger_id] = version
        return [(version.trigger, version) for version in newest.values()]


def catalogue(company: Company | None = None) -> Catalogue:
    return Catalogue(company)
