"""Every way a scheme changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.tiers import queries, rules
from regulars.server.tiers.models import Scheme, SchemeVersion
from regulars.server.tiers.rules import Preset, Tier

State = SchemeVersion.State


class NoDraft(Refused):
    """The scheme has no draft to put in force."""


class DraftMoved(Refused):
    """Somebody else put the draft in force or changed it."""


@transaction.atomic
def install_presets(*, by: Actor, at: datetime) -> None:
    """Give a new company the schemes of its kind; schemes that exist stay as they are."""
    company = core.company()
    for preset in rules.presets(company.kind if company else "retail"):
        if not Scheme.objects.filter(code=preset.code).exists():
            _install(preset, by=by, at=at)


@transaction.atomic
def save_draft(
    scheme: Scheme, *, measure: str, tiers: Sequence[Tier], by: Actor, at: datetime
) -> SchemeVersion:
    """Keep edited cuts as the scheme's draft; nothing is in force by that.

    :raises BadScheme: the cuts do not divide everybody.
    """
    active = scheme.versions.filter(state=State.ACTIVE).first()
    mode = active.mode if active else rules.AMOUNT
    if measure not in rules.MEASURES:
        known = ", ".join(rules.MEASURES)
        raise rules.BadScheme(f"There is no measure {measure!r}. Choose one of: {known}.")
    rules.check(tiers, mode=mode)
    others = queries.codes_of_others(scheme)
    rules.check_through(tiers, scheme=scheme.code, known=others)
    rules.in_order({**queries.rules_of_others(scheme), scheme.code: tiers})
    draft = scheme.versions.filter(state=State.DRAFT).first()
    if draft is None:
        newest = scheme.versions.order_by("-number").first()
        draft = SchemeVersion(scheme=scheme, number=newest.number + 1 if newest else 1)
    draft.mode, draft.measure, draft.tiers = mode, measure, list(tiers)
    draft.created_at, draft.created_by = at, by if isinstance(by, Person) else None
    draft.save()
    audit.record("tiers.draft.saved", draft, by=by, at=at, number=draft.number)
    return draft


@transaction.atomic
def discard_draft(scheme: Scheme, *, by: Actor, at: datetime) -> None:
    """Throw the draft away; without one nothing happens but the entry."""
    gone, _ = scheme.versions.filter(state=State.DRAFT).delete()
    audit.record("tiers.draft.discarded", scheme, by=by, at=at, drafts=gone)


@transaction.atomic
def put_in_force(
    scheme: Scheme, *, number: int, by: Actor, at: datetime, kept_at: datetime | None = None
) -> SchemeVersion:
    """Make the draft the version in force; `kept_at` names the cuts that were looked at.

    :raises NoDraft: there is none.
    :raises DraftMoved: the draft is not the one that was looked at.
    """
    draft = scheme.versions.select_for_update().filter(state=State.DRAFT).first()
    if draft is None:
        raise NoDraft(f"{scheme.name} has no draft. Change a cut first.")
    if draft.number != number or kept_at not in {None, draft.created_at}:
        raise DraftMoved("The draft changed while you looked at it. Look at it again.")
    scheme.versions.filter(state=State.ACTIVE).update(state=State.RETIRED)
    draft.state, draft.activated_at = State.ACTIVE, at
    draft.save(update_fields=["state", "activated_at"])
    audit.record("tiers.version.activated", draft, by=by, at=at, number=draft.number)
    return draft


def _install(preset: Preset, *, by: Actor, at: datetime) -> None:
    scheme = Scheme.objects.create(
        code=preset.code,
        name=preset.name,
        name_en=preset.name_en,
        customer_kind=preset.customer_kind,
        is_primary=preset.is_primary,
    )
    SchemeVersion.objects.create(
        scheme=scheme,
        number=1,
        state=State.ACTIVE,
        measure=preset.measure,
        mode=preset.mode,
        tiers=list(preset.tiers),
        created_at=at,
        activated_at=at,
    )
    audit.record("tiers.scheme.installed", scheme, by=by, at=at)
