"""The company's stages, and the signals that make opportunities by themselves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.opportunities.models import Opportunity, SignalRule, Stage
from regulars.server.opportunities.rules import DEFAULTS
from regulars.server.products.models import Product

ASIDE = 10_000  # positions are unique, so what is in the way steps aside first


class InUse(Refused):
    """Opportunities stand in the stage."""


@transaction.atomic
def install_stages() -> None:
    """Put the usual stages where there are none at all; the migration does so, too."""
    if Stage.objects.exists():
        return
    Stage.objects.bulk_create(
        Stage(
            code=each.code, name=each.name, name_en=each.name_en, position=n,
            chance=each.chance, patience=each.patience, ends=each.ends,
        )
        for n, each in enumerate(DEFAULTS, start=1)
    )  # fmt: skip


@transaction.atomic
def save_stage(
    stage: Stage | None,
    *,
    name: str,
    name_en: str,
    chance: Decimal,
    patience: int,
    by: Actor,
    at: datetime,
    place: int | None = None,
    is_retired: bool = False,
) -> Stage:
    """Change a stage, or add one before the ends; `place` counts the open ones from 1.

    :raises BadInput: the chance of an end is changed, or none would be open.
    :raises InUse: opportunities stand in a stage that would be retired.
    """
    found = stage or Stage(code=_code(name_en or name), position=_last() + 1)
    if found.ends and (is_retired or chance != found.chance):
        raise BadInput(_("Won and lost stay, and are certain. Change their names only."))
    if is_retired:
        _refuse_in_use(found)
    found.name, found.name_en = " ".join(name.split()), " ".join(name_en.split())
    found.chance, found.patience, found.is_retired = chance, patience, is_retired
    found.save()
    if place is not None and not found.ends:
        _put(found, place)
    audit.record("opportunities.stage.saved", found, by=by, at=at, code=found.code)
    return found


@transaction.atomic
def save_rule(
    *,
    signal: str,
    kind: str,
    product: Product | None,
    least: Decimal,
    share: Decimal,
    is_on: bool,
    by: Actor,
    at: datetime,
) -> SignalRule:
    """Say whether a signal makes an opportunity by itself, of which kind and from what on."""
    values = {
        "kind": kind, "product": product, "least": least, "share": share, "is_on": is_on,
    }  # fmt: skip
    made, _new = SignalRule.objects.update_or_create(signal=signal, defaults=values)
    audit.record("opportunities.rule.saved", made, by=by, at=at, signal=signal, on=is_on)
    return made


def _refuse_in_use(stage: Stage) -> None:
    standing = Opportunity.objects.open().filter(stage=stage).count()
    if standing:
        told = _("%(n)s opportunities stand in “%(stage)s”. Move them first.")
        raise InUse(told % {"n": standing, "stage": stage})
    others = Stage.objects.in_use().filter(ends="").exclude(pk=stage.pk)
    if not others.exists():
        raise BadInput(_("One open stage must stay."))


def _put(stage: Stage, place: int) -> None:
    others = list(Stage.objects.filter(ends="").exclude(pk=stage.pk).order_by("position"))
    others.insert(max(0, place - 1), stage)
    ends = list(Stage.objects.exclude(ends="").order_by("position"))
    for n, each in enumerate([*others, *ends], start=1):
        Stage.objects.filter(pk=each.pk).update(position=ASIDE + n)
    for n, each in enumerate([*others, *ends], start=1):
        Stage.objects.filter(pk=each.pk).update(position=n)
    stage.refresh_from_db()


def _last() -> int:
    return Stage.objects.aggregate(last=Max("position"))["last"] or 0


def _code(name: str) -> str:
    base = slugify(name)[:20] or "stage"
    taken = set(Stage.objects.values_list("code", flat=True))
    return next(
        code for n in range(1, len(taken) + 2)
        if (code := base if n == 1 else f"{base}-{n}") not in taken
    )  # fmt: skip
