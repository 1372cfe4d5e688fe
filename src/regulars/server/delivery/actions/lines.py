"""Every change of lines: the ways out that the company set up."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit, secrecy
from regulars.server.core.audit import Actor
from regulars.server.delivery import queries
from regulars.server.delivery.kinds.registry import kind, made
from regulars.server.delivery.models import Line

SEALED = queries.SEALED
CHANNELS = tuple(queries.FIELDS)  # "sms", "email", "wecom"


class BadLine(BadInput):
    """The settings of a line cannot work."""


@transaction.atomic
def add_line(
    *,
    name: str,
    kind_code: str,
    given: Mapping[str, str],
    by: Actor,
    at: datetime,
    per_second: float | None = None,
    connections: int = 4,
    part_price: Decimal | None = None,
    channel: str = "",
) -> Line:
    """Set up a way out. Nothing is sent by it and nothing reached out to.

    `channel` is asked for where the kind carries any.

    :raises BadLine: a setting is missing or cannot work, or the name is taken.
    """
    known = kind(kind_code)
    channel = known.channel or channel
    if channel not in CHANNELS:
        raise BadLine(_("Say for which channel the line is."))
    _demand_own_name(name)
    settings, hidden = _parted(known.fields, given)
    made(known.code, {**settings, **hidden}).check()
    line = Line.objects.create(
        name=name,
        kind=kind_code,
        channel=channel,
        settings=settings,
        secrets=secrecy.seal(json.dumps(hidden), purpose=SEALED),
        place=Line.objects.filter(channel=channel).count(),
        per_second=per_second,
        connections=connections,
        part_price=part_price,
        hook=secrets.token_urlsafe(32),
        made_by=audit.label(by),
        made_at=at,
        changed_at=at,
    )
    audit.record("delivery.line.added", line, by=by, at=at, kind=kind_code)
    return line


@transaction.atomic
def change_line(
    line: Line,
    *,
    by: Actor,
    at: datetime,
    given: Mapping[str, str] | None = None,
    **fields: Any,
) -> Line:
    """Change what a line is called, how fast it is, and its settings; a secret that is left
    empty stays as it is.

    :raises BadLine: the settings cannot work, or the name is taken.
    """
    unknown = sorted(set(fields) - {"name", "per_second", "connections", "part_price", "place"})
    if unknown:
        raise TypeError(f"a line has no {unknown[0]} to change")
    line = Line.objects.select_for_update().get(pk=line.pk)
    _demand_own_name(fields.get("name", line.name), but=line)
    if given is not None:
        known = kind(line.kind)
        settings, hidden = _parted(known.fields, given)
        hidden = queries.secrets_of(line) | {k: v for k, v in hidden.items() if v}
        made(known.code, {**settings, **hidden}).check()
        line.settings = settings
        line.secrets = secrecy.seal(json.dumps(hidden), purpose=SEALED)
    for field, value in fields.items():
        setattr(line, field, value)
    line.changed_at = at
    line.save()
    audit.record(
        "delivery.line.changed", line, by=by, at=at,
        fields=sorted([*fields, *(["settings"] if given is not None else [])]),
    )  # fmt: skip
    return line


@transaction.atomic
def switch_line(line: Line, *, on: bool, by: Actor, at: datetime) -> None:
    """Take a line out of use, or back into it; what waits for it goes on waiting."""
    state = Line.State.ON if on else Line.State.OFF
    Line.objects.filter(pk=line.pk).update(state=state, trouble="", trouble_at=None)
    line.state = state
    audit.record("delivery.line.switched", line, by=by, at=at, on=on)


@transaction.atomic
def prefer_line(line: Line, *, by: Actor, at: datetime) -> None:
    """Let a line be the first of its channel: the one that is taken where nobody chose."""
    found = list(Line.objects.select_for_update().filter(channel=line.channel))
    found.sort(key=lambda each: (each.pk != line.pk, each.place, each.pk))
    for place, each in enumerate(found):
        each.place = place
    Line.objects.bulk_update(found, ["place"])
    audit.record("delivery.line.preferred", line, by=by, at=at)


@transaction.atomic
def fail_line(line: Line, *, said: str, by: Actor, at: datetime) -> None:
    """The provider refuses everything: nothing more is tried until a person looked."""
    still = Line.objects.filter(pk=line.pk, state=Line.State.ON)
    if still.update(state=Line.State.FAULTY, trouble=said[:200], trouble_at=at):
        audit.record("delivery.line.refused", line, by=by, at=at)


def _demand_own_name(name: str, but: Line | None = None) -> None:
    others = Line.objects.exclude(pk=but.pk) if but else Line.objects.all()
    if others.filter(name=name).exists():
        raise BadLine(_("There is a line “%(name)s” already.") % {"name": name})


def _parted(
    fields: tuple[Any, ...], given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Settings and secrets, each with what was given or its default."""
    settings: dict[str, str] = {}
    hidden: dict[str, str] = {}
    for field in fields:
        value = str(given.get(field.name, field.default) or "").strip()
        (hidden if field.secret else settings)[field.name] = value
    return settings, hidden
