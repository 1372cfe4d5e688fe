"""Keeping a rule under a name, changing it, sharing it, putting it away."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.models import OrgUnit, Person
from regulars.server.segments.models import Segment, Version
from regulars.server.segments.queries import asking, saved
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules.tree import Group, as_json


class NotOwner(Refused):
    """Only the owner changes a segment."""


class NameTaken(BadInput):
    """The owner has another segment of that name."""


class NotAllowed(Refused):
    """The owner may not share that far."""


class ReasonMissing(BadInput):
    """A rule with a sensitive field needs a reason."""


def keep(
    rule: Group,
    *,
    name: str,
    by: Person,
    at: datetime,
    description: str = "",
    sharing: str = Segment.Sharing.PRIVATE,
    branch: OrgUnit | None = None,
    reason: str = "",
) -> Segment:
    """Keep a rule as a segment of one's own.

    :raises BadRule: a value does not fit.
    :raises ReasonMissing: it names a sensitive field and no reason.
    :raises NameTaken: the owner has another segment of that name.
    :raises NotAllowed: the owner may not share that far.
    """
    checked = _checked(rule, by=by, at=at, reason=reason)
    found = Segment(
        kind=Segment.Kind.RULE,
        name=_named(name),
        description=description.strip()[:400],
        rule=as_json(checked),
        owner=by,
        created_at=at,
        updated_at=at,
    )
    _share(found, sharing, branch, by=by)
    with transaction.atomic():
        _save(found)
        _note(found, by=by, at=at, reason=reason)
        audit.record(
            "segments.segment.kept", found, by=by, at=at, sharing=found.sharing,
            reason=reason.strip(), sensitive=_sensitive(checked, by=by, at=at),
        )  # fmt: skip
    return found


def change(
    found: Segment,
    *,
    by: Person,
    at: datetime,
    rule: Group | None = None,
    name: str | None = None,
    description: str | None = None,
    sharing: str | None = None,
    branch: OrgUnit | None = None,
    reason: str = "",
) -> None:
    """Change what a segment is called, asks or is shared with; another rule is a version.

    :raises NotOwner: somebody else owns it.
    """
    _owned(found, by)
    with transaction.atomic():
        kept = Segment.objects.select_for_update().get(pk=found.pk)
        fields: list[str] = []
        if name is not None and _named(name) != kept.name:
            kept.name = _named(name)
            fields.append("name")
        if description is not None and description.strip() != kept.description:
            kept.description = description.strip()[:400]
            fields.append("description")
        if sharing is not None:
            before = (kept.sharing, kept.branch_id)
            _share(kept, sharing, branch, by=by)
            fields += ["sharing"] if before != (kept.sharing, kept.branch_id) else []
        if rule is not None and not kept.is_group:
            checked = as_json(_checked(rule, by=by, at=at, reason=reason))
            if checked != kept.rule:
                kept.rule, kept.version = checked, kept.version + 1
                fields.append("rule")
        if not fields:
            return
        kept.updated_at = at
        _save(kept)
        if "rule" in fields:
            _note(kept, by=by, at=at, reason=reason)
        audit.record(
            "segments.segment.changed", kept, by=by, at=at, fields=fields,
            version=kept.version, reason=reason.strip(),
        )  # fmt: skip
    found.refresh_from_db()


@transaction.atomic
def archive(found: Segment, *, by: Person, at: datetime) -> None:
    """Put a segment away; it can be brought back.

    :raises NotOwner: somebody else owns it.
    """
    _owned(found, by)
    if found.archived_at is None:
        found.archived_at = found.updated_at = at
        found.save(update_fields=["archived_at", "updated_at"])
        audit.record("segments.segment.archived", found, by=by, at=at)


@transaction.atomic
def restore(found: Segment, *, by: Person, at: datetime) -> None:
    """Bring an archived segment back.

    :raises NotOwner: somebody else owns it.
    :raises NameTaken: the owner gave its name to another one meanwhile.
    """
    _owned(found, by)
    if found.archived_at is not None:
        found.archived_at, found.updated_at = None, at
        _save(found)
        audit.record("segments.segment.restored", found, by=by, at=at)


def share_with(found: Segment, sharing: str, branch: OrgUnit | None, *, by: Person) -> None:
    """Set how far a new segment reaches, by the same rule as later.

    :raises NotAllowed: the owner may not share that far.
    """
    _share(found, sharing, branch, by=by)


def save_named(found: Segment) -> None:
    """Save a segment; two of one name are refused in words."""
    _save(found)


def _checked(rule: Group, *, by: Person, at: datetime, reason: str) -> Group:
    of = ground(by, at)
    found = asking.settle(rule, of)
    assert isinstance(found, Group)
    named = asking.sensitive(found, of)
    if named and not reason.strip():
        raise ReasonMissing(
            f"The rule looks at {', '.join(named)}, which is sensitive. "
            "Say why it is needed; the reason is kept with the version."
        )
    return found


def _sensitive(rule: Group, *, by: Person, at: datetime) -> list[str]:
    return asking.sensitive(rule, ground(by, at))


def _named(name: str) -> str:
    found = " ".join(name.split())
    if not found:
        raise NameTaken("A segment needs a name by which others find it.")
    return found[:80]


def _share(found: Segment, sharing: str, branch: OrgUnit | None, *, by: Person) -> None:
    if sharing not in Segment.Sharing.values:
        raise NotAllowed(f"There is no way to share {sharing!r}.")
    if sharing == Segment.Sharing.EVERYBODY and not saved.may_share_with_everybody(by):
        raise NotAllowed("Only people who see all customers share with everybody.")
    if sharing == Segment.Sharing.BRANCH:
        if branch is None or branch not in saved.branches(by):
            raise NotAllowed("Choose a branch that is yours.")
        found.branch = branch
    else:
        found.branch = None
    found.sharing = sharing


def _save(found: Segment) -> None:
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        if "an_owner_names_a_segment_once" not in str(error):
            raise
        raise NameTaken(
            f"You have another segment called {found.name!r}. Choose another name."
        ) from error


def _note(found: Segment, *, by: Person, at: datetime, reason: str) -> None:
    Version.objects.create(
        segment=found,
        number=found.version,
        rule=found.rule,
        reason=reason.strip()[:300],
        made_by=by,
        made_at=at,
    )


def _owned(found: Segment, by: Person) -> None:
    if found.owner_id != by.pk:
        raise NotOwner(
            f"{found} belongs to {found.owner}. Save it under your own name to change it."
        )


def owned(found: Segment, by: Person) -> None:
    """:raises NotOwner: the segment belongs to somebody else."""
    _owned(found, by)
