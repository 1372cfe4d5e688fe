"""Files of a case: brought, and taken out with a note in the trail."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.complaints import actions, queries
from regulars.server.complaints.forms import PaperForm
from regulars.server.complaints.views.shared import posted, step, the_case
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import rules

record = needs(Permission.RECORD_CONTACT)


@require_http_methods(["GET", "POST"])
@record
def attach(request: SignedIn, public_id: str) -> HttpResponse:
    """Keep a letter, a receipt or a picture with the case."""
    case = the_case(request, public_id)
    return step(
        request,
        case,
        PaperForm(posted(request), files=request.FILES or None),
        lambda typed: actions.attach(
            case,
            # One byte more than is kept, so that a larger one is refused and not cut.
            typed["file"].read(rules.LARGEST + 1),
            name=typed["file"].name or "",
            by=request.user,
            at=timezone.now(),
        ),
        title=_("A file for complaint %(number)s") % {"number": case.number},
        words=_("Whoever handles the case sees it; every download is written down."),
        button=_("Attach"),
    )


@require_POST
@record
def paper(request: SignedIn, public_id: str, document_id: str) -> HttpResponse:
    """Hand a file out as a download, never shown in place, and write it down."""
    case = the_case(request, public_id)
    found = queries.paper(request.user, case, document_id)
    if found is None:
        raise Http404
    content = actions.hand_out(found, by=request.user, at=timezone.now())
    answer = HttpResponse(content, content_type=rules.type_of(found.ending))
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer
