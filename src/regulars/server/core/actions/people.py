"""Changes of the people who work here."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Permission, Role, may


class UsernameTaken(Refused):
    """Somebody else has that name."""


class LastAdministrator(Refused):
    """Without this person nobody could administer the system any more."""


class WeakPassword(BadInput):
    """The password is too easy to guess."""


class UnknownRole(BadInput):
    """There is no such role."""


def add_person(
    *,
    username: str,
    name: str,
    role: str,
    org_unit: OrgUnit,
    by: Actor,
    at: datetime,
    password: str | None = None,
    name_en: str = "",
    email: str = "",
    wecom_userid: str = "",
) -> Person:
    """Add somebody who works here; without a password they cannot sign in yet.

    :raises UsernameTaken: the name is in use.
    :raises UnknownRole: the role does not exist.
    :raises WeakPassword: the password is too short or too common.
    """
    if role not in set(Role):
        known = ", ".join(Role)
        raise UnknownRole(f"There is no role {role!r}. Choose one of: {known}.")
    # People sign in without regard to case, so "Mei" and "mei" are one name.
    if Person.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(f"The user name {username!r} is taken. Choose another one.")
    person = Person(
        username=username,
        name=name,
        name_en=name_en,
        email=email,
        wecom_userid=wecom_userid,
        role=role,
        org_unit=org_unit,
        created_at=at,
        password=_hashed(password),
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            audit.record("core.person.added", person, by=by, at=at, role=role)
    except IntegrityError as error:
        raise UsernameTaken(
            f"The user name {username!r} is taken. Choose another one."
        ) from error
    return person


@transaction.atomic
def set_password(person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Give a person a new password.

    :raises WeakPassword: it is too short or too common.
    """
    person.password = _hashed(password)
    person.save(update_fields=["password"])
    audit.record("core.person.password_set", person, by=by, at=at)


@transaction.atomic
def change_person(
    person: Person,
    *,
    by: Actor,
    at: datetime,
    name: str | None = None,
    name_en: str | None = None,
    email: str | None = None,
    wecom_userid: str | None = None,
    role: str | None = None,
    org_unit: OrgUnit | None = None,
    is_active: bool | None = None,
    language: str | None = None,
) -> None:
    """Change somebody's names, accounts, role, place or language; the next request sees it.

    :raises LastAdministrator: nobody else could administer after that.
    """
    if role is not None or is_active is not None:
        _keep_an_administrator(person, role=role, is_active=is_active)
    changes = {
        "name": name,
        "name_en": name_en,
        "email": email,
        "wecom_userid": wecom_userid,
        "role": role,
        "org_unit": org_unit,
        "is_active": is_active,
        "language": language,
    }
    named = [
        field
        for field, value in changes.items()
        if value is not None and value != getattr(person, field)
    ]
    if not named:
        return
    for field in named:
        setattr(person, field, changes[field])
    person.save(update_fields=named)
    audit.record("core.person.changed", person, by=by, at=at, fields=named)


@transaction.atomic
def remove_person(person: Person, *, by: Actor, at: datetime) -> None:
    """Take somebody off who never worked here; others are only switched off."""
    audit.record("core.person.removed", person, by=by, at=at, username=person.username)
    person.delete()


def _keep_an_administrator(person: Person, *, role: str | None, is_active: bool | None) -> None:
    stays = (is_active is not False) and may(role or person.role, Permission.ADMINISTER)
    if stays or not person.may(Permission.ADMINISTER):
        return
    # Locked, so that two administrators cannot dismiss each other at the same moment.
    others = Person.objects.select_for_update().filter(is_active=True).exclude(pk=person.pk)
    if not any(other.may(Permission.ADMINISTER) for other in others.order_by("pk")):
        raise LastAdministrator(
            f"{person} is the only administrator. Make somebody else one first."
        )


def _hashed(password: str | None) -> str:
    if password is None:
        return make_password(None)
    try:
        validate_password(password)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
    return make_password(password)
