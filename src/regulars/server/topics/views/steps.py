"""What becomes of a topic: taken, dropped, put up, released, sent back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.topics import actions, queries
from regulars.server.topics.forms import ChannelForm, WhyForm
from regulars.server.topics.models import Topic
from regulars.server.topics.views.one import page, the_topic


@require_POST
@needs(Permission.SEND)
def take(request: SignedIn, public_id: str) -> HttpResponse:
    """Make something of it."""
    return _step(request, public_id, actions.take)


@require_POST
@needs(Permission.SEND)
def drop(request: SignedIn, public_id: str) -> HttpResponse:
    """Make nothing of it, with the reason."""
    return _why(request, _led(request, public_id), actions.drop)


@require_POST
@needs(Permission.SEND)
def draft(request: SignedIn, public_id: str) -> HttpResponse:
    """Begin a message from it."""
    topic, form = _led(request, public_id), ChannelForm(request.POST)
    if not form.is_valid():
        return page(request, topic, status=422)
    try:
        channel = form.cleaned_data["channel"]
        actions.draft_message(topic, channel=channel, by=request.user, at=timezone.now())
    except BadInput as error:
        return page(request, topic, wrong=str(error), status=422)
    messages.success(request, _("The draft stands among the messages. Have it approved there."))
    return redirect("topics:one", public_id)


@require_POST
@needs(Permission.SEND)
def submit(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask a second person to release it."""
    topic = _led(request, public_id)
    try:
        excuse = request.POST.get("excuse", "")[:300]
        actions.submit(topic, by=request.user, at=timezone.now(), excuse=excuse)
    except BadInput as error:
        return page(request, topic, wrong=str(error), status=422)
    return redirect("topics:one", public_id)


@require_POST
@needs(Permission.SEND)
def take_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Take it out of the approval again."""
    return _step(request, public_id, actions.take_back)


@require_POST
@needs(Permission.APPROVE_CONTENT)
def send_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Return it to its authors."""
    return _why(request, _decided(request, public_id), actions.send_back)


@require_POST
@needs(Permission.APPROVE_CONTENT)
def release(request: SignedIn, public_id: str) -> HttpResponse:
    """Approve it and let it out."""
    topic = _decided(request, public_id)
    try:
        made = actions.release(topic, by=request.user, at=timezone.now())
    except BadInput as error:
        return page(request, topic, wrong=str(error), status=422)
    told = _("Released the same day.") if made.same_day else _("Released.")
    messages.success(request, told)
    return redirect("topics:one", public_id)


def _step(request: SignedIn, public_id: str, action: Callable[..., Topic]) -> HttpResponse:
    action(_led(request, public_id), by=request.user, at=timezone.now())
    return redirect("topics:one", public_id)


def _why(request: SignedIn, topic: Topic, action: Callable[..., Topic]) -> HttpResponse:
    form = WhyForm(request.POST)
    if not form.is_valid():
        return page(request, topic, why=form, status=422)
    action(topic, why=form.cleaned_data["why"], by=request.user, at=timezone.now())
    return redirect("topics:one", topic.public_id)


def _led(request: SignedIn, public_id: str) -> Topic:
    if not queries.may_lead(request.user):
        raise PermissionDenied
    return the_topic(public_id)


def _decided(request: SignedIn, public_id: str) -> Topic:
    if not queries.may_approve(request.user):
        raise PermissionDenied
    return the_topic(public_id)
