"""Holding mailings, and saying what became of messages whose end nobody saw."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.delivery import actions, queries
from regulars.server.delivery.forms.mailings import SettleForm, WhyForm
from regulars.server.delivery.models import Mailing
from regulars.server.delivery.views.outbox import may_steer

NAV = "outbox"
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def pause(request: SignedIn, public_id: str) -> HttpResponse:
    """Hold a mailing, with a reason."""
    mailing, form = _mailing(request, public_id), WhyForm(request.POST or None)
    if form.is_valid():
        why = form.cleaned_data["why"]
        actions.pause(mailing, why=why, by=request.user, at=timezone.now())
        return _to(request, mailing)
    said = _("The next message stays. Everybody who has none yet waits until it goes on.")
    return _ask(request, form, title=_("Pause this mailing"), said=said, button=_("Pause"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def stop(request: SignedIn, public_id: str) -> HttpResponse:
    """End a mailing for good, with a reason."""
    mailing, form = _mailing(request, public_id), WhyForm(request.POST or None)
    if form.is_valid():
        why = form.cleaned_data["why"]
        actions.stop(mailing, why=why, by=request.user, at=timezone.now())
        return _to(request, mailing)
    said = _("Whoever has no message yet gets none any more. This cannot be taken back.")
    return _ask(
        request, form, title=_("Stop this mailing"), said=said, button=_("Stop for good")
    )


@require_POST
@needs(Permission.SEND)
def resume(request: SignedIn, public_id: str) -> HttpResponse:
    mailing = _mailing(request, public_id)
    actions.resume(mailing, by=request.user, at=timezone.now())
    return redirect("delivery:mailing", public_id=public_id)


@require_POST
@needs(Permission.SEND)
def remind(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask employees again who have messages of a mailing to confirm."""
    mailing = _mailing(request, public_id)
    try:
        told = actions.remind(mailing, by=request.user, at=timezone.now())
    except (actions.NothingToConfirm, actions.RemindedEnough) as error:
        messages.error(request, str(error))
        return redirect("delivery:mailing", public_id=public_id)
    if told.tasks:
        said = ngettext(
            "Asked again about %(n)s task.", "Asked again about %(n)s tasks.", told.tasks
        )
        messages.success(request, said % {"n": told.tasks})
    for code, words in sorted({(each.code, each.said) for each in told.refused}):
        said = _("The provider did not ask again: %(words)s (%(code)s)")
        messages.error(request, said % {"words": words or _("no answer"), "code": code or "—"})
    return redirect("delivery:mailing", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def hold_all(request: SignedIn) -> HttpResponse:
    """Hold everything that runs."""
    _demand(request)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        why = form.cleaned_data["why"]
        held = actions.pause_all(why=why, by=request.user, at=timezone.now())
        said = ngettext("%(n)s mailing is paused.", "%(n)s mailings are paused.", held)
        messages.success(request, said % {"n": held})
        return _gone(request, reverse("delivery:outbox"))
    said = _(
        "Every mailing that runs is paused at the very next message. Each is let go on alone."
    )
    title = _("Pause everything that runs")
    return _ask(request, form, title=title, said=said, button=_("Pause everything"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def unknown(request: SignedIn) -> HttpResponse:
    """Messages whose end nobody saw; a person says what became of them."""
    found = list(queries.unknown(request.user)[:SHOWN])
    ids = [row.public_id for row in found]
    form = SettleForm(request.POST or None, ids=ids)
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["message"])
        arrived = form.cleaned_data["end"] == "arrived"
        settled = actions.settle_many(
            [row for row in found if row.public_id in chosen], arrived=arrived,
            why=form.cleaned_data["why"], by=request.user, at=timezone.now(),
        )  # fmt: skip
        said = ngettext("%(n)s message is settled.", "%(n)s messages are settled.", settled)
        messages.success(request, said % {"n": settled})
        return redirect("delivery:unknown")
    context = {
        "nav": NAV,
        "rows": found,
        "form": form,
        "count": queries.unknown(request.user).count(),
        "chosen": request.POST.getlist("message"),
    }
    status = 422 if form.errors else 200
    return render(request, "delivery/unknown.html", context, status=status)


def _mailing(request: SignedIn, public_id: str) -> Mailing:
    found = queries.mailing(request.user, public_id)
    if found is None:
        raise Http404
    _demand(request)
    return found


def _demand(request: SignedIn) -> None:
    """Who sees a part of the customers only holds nothing that others wait for."""
    if not may_steer(request):
        raise PermissionDenied


def _to(request: SignedIn, mailing: Mailing) -> HttpResponse:
    return _gone(request, reverse("delivery:mailing", args=[mailing.public_id]))


def _gone(request: SignedIn, where: str) -> HttpResponse:
    """Leave a form that stood in a drawer, or on a page of its own."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


def _ask(
    request: SignedIn, form: WhyForm, *, title: str, said: str, button: str
) -> HttpResponse:
    context = {"form": form, "title": title, "said": said, "button": button, "nav": NAV}
    status = 422 if form.errors else 200
    return render(request, "delivery/hold.html", context, status=status)
