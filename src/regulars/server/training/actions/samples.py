"""Contacts are drawn and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.training import queries
from regulars.server.training.models import Sample
from regulars.server.training.rules import samples as rules


class Judged(Refused):
    """Somebody judged it before."""


class OwnContact(Refused):
    """Nobody judges a contact of their own."""


class Incomplete(BadInput):
    """Items without an answer."""


@transaction.atomic
def draw(month: date, *, by: Person, at: datetime) -> int:
    """Draw so many contacts of a month for each person of the viewer's, and no more.

    The draw is the same whoever asks and however often: by a hash of the contact and month.
    """
    return _keep(queries.to_draw(by, month), month, by=by, at=at)


@transaction.atomic
def draw_all(month: date, *, by: Actor, at: datetime) -> int:
    """Draw the samples of everybody, for the night; of what was drawn nothing changes."""
    return _keep(queries.to_draw_of_all(month), month, by=by, at=at)


def _keep(touches: list[Touch], month: date, *, by: Actor, at: datetime) -> int:
    if not touches:
        return 0
    person = by if isinstance(by, Person) else None
    drawn = Sample.objects.bulk_create(
        [
            Sample(
                touch=touch, customer_id=touch.customer_id, person_id=touch.person_id,
                month=month, drawn_by=person, drawn_at=at,
            )
            for touch in touches
            if touch.person_id is not None
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    audit.record("training.samples.drawn", "training", by=by, at=at,
                 month=month.isoformat(), drawn=len(drawn))  # fmt: skip
    return len(drawn)


@transaction.atomic
def judge(
    sample: Sample, answers: Mapping[str, str], *, by: Person, at: datetime, note: str = ""
) -> Sample:
    """Judge a contact by the checklist of its kind, item by item.

    :raises Judged: it was judged meanwhile.
    :raises OwnContact: by whoever had the contact.
    :raises Incomplete: an item has no answer, or none applied.
    """
    sample = Sample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    if sample.judged_at is not None:
        raise Judged(_("This contact is judged already."))
    if sample.person_id == by.pk:
        raise OwnContact(_("Nobody judges a contact of their own."))
    found = queries.checklist_of(sample)
    try:
        sample.score = rules.score(found.items, answers)
    except rules.Unanswered as error:
        raise Incomplete(_("Answer each item: yes, no, or not applicable.")) from error
    except rules.NothingJudged as error:
        raise Incomplete(_("No item applied. Answer at least one with yes or no.")) from error
    sample.checklist, sample.note = found.reference, note.strip()
    sample.items = [asdict(item) for item in found.items]
    sample.answers = {item.key: answers[item.key] for item in found.items}
    sample.judged_by, sample.judged_at = by, at
    sample.save()
    audit.record("training.sample.judged", sample, by=by, at=at, score=sample.score)
    return sample
