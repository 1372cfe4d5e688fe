"""The week, and one item of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.content import queries as content
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.posts import actions, queries
from regulars.server.posts.forms import ItemForm, SubmitForm, WhyForm
from regulars.server.posts.models import Item
from regulars.server.posts.rules import TYPES

S = Item.State


@require_GET
@needs(Permission.SEE_MESSAGES)
def index(request: SignedIn) -> HttpResponse:
    """What each persona gets in each slot of a week."""
    at = timezone.now()
    week = queries.week(_day(request, core.local_date(at)), at=at)
    following = queries.week(week.after, at=at) if week.is_this else None
    context = {"week": week, "following": following, "at": at, **tabs(request.user, "week")}
    return render(request, "posts/index.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def new(request: SignedIn) -> HttpResponse:
    """Write an item for an empty place."""
    if not queries.may_edit(request.user):
        raise PermissionDenied
    at = timezone.now()
    first = {
        "persona": request.GET.get("persona", ""),
        "slot": request.GET.get("slot", ""),
        "day": _day(request, core.local_date(at)),
    }
    bound = request.method == "POST"
    form = _form(request, None, first)
    if bound and form.is_valid():
        try:
            persona, slot, day = form.place()
            made = actions.write(persona, slot, day, form.told(), by=request.user, at=at)
            return redirect("posts:item", made.public_id)
        except RegularsError as error:
            form.add_error(None, str(error))
    context = {"form": form, "at": at, **tabs(request.user, "week")}
    return render(request, "posts/item.html", context, status=422 if bound else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_MESSAGES, Permission.SEND)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """One item: its words, how it looks, what comes next; the POST saves it."""
    item, at = the_item(public_id), timezone.now()
    may_write = queries.may_edit(request.user) and item.state in (S.IDEA, S.DRAFT)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    bound = request.method == "POST"
    form = _form(request, item, None) if may_write else None
    if bound and form is not None and form.is_valid():
        try:
            persona, slot, day = form.place()
            actions.write(persona, slot, day, form.told(), by=request.user, at=at, item=item)
            return redirect("posts:item", item.public_id)
        except RegularsError as error:
            form.add_error(None, str(error))
    return page(request, item, form=form, status=422 if bound else 200)


@require_GET
@needs()
def picture(request: SignedIn, public_id: str) -> HttpResponse:
    """The picture of an item, to look at or to save."""
    found = queries.picture(public_id)
    if found is None:
        raise Http404
    return sent(bytes(found.content), found.ending, name=public_id)


def page(
    request: SignedIn,
    item: Item,
    *,
    form: ItemForm | None = None,
    submit: SubmitForm | None = None,
    why: WhyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """An item's page with whatever form was filled in."""
    viewer, at = request.user, timezone.now()
    may_write = queries.may_edit(viewer) and item.state in (S.IDEA, S.DRAFT)
    if form is None and may_write:
        form = _form(request, item, None, fresh=True)
    had_a_hand = viewer.pk in {*item.authors, item.submitted_by_id}
    language = get_language() or "zh"
    texts = [one for one in (item.title, item.title_en, item.words, item.words_en) if one]
    context = {
        "item": item,
        "form": form,
        "submit": submit or SubmitForm(),
        "why": why or WhyForm(),
        "findings": [hit for text in texts for hit in content.findings_in(text)],
        "language": language,
        "may_edit": queries.may_edit(viewer),
        "may_write": may_write,
        "may_decide": queries.may_approve(viewer) and item.state == S.WAITING,
        "had_a_hand": had_a_hand,
        "has_picture": hasattr(item, "picture"),
        "reached": queries.reached(item) if item.by_message and item.posted_at else {},
        "mailing": queries.mailing_of(item) if item.by_message and item.posted_at else None,
        "standing": next(
            (one for one in queries.board(viewer, day=item.day) if one.item == item), None
        ),
        "at": at,
        **tabs(viewer, "week"),
    }
    return render(request, "posts/item.html", context, status=status)


def the_item(public_id: str) -> Item:
    found = queries.item(public_id)
    if found is None:
        raise Http404
    return found


def tabs(viewer: Person, tab: str) -> dict[str, Any]:
    """What the head of these pages needs."""
    return {
        "tab": tab,
        "deciding": queries.waiting(viewer).count(),
        "may_edit": queries.may_edit(viewer),
        "nav": "posts",
    }


def sent(content: bytes, ending: str, *, name: str) -> HttpResponse:
    """A picture on its way out; browsers must not guess what it is."""
    answer = HttpResponse(content, content_type=TYPES[ending])
    answer["Content-Disposition"] = f'inline; filename="{name}.{ending}"'
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def _form(
    request: SignedIn, item: Item | None, first: dict[str, Any] | None, *, fresh: bool = False
) -> ItemForm:
    bound = request.method == "POST" and not fresh
    return ItemForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        personas=list(queries.personas()),
        slots=list(queries.slots()),
        item=item,
        initial=first,
    )


def _day(request: SignedIn, usual: date) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return usual
