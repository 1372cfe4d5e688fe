"""The contact form: whom it is with, what is known before, and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import Refused
from regulars.server.care import actions, queries
from regulars.server.care.forms import ContactForm
from regulars.server.care.forms.questions import Asked
from regulars.server.care.models import Task, Visit
from regulars.server.care.rules import topics
from regulars.server.care.rules.catalogue import CARE_PLAN
from regulars.server.channels import queries as channels
from regulars.server.channels.models import Touch
from regulars.server.content import queries as content
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.web.answers import saved, undoable
from regulars.server.web.asked import waited
from regulars.server.web.navigation import registry

CHOICES = 8


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def contact(request: SignedIn) -> HttpResponse:
    """Record a contact, in the drawer or on a page of its own."""
    at = timezone.now()
    chosen = request.POST.get("customer") or request.GET.get("customer", "")
    customer = customer_of(request, chosen) if chosen else None
    visit = _planned(request, customer)
    tasks = queries.open_tasks(request.user, customer, at) if customer else []
    form = ContactForm(
        request.POST or None,
        at=at,
        asked=_asked(tasks),
        steps=_steps(tasks, request.user),
        people=queries.companions(request.user, customer) if customer else None,
        initial=_begun(request, customer, tasks, visit),
    )
    if request.method == "POST" and customer is not None and form.is_valid():
        told = form.told() | {"said_at": at - waited(request), "visit": visit}
        touch = actions.record_contact(customer, by=request.user, at=at, **told)
        _offer_undo(request, touch, customer)
        return complained(request, customer, touch) or recorded(request, customer)
    context: dict[str, Any] = {"form": form, "customer": customer, "at": at, "visit": visit}
    if customer is not None:
        context["tasks"] = tasks
        context["said"] = channels.last_words(request.user, [customer.pk]).get(customer.pk)
        context["list"] = _checklist(form["channel"].value(), form["topic"].value())
    else:
        context["found"] = _found(request)
        context["q"] = request.GET.get("q", "")
    return render(request, "care/contact.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.RECORD_CONTACT)
def undo_contact(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a contact back that a form wrote a moment ago."""
    touch = channels.contact(request.user, public_id)
    if touch is None:
        raise Http404
    customer = customer_of(request, touch.customer.public_id)
    try:
        actions.undo_contact(touch, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = _("The contact with %(customer)s is taken back; what it closed is open again.")
        messages.success(request, said % {"customer": customer})
    return recorded(request, customer)


@require_GET
@needs(Permission.RECORD_CONTACT)
def checklist(request: SignedIn) -> HttpResponse:
    """What belongs to a contact of the chosen kind."""
    channel, topic = request.GET.get("channel", ""), request.GET.get("topic", "")
    return render(request, "care/_checklist.html", {"list": _checklist(channel, topic)})


@require_GET
@needs(Permission.RECORD_CONTACT)
def find(request: SignedIn) -> HttpResponse:
    """Customers for the contact form, as they are typed."""
    context = {"found": _found(request), "q": request.GET.get("q", "")}
    return render(request, "care/_found.html", context)


def _offer_undo(request: SignedIn, touch: Touch, customer: Customer) -> None:
    """Say what was written, with the way back that two clicks have, too."""
    said = _("The contact with %(customer)s is written down: %(outcome)s.")
    words = {"customer": customer, "outcome": touch.get_outcome_display()}
    undoable(request, said % words, reverse("care:undo_contact", args=[touch.public_id]))


def _planned(request: SignedIn, customer: Customer | None) -> Visit | None:
    """The planned visit that a contact is written of; one of another customer is none."""
    named = request.POST.get("visit") or request.GET.get("visit", "")
    if not named or customer is None:
        return None
    found = queries.visit(request.user, named)
    if found is None or found.customer_id != customer.pk:
        raise Http404
    return found if found.state == Visit.State.PLANNED else None


def _asked(tasks: Sequence[tuple[Task, Any]]) -> list[Asked]:
    """The steps of playbooks among the open reasons, with their questions."""
    steps = [task for task, _chip in tasks if task.facts.get("playbook")]
    return queries.questions(steps, get_language() or "") if steps else []


def _steps(tasks: Sequence[tuple[Task, Any]], person: Person) -> list[Task]:
    """The steps of a care plan among the open reasons that are this person's to do."""
    mine = ("", person.name, person.name_en)  # as the morning wrote it, in its language
    found = [task for task, _chip in tasks if task.trigger == CARE_PLAN.code]
    return [t for t in found if t.facts.get("what") == "step" and t.facts["lead"] in mine]


def _begun(
    request: SignedIn,
    customer: Customer | None,
    tasks: Sequence[tuple[Task, Any]],
    visit: Visit | None,
) -> dict[str, Any]:
    """What the contact form knows before anything is typed."""
    return {
        "channel": _usual_way(customer, visit),
        "topic": visit.topic if visit else topic_of(tasks),
        "step": "",
        "beside": _beside(request, visit),
        "once": uuid4().hex,
        "key_concern": customer.key_concern if customer else "",
        "service": customer is not None and queries.is_service(request.user, customer),
    }


def _beside(request: SignedIn, visit: Visit | None) -> str:
    """The other one of a visit that two planned to make, whichever writes it up."""
    if visit is None or visit.beside is None:
        return ""
    other = visit.person if visit.beside == request.user else visit.beside
    return other.public_id


def _usual_way(customer: Customer | None, visit: Visit | None) -> str:
    """The way that is ticked first: a visit's, the customer's wish, else the phone."""
    if visit is not None:
        return Touch.Channel.VISIT
    wish = customer.preferred_channel if customer else ""
    return wish if wish in Touch.Channel.values else Touch.Channel.CALL


def topic_of(tasks: Sequence[tuple[Task, Any]]) -> str:
    return topics.topic([task.trigger for task, _chip in tasks], queries.catalogue())


def _checklist(channel: str, topic: str) -> list[tuple[str, bool]]:
    """The lines of the checklist that fits, each with whether it must be done."""
    found = content.checklist(channel=channel or "", purpose=topic or "")
    language = get_language() or ""
    return [(line.text.of(language), line.must) for line in found.list.items] if found else []


def customer_of(request: SignedIn, public_id: str) -> Customer:
    found = customers.customers(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _found(request: SignedIn) -> list[Customer]:
    text = request.GET.get("q", "").strip()
    if not text:
        return []
    ids = customers.find(request.user, text, most=CHOICES)
    return list(customers.customers(request.user).filter(pk__in=ids).order_by("name", "pk"))


def complained(request: SignedIn, customer: Customer, touch: Touch) -> HttpResponse | None:
    """A contact that was a complaint leads to taking it in, where a feature above does that."""
    where = registry.slot("complaint", request.user)
    if touch.topic != Touch.Topic.COMPLAINT or not where:
        return None
    where = f"{where}?customer={customer.public_id}&contact=1"
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


def recorded(request: SignedIn, customer: Customer) -> HttpResponse:
    return saved(request, reverse("customers:page", args=[customer.public_id]))
