"""A snippet is copied into what somebody writes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.content.models import SnippetUse, Text, Version
from regulars.server.core.models import Person


class NotInForce(Refused):
    """Only what was approved is copied."""


@transaction.atomic
def copied(version: Version, *, by: Person, at: datetime) -> int:
    """Count that a snippet was copied; return how often this text was.

    :raises NotInForce: it is no snippet, or was replaced or put away meanwhile.
    """
    usable = Version.objects.filter(
        pk=version.pk, state=Version.State.APPROVED, text__kind=Text.Kind.SNIPPET,
        text__put_away_at__isnull=True,
    )  # fmt: skip
    if not usable.exists():
        raise NotInForce("This snippet is not in force any more. Load the page again.")
    SnippetUse.objects.create(version=version, used_by=by, used_at=at)
    return SnippetUse.objects.filter(version__text=version.text_id).count()
