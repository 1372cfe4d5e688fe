"""The ledger when two files become one, when somebody asks for a copy, when all must go.

Merging never loosens a consent: entries move to the survivor, and where the two said
different things, one more entry keeps the stricter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import pgettext

from regulars.server.channels import queries
from regulars.server.channels.models import Consent
from regulars.server.channels.queries.consents import UNKNOWN, Stands
from regulars.server.channels.rules.consents import NO, Said, Standing, rank, stricter
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.custody import Merge, Story

# How the database signs entries that a file's values left (migration 0005).
FILE = "system:file"


@transaction.atomic
def merge_consents(told: Merge) -> Story:
    """Move the loser's entries to the survivor, and keep the stricter of two words.

    What the merged file's own values left in the ledger a moment ago is part of the story:
    it goes again when the merge is taken back.
    """
    theirs = queries.latest(told.loser_id, at=told.at)
    ours = queries.latest(told.survivor_id, at=told.at)
    here = Consent.objects.filter(customer=told.survivor_id)
    added = list(here.filter(recorded_at=told.at, actor=FILE).values_list("pk", flat=True))
    moved = list(Consent.objects.filter(customer=told.loser_id).values_list("pk", flat=True))
    with _custody():
        Consent.objects.filter(pk__in=moved).update(customer=told.survivor_id)
    now = queries.latest(told.survivor_id, at=told.at)
    for key in sorted({*theirs, *ours}):
        both = (theirs.get(key, UNKNOWN), ours.get(key, UNKNOWN))
        wanted, stands = stricter(*(each.standing for each in both)), now.get(key, UNKNOWN)
        if rank(stands.standing) > rank(wanted):
            added.append(_keep(told, key, wanted).pk)
        elif wanted is Standing.GIVEN and (sooner := _sooner(both, stands)):
            added.append(_keep_until(told, sooner).pk)
    _project([told.survivor_id], at=told.at)
    return {"moved": moved, "added": added}


@transaction.atomic
def part_consents(told: Merge, story: Story) -> None:
    """Give the loser's entries back; what was said since stays with the survivor."""
    with _custody():
        Consent.objects.filter(pk__in=story["added"]).delete()
        back = Consent.objects.filter(pk__in=story["moved"], customer=told.survivor_id)
        back.update(customer=told.loser_id)
    _project([told.survivor_id, told.loser_id], at=told.at)


def copy_consents(customer_id: int) -> Mapping[str, list[Story]]:
    """What the person agreed to and refused, in which words, for their copy."""
    entries = Consent.objects.filter(customer=customer_id).select_related("wording")
    return {
        pgettext("consent", "Consents"): [
            {
                "purpose": entry.get_purpose_display(),
                "channel": entry.channel,
                "said": entry.get_said_display(),
                "at": entry.at,
                "until": entry.expires_at,
                "source": entry.get_source_display(),
                "evidence": entry.evidence,
                "wording": entry.wording.original if entry.wording else "",
            }
            for entry in entries.order_by("at", "pk")
        ]
    }


@transaction.atomic
def erase_consents(customer_id: int, *, by: Actor, at: datetime) -> Mapping[str, int]:
    """Delete the entries: the one way out of the ledger."""
    with _custody():
        gone, _each = Consent.objects.filter(customer=customer_id).delete()
    return {Consent._meta.label: gone}


def _keep(told: Merge, key: tuple[str, str], wanted: Standing) -> Consent:
    purpose, channel = key
    return Consent.objects.create(
        customer_id=told.survivor_id,
        purpose=purpose,
        channel=channel,
        said=wanted if wanted in NO else Said.CLEARED,
        source=Consent.Source.MERGE,
        actor=audit.label(told.by),
        at=told.at,
        recorded_at=told.at,
    )


def _sooner(both: Iterable[Stands], stands: Stands) -> Consent | None:
    """Of two that agreed the word that ends first, unless that one stands anyway."""
    ending = [each.entry for each in both if each.entry and each.entry.expires_at]
    first = min(ending, key=lambda entry: (entry.expires_at, entry.pk), default=None)
    stays = stands.entry is not None and first is not None and stands.entry.pk == first.pk
    return None if stays else first


def _keep_until(told: Merge, sooner: Consent) -> Consent:
    """Say once more what was agreed until a day, so that no later word makes it longer."""
    return Consent.objects.create(
        customer_id=told.survivor_id,
        purpose=sooner.purpose,
        channel=sooner.channel,
        said=Said.GIVEN,
        wording=sooner.wording,
        source=Consent.Source.MERGE,
        evidence=sooner.evidence,
        actor=audit.label(told.by),
        at=told.at,
        recorded_at=told.at,
        expires_at=sooner.expires_at,
    )


def _project(ids: list[int], *, at: datetime) -> None:
    with connection.cursor() as db:
        db.execute("select regulars_consents_project(%s, %s)", [ids, at])


@contextmanager
def _custody() -> Iterator[None]:
    """For these statements the ledger may be changed; the database refuses it otherwise."""
    with connection.cursor() as db:
        db.execute("select set_config('app.custody', 'on', true)")
        yield
        db.execute("select set_config('app.custody', '', true)")
