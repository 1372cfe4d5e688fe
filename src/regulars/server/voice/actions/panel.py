"""The panel's waves: each quarter one of each survey, to those whose turn it is."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.voice import queries
from regulars.server.voice.actions.waves import MOST, draw, launch
from regulars.server.voice.models import Survey, Wave
from regulars.server.voice.queries import panel


@transaction.atomic
def set_panel(survey: Survey, *, channel: str, by: Actor, at: datetime) -> None:
    """Ask the panel by a survey each quarter, by one way; by none of them: no more.

    :raises BadInput: there is no such way.
    """
    if channel and channel not in Wave.Channel.values:
        raise BadInput(f"There is no way {channel!r} to ask.")
    survey.panel_channel = channel
    survey.save(update_fields=["panel_channel"])
    audit.record("voice.survey.panel", survey, by=by, at=at, channel=channel)


def start_panels(*, by: Actor, at: datetime) -> list[Wave]:
    """Begin the waves of the quarter that did not begin yet; call it where all is seen."""
    started = []
    for survey in panel.panel_surveys():
        wave = _start(survey, by=by, at=at)
        if wave is not None:
            started.append(wave)
    return started


@transaction.atomic
def _start(survey: Survey, *, by: Actor, at: datetime) -> Wave | None:
    today = core.local_date(at)
    held = Survey.objects.select_for_update().get(pk=survey.pk)
    version = queries.newest(held) or queries.drafted(held)
    if version is None or not version.questions.exists():
        return None
    if panel.asked_this_quarter(held, today):
        return None
    name = f"{today.year} Q{(today.month + 2) // 3}"
    wave = launch(version, name=name, channel=held.panel_channel, panel=True, by=by, at=at)
    standing = panel.in_panel(Customer.objects.standing()).values_list("pk", flat=True)
    draw(wave, by=by, at=at, among=list(standing[:MOST]))
    wave.refresh_from_db()
    return wave
