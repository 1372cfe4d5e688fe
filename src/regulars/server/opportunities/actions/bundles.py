"""Bundles are put together, changed, retired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.opportunities.models import Bundle, BundlePart
from regulars.server.products.models import Product

LEAST = 2


@transaction.atomic
def save_bundle(
    bundle: Bundle | None,
    *,
    parts: Sequence[tuple[Product, str]],
    by: Actor,
    at: datetime,
    **fields: Any,
) -> Bundle:
    """Make a bundle of products with their terms, or change one.

    What was sent in a proposal keeps the words of then.

    :raises BadInput: fewer than two products, one twice, or the name is taken.
    """
    if len(parts) < LEAST or len({product.pk for product, _terms in parts}) < len(parts):
        raise BadInput(_("A bundle has two products at least, each once."))
    found = bundle or Bundle(made_at=at)
    for name, value in fields.items():
        setattr(found, name, value)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        told = _("There is a bundle called “%(name)s”. Choose another name.")
        raise BadInput(told % {"name": fields.get("name", "")}) from error
    found.parts.all().delete()
    BundlePart.objects.bulk_create(
        BundlePart(bundle=found, product=product, position=n, terms=" ".join(terms.split()))
        for n, (product, terms) in enumerate(parts, start=1)
    )
    audit.record("opportunities.bundle.saved", found, by=by, at=at, parts=len(parts))
    return found


@transaction.atomic
def retire_bundle(bundle: Bundle, *, by: Actor, at: datetime) -> Bundle:
    """Offer it no more; what was proposed stays."""
    bundle.is_retired = True
    bundle.save(update_fields=["is_retired"])
    audit.record("opportunities.bundle.retired", bundle, by=by, at=at)
    return bundle
