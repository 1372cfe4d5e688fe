"""Reads of keys: by the token of a request, and for those who administer."""

from __future__ import annotations

from datetime import datetime, timedelta
from hmac import compare_digest

from django.db.models import Q, QuerySet, Sum

from regulars.server.core.keys.actions import PREFIX, hashed
from regulars.server.core.models import ApiKey, ApiUse, Job, Person
from regulars.server.core.rules import Permission


def of_token(token: str) -> ApiKey | None:
    """The key that a token belongs to, valid or not; None for any other text."""
    prefix, _, rest = token.partition("_")
    public_id, _, secret = rest.partition("_")
    if prefix != PREFIX or not secret or len(token) > 200 or "\0" in token:
        return None
    found = ApiKey.objects.select_related("org_unit").filter(public_id=public_id).first()
    known = found is not None and compare_digest(found.secret_hash, hashed(secret))
    return found if known else None


def person(key: ApiKey, username: str) -> Person | None:
    """Somebody at work within the reach of a key: in its place, or with one of its books."""
    found = Person.objects.filter(username__iexact=username, is_active=True)
    if not key.scope.everything and key.org_unit is not None:
        found = found.filter(org_unit__path__startswith=key.org_unit.path)
    elif not key.scope.everything:
        own = Q(books__in=key.scope.books) | Q(backed_up_books__in=key.scope.books)
        found = found.filter(own).distinct()
    return found.select_related("org_unit").first()


def keys(viewer: Person) -> QuerySet[ApiKey]:
    """All keys, newest first; none for those who may not administer."""
    if not viewer.may(Permission.ADMINISTER):
        return ApiKey.objects.none()
    return ApiKey.objects.select_related("org_unit", "made_by").prefetch_related("books")


def key(viewer: Person, public_id: str) -> ApiKey | None:
    return keys(viewer).filter(public_id=public_id).first()


def uses(viewer: Person, *, at: datetime) -> dict[int, int]:
    """How often each key was used in the last day, by its pk."""
    if not viewer.may(Permission.ADMINISTER):
        return {}
    found = ApiUse.objects.filter(minute__gt=at - timedelta(days=1)).order_by()
    return dict(found.values_list("key").annotate(n=Sum("count")))


def names() -> dict[int, str]:
    """The names of all keys, for the trail."""
    return dict(ApiKey.objects.values_list("pk", "name"))


def job(key: ApiKey, public_id: str) -> Job | None:
    """Long work that this key asked for."""
    return Job.objects.filter(asked_key=key, public_id=public_id).first()
