"""Hold files while something is done with them: nobody merges or erases them meanwhile."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.base.errors import Refused
from regulars.server.customers.models import Customer

GONE = _("This file was merged or erased meanwhile. Reload the page.")


class NotStanding(Refused):
    """The file was merged into another or erased before."""


def lock(*keys: int) -> list[Customer]:
    """Hold some files, always in the same order, until the transaction ends; rows that
    name them wait too.

    :raises NotStanding: one of them is gone.
    """
    rows = Customer.objects.standing().filter(pk__in=keys).order_by("pk")
    found = {one.pk: one for one in rows.select_for_update(of=("self",))}
    if len(found) < len(set(keys)):
        raise NotStanding(str(GONE))
    return [found[key] for key in keys]


def hold(key: int) -> Customer:
    """Hold one file, as it is now, while its values change.

    :raises NotStanding: it is gone.
    """
    # Rows that name the file go on: two who each wrote one would wait for each other.
    rows = Customer.objects.standing().select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotStanding(str(GONE))
    return found


def lock_all(*keys: int) -> list[Customer]:
    """Hold some files whatever became of them, in the order of `lock`."""
    rows = Customer.objects.filter(pk__in=keys).order_by("pk")
    found = {one.pk: one for one in rows.select_for_update(of=("self",))}
    return [found[key] for key in keys if key in found]


def lock_book(book_id: int) -> None:
    """Hold everybody in a book; who is on the way out has left when this returns."""
    rows = Customer.objects.standing().filter(book=book_id).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))
