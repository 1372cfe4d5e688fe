"""Messages under the pen: the live preview on a real customer; snippets that are copied."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.base.errors import Refused
from regulars.server.content import actions, queries
from regulars.server.content.forms.messages import typed
from regulars.server.content.queries.previewing import checked, preview_customer
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_POST
@needs(Permission.EDIT_CONTENT)
def preview(request: SignedIn) -> HttpResponse:
    """The words as one customer of the writer's would get them, and what is wrong with them."""
    given = request.POST
    customer = preview_customer(
        request.user, public_id=given.get("customer", ""), search=given.get("find", ""),
        step=given.get("step", ""),
    )  # fmt: skip
    wording = "B" if given.get("look") == "B" else "A"
    language = given.get("spoken", "")
    found = checked(
        request.user, typed(given), customer=customer, wording=wording,
        language=language if language in {"zh", "en"} else "",
        on=core.local_date(timezone.now()),
    )  # fmt: skip
    context = {
        "checked": found,
        "customer": customer,
        "look": wording,
        "spoken": language,
        "nobody": bool(given.get("find")) and customer is None,
        "channel": given.get("channel", ""),
    }
    return render(request, "content/_preview.html", context)


@require_POST
@needs(Permission.SEE_CUSTOMERS)
def copied(request: SignedIn, code: str) -> HttpResponse:
    """Count that a snippet was copied."""
    version = queries.snippet(code)
    if version is None:
        raise Http404
    try:
        count = actions.copied(version, by=request.user, at=timezone.now())
    except Refused as error:
        return HttpResponse(str(error), status=409)
    told = ngettext("copied %(n)s time", "copied %(n)s times", count) % {"n": count}
    return HttpResponse(told)
