"""Long work: how far it is, what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.server.administration import queries, rules
from regulars.server.administration.actions import nightly
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Job
from regulars.server.core.rules import Permission
from regulars.server.intake.forms import why_jobs_failed


@require_safe
@needs(Permission.SEE_JOBS)
def jobs(request: SignedIn) -> HttpResponse:
    window = rules.Window.of(request.GET.get("page", "1"))
    state = request.GET.get("state", "")
    rows = list(queries.jobs(request.user, state=state)[window.start : window.stop])
    context = {
        "rows": _in_words(rows[: rules.ROWS]),
        "next_page": window.next_page if len(rows) > rules.ROWS else None,
        "state": state,
        "states": [("", _("All")), *Job.State.choices],
    }
    part = window.start > 0 and request.htmx
    template = "administration/_jobs_rows.html" if part else "administration/jobs.html"
    return render(request, template, context)


@require_safe
@needs(Permission.SEE_JOBS)
def job(request: SignedIn, key: str) -> HttpResponse:
    context = {"job": _in_words([_job(request, key)])[0]}
    return render(request, "administration/job.html", context)


@require_safe
@needs(Permission.SEE_JOBS)
def job_row(request: SignedIn, key: str) -> HttpResponse:
    """One row of the list, asked every two seconds while the work goes on."""
    context = {"job": _in_words([_job(request, key)])[0]}
    return render(request, "administration/_job_row.html", context)


@require_POST
@needs(Permission.RUN_SCORES)
def run_nightly(request: SignedIn) -> HttpResponse:
    """Do the night's work now."""
    try:
        nightly.start_now(by=request.user, at=timezone.now())
    except nightly.AlreadyRunning:
        messages.warning(request, _("The night's work is under way. Wait until it is done."))
    return redirect("administration:jobs")


def _job(request: SignedIn, key: str) -> Job:
    found = queries.job_of(request.user, key)
    if found is None:
        raise Http404
    return found


def _in_words(jobs: list[Job]) -> list[Job]:
    """Lay the reader's words for a failed file over the message of its job."""
    words = why_jobs_failed(jobs)
    for one in jobs:
        one.message = words.get(one.pk, one.message)
    return jobs
