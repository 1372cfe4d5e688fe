"""Files that arrive in parts, sent by `upload.js`; the answers are JSON."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.intake import actions, forms, queries
from regulars.server.intake.models import Upload
from regulars.server.intake.reader import KINDS


@require_POST
@needs(Permission.IMPORT)
def begin(request: SignedIn) -> JsonResponse:
    """Begin to take a file, or say how much of it arrived before."""
    posted = request.POST
    kind, size = posted.get("kind", ""), posted.get("size", "")
    if kind not in KINDS or not size.isdecimal() or not posted.get("name"):
        return _problem(_("Choose a file and what it holds."))
    try:
        found = actions.begin_upload(
            file_name=posted["name"],
            size=int(size[:15]),
            mark=posted.get("mark", ""),
            kind=kind,
            by=request.user,
            at=timezone.now(),
        )
    except (BadInput, Refused) as error:
        return _problem(forms.sentence(error))
    return JsonResponse(
        {
            "offset": queries.arrived_bytes(found),
            "part": reverse("intake:part", args=[found.public_id]),
            "end": reverse("intake:uploaded", args=[found.public_id]),
        }
    )


@require_POST
@needs(Permission.IMPORT)
def part(request: SignedIn, key: str) -> JsonResponse:
    """Take the next bytes, as they come."""
    offset = request.GET.get("offset", "")
    if not offset.isdecimal():
        return _problem(_("Something unexpected happened. The log says more."))
    try:
        there = actions.take_part(
            _found(request, key), request, offset=int(offset[:15]), at=timezone.now()
        )
    except actions.OutOfStep as error:
        return JsonResponse({"offset": error.at}, status=409)
    return JsonResponse({"offset": there})


@require_POST
@needs(Permission.IMPORT)
def end(request: SignedIn, key: str) -> JsonResponse:
    """Make an import of a file that arrived whole."""
    source = queries.source_by(request.user, request.POST.get("source", ""))
    try:
        made = actions.end_upload(
            _found(request, key), source=source, by=request.user, at=timezone.now()
        )
    except (BadInput, Refused) as error:
        return _problem(forms.sentence(error))
    return JsonResponse({"address": reverse("intake:one", args=[made.public_id])})


@require_POST
@needs(Permission.IMPORT)
def drop(request: SignedIn, key: str) -> HttpResponse:
    """Forget a file that broke off."""
    actions.drop_upload(_found(request, key), by=request.user, at=timezone.now())
    return redirect("intake:index")


def _found(request: SignedIn, key: str) -> Upload:
    found = queries.upload(request.user, key)
    if found is None:
        raise Http404
    return found


def _problem(sentence: str) -> JsonResponse:
    return JsonResponse({"problem": sentence}, status=422)
