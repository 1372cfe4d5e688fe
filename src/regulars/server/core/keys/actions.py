"""Making keys, taking them back, and counting how often they are used."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection, transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import ApiKey, ApiUse, Book, OrgUnit, Person
from regulars.server.core.rights import Right

PREFIX = "rgk"
KEPT = timedelta(days=2)  # how long the counts of use stay


class NoRights(BadInput):
    """A key that may do nothing, or something that does not exist."""


class AlreadyOver(BadInput):
    """The key would expire before it is made."""


@transaction.atomic
def make_key(
    *,
    name: str,
    rights: Collection[str],
    by: Actor,
    at: datetime,
    org_unit: OrgUnit | None = None,
    books: Collection[Book] = (),
    per_minute: int = 600,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key and return it with its token, which nobody can show again.

    Without a place and without books it reaches the whole company.

    :raises NoRights: no right is named, or one that does not exist.
    :raises AlreadyOver: `expires_at` lies in the past.
    """
    _check(rights, expires_at, at=at)
    reach = ApiKey.Reach.UNIT if org_unit else ApiKey.Reach.COMPANY
    secret = secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name.strip(),
        secret_hash=hashed(secret),
        tail=secret[-4:],
        rights=sorted(rights),
        reach=ApiKey.Reach.BOOKS if books else reach,
        org_unit=None if books else org_unit,
        per_minute=per_minute,
        made_by=by if isinstance(by, Person) else None,
        made_at=at,
        expires_at=expires_at,
    )
    key.books.set(books)
    audit.record("core.key.made", key, by=by, at=at, rights=sorted(rights), reach=key.reach)
    return key, f"{PREFIX}_{key.public_id}_{secret}"


@transaction.atomic
def revoke_key(key: ApiKey, *, by: Actor, at: datetime) -> None:
    """Let a key open nothing from its next request on; a second time changes nothing."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at):
        key.revoked_at = at
        audit.record("core.key.revoked", key, by=by, at=at)


def count_use(key: ApiKey, *, at: datetime) -> int:
    """Count one more request of this minute and return how many it had.

    Committed by itself, so that every process counts together and a request that fails
    counts too.
    """
    minute = at.replace(second=0, microsecond=0)
    with connection.cursor() as db:
        db.execute(
            "insert into core_apiuse (key_id, minute, count) values (%s, %s, 1) "
            "on conflict (key_id, minute) do update set count = core_apiuse.count + 1 "
            "returning count",
            [key.pk, minute],
        )
        (count,) = db.fetchone()
    if count == 1:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return int(count)


def forget_uses(*, at: datetime) -> int:
    """Drop counts that no limit is measured by any more."""
    return ApiUse.objects.filter(minute__lt=at - KEPT).delete()[0]


def hashed(secret: str) -> str:
    """Hash a secret. It is 256 random bits, so there is nothing to guess and no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(rights: Collection[str], expires_at: datetime | None, *, at: datetime) -> None:
    unknown = sorted(set(rights) - set(Right))
    if unknown or not rights:
        known = ", ".join(Right)
        named = f"no right {unknown[0]!r}" if unknown else "nothing that the key may do"
        raise NoRights(f"There is {named}. Choose among: {known}.")
    if expires_at is not None and expires_at <= at:
        raise AlreadyOver("The key would be over before its first use. Choose a later day.")
