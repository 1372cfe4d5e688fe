"""Asking by voice: whether we may, the form that is filled in together, or why it was not."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.forms.words import REASONS
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.voice import actions, queries
from regulars.server.voice.forms import given, sheet
from regulars.server.voice.models import Answer, Wave
from regulars.server.voice.views.shared import the_customer, the_wave
from regulars.server.web.views import refused


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def fill(request: SignedIn, public_id: str, wave_id: str) -> HttpResponse:
    """Ask the policy, then fill the form in while the customer answers.

    A refusal is answered here and not raised: the policy's no stays written down.
    """
    customer, wave = the_customer(request, public_id), the_wave(request, wave_id)
    problem = ""
    if request.method == "POST":
        try:
            _act(request, customer, wave)
        except BadInput as error:
            problem = str(error)
        except Refused as error:
            return refused(request, error)
        else:
            if request.POST.get("do") == "open":
                return redirect(request.path)
            return redirect("customers:page", public_id=customer.public_id)
    return _page(request, customer, wave, problem)


def _act(request: SignedIn, customer: Customer, wave: Wave) -> None:
    data, by, at = request.POST, request.user, timezone.now()
    mode, do = data.get("mode", ""), data.get("do", "")
    if do == "open":
        actions.open_interview(wave, customer, mode=mode, by=by, at=at)
    elif do:
        actions.not_answered(wave, customer, outcome=do, mode=mode, by=by, at=at)
    else:
        told = given(wave.version, data)
        actions.answer_by_voice(wave, customer, told, mode=mode, by=by, at=at)


def _page(request: SignedIn, customer: Customer, wave: Wave, problem: str) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    words = dict(Answer.Mode.choices)
    open_in = _opened(request, customer, wave)
    context = {
        "customer": customer,
        "wave": wave,
        "version": wave.version,
        "shown": sheet(wave.version, data),
        "mode": open_in[0] if open_in else "",
        "mode_name": words[open_in[0]] if open_in else "",
        "ways": [
            (mode, words[mode], _why(customer, mode)) for mode in queries.BY_VOICE
        ] if not open_in else [],
        "problem": problem,
        "nav": "surveys",
    }  # fmt: skip
    return render(request, "voice/fill.html", context, status=422 if problem else 200)


def _opened(request: SignedIn, customer: Customer, wave: Wave) -> list[str]:
    """The ways for which the policy said yes already."""
    by, at = request.user, timezone.now()
    return [
        mode for mode in queries.BY_VOICE if queries.opened(by, customer, wave, at, mode=mode)
    ]


def _why(customer: Customer, mode: str) -> object:
    reason = queries.refusal(customer, timezone.now(), mode=mode)
    return REASONS.get(reason, reason)
