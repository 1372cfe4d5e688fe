"""The links of a wave as a file; of many it is written in the background.

Whoever is in the file has been asked from then on, each by the policy of that moment: whom it
refuses stands in the file with the reason instead of a link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core import actions as core
from regulars.server.core import audit, scope
from regulars.server.core.files import FORMATS, SHEET_ROWS
from regulars.server.core.models import Job, Person
from regulars.server.core.rules import Permission
from regulars.server.core.rules import mask as masked
from regulars.server.voice import queries
from regulars.server.voice.actions.answering import token
from regulars.server.voice.actions.waves import hand_over
from regulars.server.voice.models import Invitation, Wave

LINKS = "voice.links"
MANY = 2_000  # links from which on the file is written in the background
BATCH = 500
PLACE = "TOKEN"  # stands in an address where the token of each link goes
State = Invitation.State


def head() -> list[str]:
    return [
        _("Customer number"), _("Customer"), _("Phone number"), _("E-mail address"),
        _("How they are asked"), pgettext("invitation", "Link"), _("Why there is no link"),
    ]  # fmt: skip


def rows(wave: Wave, *, link: str, by: Person, at: datetime) -> Iterator[list[str]]:
    """Hand over what waits, and give each row; `link` is an address with `PLACE` in it."""
    for each in queries.to_hand_over(by, wave):
        yield _row(each, link, by=by, at=at)


@transaction.atomic
def ask_links(wave: Wave, *, format: str, link: str, by: Person, at: datetime) -> Job:
    """Queue the file of a wave's links, as the asker sees the wave.

    One that is being written already is not begun a second time.

    :raises BadInput: there is no format like that, or no sheet holds so many rows.
    """
    if format not in FORMATS:
        raise BadInput(_("There is no format “%(format)s”.") % {"format": format})
    if format == "xlsx" and queries.to_hand_over(by, wave).count() > SHEET_ROWS:
        raise BadInput(_("A sheet holds no more than a million rows. Take CSV."))
    Wave.objects.select_for_update().get(pk=wave.pk)
    running = [job for job in queries.link_jobs(by, wave) if not job.is_over]
    if running:
        return running[0]
    job = core.ask_job(LINKS, at=at, asked_by=by, subject=wave.public_id)
    job.result = {"format": format, "link": link, "language": get_language() or "zh-hans"}
    job.save(update_fields=["result"])
    core.defer(LINKS, job=job)
    return job


def write_links(
    job: Job, wave: Wave, *, by: Person, at: datetime, told: Callable[[int, int], None]
) -> dict[str, Any]:
    """Write the file of a job; it has its name only when it is complete.

    Call it outside a transaction. Who was asked before a worker died stays asked, and stands
    in the file that the next one writes.
    """
    format, asked = job.result["format"], job.result
    name = f"links-{wave.public_id}-{job.public_id}.{format}"
    folder = Path(settings.HOME.exports)
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".{name}.part"
    try:
        with override(asked["language"]):
            lines = _batches(wave, asked["link"], by=by, at=at, told=told)
            count = FORMATS[format](scratch, head(), lines)
        scratch.replace(folder / name)
    finally:
        scratch.unlink(missing_ok=True)
    with scope.looking(by):
        audit.record("export.survey_links", wave, by=by, at=at, rows=count, file=name)
    return {**asked, "file": name, "rows": count}


def take_links(job: Job, *, by: Person, at: datetime) -> Path | None:
    """The file of an ended job, noted as taken; None when it is gone."""
    path = Path(settings.HOME.exports) / Path(str(job.result.get("file", ""))).name
    if job.state != Job.State.DONE or not path.is_file():
        return None
    audit.record("voice.links.downloaded", job, by=by, at=at, file=path.name)
    return path


def _batches(
    wave: Wave, link: str, *, by: Person, at: datetime, told: Callable[[int, int], None]
) -> Iterator[list[str]]:
    """Who asked is looked at anew for each batch: a right that was taken ends the file."""
    with scope.looking(by):
        keys = list(queries.to_hand_over(by, wave).values_list("pk", flat=True))
    for begin in range(0, len(keys), BATCH):
        with scope.everything():
            viewer = Person.objects.select_related("org_unit").get(pk=by.pk)
        if not (viewer.is_active and viewer.may(Permission.EDIT_SURVEYS)):
            raise BadInput(_("You may not ask by surveys any more."))
        with scope.looking(viewer):
            some = queries.to_hand_over(viewer, wave).filter(pk__in=keys[begin : begin + BATCH])
            lines = [_row(each, link, by=viewer, at=at) for each in some]
        yield from lines
        told(min(begin + BATCH, len(keys)), len(keys))


def _row(each: Invitation, link: str, *, by: Person, at: datetime) -> list[str]:
    refused = ""
    try:
        hand_over(each, by=by, at=at)
    except RegularsError as error:
        refused = str(error)
    who, whole = each.customer, by.may(Permission.SEE_PERSONAL)
    phone, email = (
        value if whole else masked(value) for value in (who.phone or "", who.email or "")
    )
    where = "" if refused else link.replace(PLACE, token(each))
    return [
        who.number, str(who), phone, email, str(each.get_channel_display()), where, refused
    ]  # fmt: skip
