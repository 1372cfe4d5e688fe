"""What worked: the library, and the same as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.experiments import actions, queries
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.queries import saying
from regulars.server.experiments.queries.library import Entry, Filter
from regulars.server.experiments.rules.labels import words_of
from regulars.server.experiments.views.tabs import tabs

FIELDS = ("kind", "label", "state", "verdict", "words")


@require_GET
@needs(Permission.SEE_KPIS)
def index(request: SignedIn) -> HttpResponse:
    """Every experiment with its last word, and what those of a kind do together."""
    asked = _asked(request)
    found = queries.library(asked)
    context = {
        "entries": found,
        "groups": queries.pooled(found),
        "asked": asked,
        "is_asked": asked != Filter(),
        "kinds": Experiment.Kind.choices,
        "states": Experiment.State.choices,
        "labels": [(label, words_of(label)) for label in queries.labels()],
        "verdicts": saying.WORDS.items(),
        "running": sum(each.experiment.state == "running" for each in found),
        "proved": sum(each.code.startswith("worked") for each in found),
        "unreviewed": queries.waiting_for_review(),
        "may_export": request.user.may(Permission.EXPORT),
        "formats": FORMATS,
        **tabs(request, "library"),
    }
    return render(request, "experiments/index.html", context)


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn) -> HttpResponse:
    """The library of the address as a table."""
    format = request.GET.get("format", "xlsx")
    if format not in FORMATS:
        raise Http404
    found = queries.library(_asked(request))
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"experiments.{format}"
        count = FORMATS[format](path, _head(), _lines(found))
        answer = HttpResponse(path.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="experiments.{format}"'
    actions.exported(count, by=request.user, at=timezone.now())
    return answer


def _asked(request: SignedIn) -> Filter:
    return Filter(**{name: request.GET.get(name, "")[:60] for name in FIELDS})


def _head() -> list[str]:
    return [
        pgettext("experiment", "Experiment"),
        pgettext("experiment", "What it is"),
        _("Label"),
        pgettext("experiment", "State"),
        _("First day"),
        _("Read up to"),
        pgettext("experiment", "Outcome"),
        _("Customers treated"),
        _("Customers left alone"),
        _("Effect on a customer"),
        _("Lowest"),
        _("Highest"),
        _("Verdict"),
        _("Cost"),
        _("Net"),
        _("What follows"),
        _("Why"),
    ]


def _lines(found: Iterable[Entry]) -> Iterator[list[Any]]:
    for each in found:
        one, reading = each.experiment, each.reading
        body = reading.body if reading else {}
        counts, paid = body.get("counts") or {}, body.get("paid")
        alone = counts.get("control")
        yield [
            str(one),
            one.get_kind_display(),
            one.label_words,
            one.get_state_display(),
            one.starts_on,
            reading.until if reading else None,
            one.get_outcome_display(),
            sum(counts.values()) - alone if alone is not None else None,
            alone,
            reading.difference if reading else None,
            reading.low if reading else None,
            reading.high if reading else None,
            each.word,
            paid["cost"] if paid else None,
            paid["net"][0] if paid else None,
            one.get_decision_display() if one.decision else "",
            one.why,
        ]
