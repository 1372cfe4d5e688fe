"""Topics of what customers write, files of it, and how content they are by every source."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.voice import actions, queries
from regulars.server.voice.actions import Brought
from regulars.server.voice.forms import ColumnsForm, FileForm
from regulars.server.voice.models import Survey
from regulars.server.voice.queries import comments
from regulars.server.voice.queries.standing import COMPLAINED, complaints_behind
from regulars.server.voice.queries.standing import standing as every_source
from regulars.server.voice.rules import columns
from regulars.server.voice.views.shared import complaints_page, edits, part, the_survey


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def topics(request: SignedIn) -> HttpResponse:
    """What comments speak about."""
    at, days, source = timezone.now(), _days(request), request.GET.get("source", "")[:80]
    context = {
        "page": comments.page(request.user, at, days=days, source=source),
        "spans": [
            (str(n), ngettext("%(n)s day", "%(n)s days", n) % {"n": n}) for n in comments.DAYS
        ],
        "days": str(days),
        "source": source,
        "edits": edits(request),
        "at": at,
        "nav": "comments",
    }
    return render(request, "voice/topics.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def rows(request: SignedIn) -> HttpResponse:
    """The comments behind a figure."""
    at, given = timezone.now(), request.GET
    found = comments.behind(
        request.user, at, days=_days(request), source=given.get("source", "")[:80],
        topic=given.get("topic", "")[:16], word=given.get("word", "")[:40],
        negative=bool(given.get("negative")), before=bool(given.get("before")),
    )  # fmt: skip
    some = part(request, found)
    context = {"rows": some.rows, "part": some, "at": at, "nav": "comments"}
    context["complains"] = request.user.may(Permission.RECORD_CONTACT)
    return render(request, "voice/comment_rows.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def standing(request: SignedIn) -> HttpResponse:
    """How content customers are, by every source we have."""
    at = timezone.now()
    viewer = request.user
    found = every_source(viewer, at)
    bad = [topic for topic in found.comments.topics if topic.negative][:5]
    context = {"found": found, "bad": bad, "at": at, "nav": "satisfaction"}
    return render(request, "voice/standing.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def complained(request: SignedIn) -> HttpResponse:
    """The complaints behind a figure of that page: of the viewer's customers."""
    at, measure = timezone.now(), request.GET.get("measure", "")
    if measure not in COMPLAINED:
        raise Http404
    found = complaints_behind(request.user, at, measure)
    return complaints_page(request, found, at=at, nav="satisfaction")


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_SURVEYS)
def bring_answers(request: SignedIn, public_id: str) -> HttpResponse:
    """Answers that were given elsewhere, to the questions of the newest version."""
    survey = the_survey(request, public_id)
    return _bring(request, survey)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_SURVEYS)
def bring_comments(request: SignedIn) -> HttpResponse:
    """Comments that were written elsewhere."""
    return _bring(request, None)


def _bring(request: SignedIn, survey: Survey | None) -> HttpResponse:
    """First the file, then what its columns are, then it is taken."""
    name, told, problem, columned = request.GET.get("file", ""), None, "", None
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and not name and form.is_valid():
        file = form.cleaned_data["file"]
        laid = actions.lay_down(file)
        given = urlencode({"file": laid, "called": file.name[:80]})
        return redirect(f"{request.path}?{given}")
    if name:
        try:
            columned, told = _columns(request, survey, name)
        except RegularsError as error:
            problem = str(error)
    if told is not None and not told.wrong:
        messages.success(request, _taken(told))
        if survey is None:
            return redirect("voice:topics")
        return redirect("voice:one", public_id=survey.public_id)
    context = {
        "survey": survey,
        "form": form if not name or problem else None,
        "columned": columned,
        "told": told,
        "problem": problem,
        "nav": "surveys" if survey else "comments",
    }
    status = 422 if problem or (posted and told is None) else 200
    return render(request, "voice/bring.html", context, status=status)


def _columns(
    request: SignedIn, survey: Survey | None, name: str
) -> tuple[ColumnsForm, Brought | None]:
    path = actions.path_of(name)
    header = actions.look(path, language=get_language() or "zh").header
    version = (queries.newest(survey) or queries.drafted(survey)) if survey else None
    if survey is not None and version is None:
        raise Http404
    questions = version.questions.all() if version else ()
    asked = [(each.public_id, (each.text, each.text_en)) for each in questions]
    roles = columns.NAMES if survey is None else ("number", "phone", "email", "at", "key")
    proposed = columns.propose(header, asked, roles)
    proposed |= queries.layout(survey, columns.print_of(header))
    data = request.POST if request.method == "POST" else None
    form = ColumnsForm(data, header=header, proposed=proposed, version=version)
    if data is None or not form.is_valid():
        return form, None
    called = request.GET.get("called", "")[:80]
    at = timezone.now()
    if version is not None:
        if version.is_draft:
            version = actions.field(version, by=request.user, at=at)
        return form, actions.bring_answers(
            version, path, form.mapping(), name=called, by=request.user, at=at
        )
    site = form.cleaned_data["site"]
    return form, actions.bring_comments(
        site, path, form.mapping(), name=called, by=request.user, at=at
    )


def _taken(told: Brought) -> str:
    said = ngettext("%(n)s row taken", "%(n)s rows taken", told.taken) % {"n": told.taken}
    linked = _("%(n)s of them of customers on file") % {"n": told.linked}
    again = _("%(n)s known from before") % {"n": told.again}
    return " · ".join([said, linked, *([again] if told.again else [])])


def _days(request: SignedIn) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, comments.DAYS) else 90
