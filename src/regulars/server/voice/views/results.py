"""What answers came to, and every row behind it; one answer alone; files of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.voice import queries
from regulars.server.voice.models import Answer, OfCustomers
from regulars.server.voice.queries import results
from regulars.server.voice.queries.results import Asked
from regulars.server.voice.rules import gaps
from regulars.server.voice.rules.scores import Score
from regulars.server.voice.templatetags.voice import number, scale_of
from regulars.server.voice.views.shared import edits, file_of, part, the_survey


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """Scores with their intervals, gaps, response, parts; of one wave or of files."""
    survey = the_survey(request, public_id)
    asked = _asked(request, public_id)
    if asked is None:
        if edits(request) and queries.drafted(survey):
            return redirect("voice:build", public_id=public_id)
        raise Http404
    found = results.results(request.user, asked)
    context = {
        "survey": survey,
        "found": found,
        "waves": list(queries.waves(request.user, survey)),
        "files": results.has_files(request.user, survey),
        "draft": queries.drafted(survey),
        "chart": _chart(request, public_id),
        "edits": edits(request),
        "may_export": request.user.may(Permission.EXPORT),
        "filtered": asked.level is not None or asked.branch or asked.mode,
        "at": timezone.now(),
        "nav": "surveys",
    }
    return render(request, "voice/results.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def rows(request: SignedIn, public_id: str) -> HttpResponse:
    """The answers behind a figure."""
    the_survey(request, public_id)
    asked = _asked(request, public_id)
    if asked is None:
        raise Http404
    given = request.GET
    found = results.behind(
        request.user, asked, question=given.get("question", ""),
        kind=given.get("class", ""), point=given.get("point"), scale=_scale(request),
    )  # fmt: skip
    some = part(request, found)
    context = {
        "rows": [queries.shown(each) for each in some.rows],
        "part": some,
        "at": timezone.now(),
        "nav": "surveys",
    }
    return render(request, "voice/rows.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def answer(request: SignedIn, public_id: str) -> HttpResponse:
    """One answer with everything that was said."""
    found = queries.answer(request.user, public_id)
    if found is None:
        raise Http404
    loop = getattr(found, "loop", None)
    context = {
        "one": queries.shown(found),
        "loop": loop,
        "at": timezone.now(),
        "nav": "surveys",
    }
    return render(request, "voice/answer.html", context)


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn, public_id: str) -> HttpResponse:
    """The answers of a wave as a table, within the viewer's scope."""
    survey, asked = the_survey(request, public_id), _asked(request, public_id)
    if asked is None:
        raise Http404
    rows = list(_table(results.answers(request.user, asked), asked))
    audit.record("export.survey", survey, by=request.user, at=timezone.now(), rows=len(rows))
    head = [
        _("Customer number"), _("When"), pgettext("results", "Way"), _("Tier level"),
        _("Branch"), *(str(each) for each in asked.version.questions.all()),
    ]  # fmt: skip
    return file_of(request, f"answers-{public_id}", head, rows)


def _table(found: OfCustomers[Answer], asked: Asked) -> Iterator[list[object]]:
    questions, modes = list(asked.version.questions.all()), dict(Answer.Mode.choices)
    zone = core.time_zone()
    whole = found.select_related("customer", "branch").prefetch_related("replies", "comments")
    for row in whole.order_by("at", "pk"):
        said: dict[int | None, object] = {
            each.question_id: each.value for each in row.replies.all()
        }
        said |= {each.question_id: each.text for each in row.comments.all()}
        number = row.customer.number if row.customer else ""
        branch = row.branch.code if row.branch else ""
        when = f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}"
        first = [number, when, str(modes[row.mode]), row.level or "", branch]
        yield [*first, *(said.get(each.pk, "") for each in questions)]


def _scale(request: SignedIn) -> str:
    given = request.GET.get("scale", "")
    return given if given in gaps.CLEAR else ""


def _asked(request: SignedIn, public_id: str) -> Asked | None:
    survey = the_survey(request, public_id)
    found = results.find(request.user, survey, wave=request.GET.get("wave", ""))
    if found is None:
        return None
    level, mode = request.GET.get("level", ""), request.GET.get("mode", "")
    return replace(
        found,
        level=int(level) if level in "012345" and level else None,
        branch=request.GET.get("branch", "")[:40],
        mode=mode if mode in Answer.Mode.values else "",
    )


def _chart(request: SignedIn, public_id: str) -> dict[str, object] | None:
    """The main score from wave to wave, with its interval as two pale lines."""
    kind, points = results.line_of(request.user, the_survey(request, public_id))
    if len(points) < 2:
        return None
    of = scale_of(kind)

    def line(name: str, which: str, dashed: bool) -> dict[str, object]:
        found = [(wave, score) for wave, score in points if score.enough or not dashed]
        return {
            "name": name,
            "points": [[str(w), round(of * getattr(s, which), 2)] for w, s in found],
            "dashed": dashed,
            "colour": "c6" if dashed else "accent",
        }

    series = [
        line(_("Score"), "value", False),
        line(_("lower end"), "low", True),
        line(_("upper end"), "high", True),
    ]
    return {
        "series": series,
        "categories": [str(wave) for wave, _score in points],
        "unit": "count",
        "table": {
            "head": [
                _("Wave"),
                _("Score"),
                _("lower end"),
                _("upper end"),
                pgettext("survey", "Answers"),
            ],
            "rows": [[str(wave), *_told(score, kind)] for wave, score in points],
        },
    }


def _told(score: Score, kind: str) -> list[str]:
    ends = [number(end, kind) if score.enough else "—" for end in (score.low, score.high)]
    return [number(score.value, kind), *ends, str(score.n)]
