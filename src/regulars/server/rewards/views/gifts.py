"""The catalogue with its shelves; one gift for one customer, up to the signature."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.rewards import actions, queries
from regulars.server.rewards.forms import BackForm, GiftForm, HandForm, ReasonForm, StockForm
from regulars.server.rewards.models import Gift, Present
from regulars.server.rewards.views.shared import NAV, found, offset, posted, shown, step
from regulars.server.web.answers import saved

DRAWN = "data:image/png;base64,"
editing = needs(Permission.EDIT_LOYALTY)
record = needs(Permission.RECORD_CONTACT)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def gifts(request: SignedIn) -> HttpResponse:
    """What there is, and where it lies."""
    may_stock = request.user.may(Permission.SEE_TEAM) or request.user.may(
        Permission.EDIT_LOYALTY
    )
    context = shown(request, "gifts") | {
        "rows": queries.shelved(request.user),
        "may_stock": may_stock,
    }
    return render(request, "rewards/gifts.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def gift(request: SignedIn, public_id: str) -> HttpResponse:
    """One thing: where it lies, what came and went, and who was given one."""
    begin, one = offset(request), found(queries.gift(request.user, public_id))
    given = queries.given(request.user, queries.places(request.user)).filter(gift=one)
    page = list(given[begin : begin + queries.PAGE + 1])
    context = shown(request, "gifts") | {
        "gift": one,
        "shelves": queries.shelves(request.user, one),
        "moves": queries.moves(request.user, one),
        "rows": page[: queries.PAGE],
        "next": begin + queries.PAGE if len(page) > queries.PAGE else None,
    }
    part = request.htmx and begin
    return render(request, "rewards/_presents.html" if part else "rewards/gift.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def new_gift(request: SignedIn) -> HttpResponse:
    """Put something into the catalogue."""
    return _written(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def change_gift(request: SignedIn, public_id: str) -> HttpResponse:
    """Change it; what was asked for keeps its cost."""
    return _written(request, found(queries.gift(request.user, public_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_TEAM, Permission.EDIT_LOYALTY)
def stock(request: SignedIn, public_id: str) -> HttpResponse:
    """So many came, or were counted; and what came and went before."""
    gift = found(queries.gift(request.user, public_id))

    def act(typed: dict[str, Any]) -> None:
        place = found(queries.place(request.user, typed["place"]))
        write = actions.arrive if typed["why"] == "arrived" else actions.count
        told = {"note": typed["note"], "by": request.user, "at": timezone.now()}
        write(gift, place, typed["number"], **told)

    return step(
        request,
        StockForm(posted(request), places=queries.places(request.user)),
        act,
        where=reverse("rewards:gifts"),
        title=_("Stock of “%(gift)s”") % {"gift": gift},
        words=_("What is set aside for customers is not on the shelf, and not counted."),
        name="rewards/stock.html",
        moves=queries.moves(request.user, gift),
    )


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def present(request: SignedIn, public_id: str) -> HttpResponse:
    """One gift for one customer, with the next step."""
    one = found(queries.present(request.user, public_id))
    signature = getattr(one, "signature", None)
    drawn = base64.b64encode(bytes(signature.png)).decode() if signature else ""
    context = {
        "it": one,
        "signature": signature,
        "drawn": DRAWN + drawn if drawn else "",
        "is_own": one.asked_by_id == request.user.pk,
        "decides": request.user.may(Permission.SEE_TEAM),
        "may_act": request.user.may(Permission.RECORD_CONTACT),
        "nav": NAV,
    }
    return render(request, "rewards/present.html", context)


@require_POST
@needs(Permission.SEE_TEAM)
def approve(request: SignedIn, public_id: str) -> HttpResponse:
    """Say yes."""
    one = found(queries.present(request.user, public_id))
    actions.approve(one, by=request.user, at=timezone.now())
    return _done(request, one)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_TEAM)
def refuse(request: SignedIn, public_id: str) -> HttpResponse:
    """Say no, and why."""
    one = found(queries.present(request.user, public_id))
    return step(
        request,
        ReasonForm(posted(request)),
        lambda typed: actions.refuse(
            one, note=typed["reason"], by=request.user, at=timezone.now()
        ),
        where=reverse("rewards:present", args=[one.public_id]),
        title=_("Refuse “%(gift)s” for %(customer)s")
        % {"gift": one.gift, "customer": one.customer},
        words=_("The gift goes back on the shelf."),
        button=_("Refuse it"),
    )


@require_POST
@record
def withdraw(request: SignedIn, public_id: str) -> HttpResponse:
    """It is not given after all."""
    one = found(queries.present(request.user, public_id))
    actions.withdraw(one, by=request.user, at=timezone.now())
    return _done(request, one)


@require_http_methods(["GET", "HEAD", "POST"])
@record
def hand(request: SignedIn, public_id: str) -> HttpResponse:
    """Hand it over: the customer signs on the phone, or types the name."""
    one = found(queries.present(request.user, public_id))
    handed = one.state == Present.State.HANDED

    def act(typed: dict[str, Any]) -> None:
        told = {
            "png": _drawn(typed["drawn"]),
            "typed": typed["typed"],
            "by": request.user,
            "at": timezone.now(),
        }
        if handed:
            actions.sign(one, **told)
        elif told["png"] or told["typed"].strip() or typed["later"]:
            actions.hand_over(one, **told)
        else:
            raise BadInput(_("Let the customer sign, or type their name."))

    return step(
        request,
        HandForm(posted(request), handed=handed),
        act,
        where=reverse("rewards:present", args=[one.public_id]),
        title=_("%(gift)s for %(customer)s") % {"gift": one.gift, "customer": one.customer},
        button=pgettext("hand-over", "Received"),
        name="rewards/hand.html",
        it=one,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@record
def come_back(request: SignedIn, public_id: str) -> HttpResponse:
    """It was refused or came back, or is lost."""
    one = found(queries.present(request.user, public_id))
    return step(
        request,
        BackForm(posted(request)),
        lambda typed: actions.come_back(one, **typed, by=request.user, at=timezone.now()),
        where=reverse("rewards:present", args=[one.public_id]),
        title=_("“%(gift)s” came back") % {"gift": one.gift},
        words=_("It lies on its shelf again and costs nothing, unless it is written off."),
        button=pgettext("gift", "It came back"),
    )


def _drawn(given: str) -> bytes:
    """:raises BadInput: what came is no drawing."""
    if not given:
        return b""
    try:
        return base64.b64decode(given.removeprefix(DRAWN), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(_("The signature is no small picture. Draw it once more.")) from error


def _done(request: SignedIn, one: Present) -> HttpResponse:
    where = reverse("rewards:present", args=[one.public_id])
    return saved(request, where, alone=where)


def _written(request: SignedIn, gift: Gift | None) -> HttpResponse:
    form = GiftForm(posted(request), found=gift)

    def act(typed: dict[str, Any]) -> None:
        told = ({"code": gift.code} if gift else {}) | form.told()
        actions.write_gift(**told, by=request.user, at=timezone.now())

    return step(
        request,
        form,
        act,
        where=reverse("rewards:gifts"),
        title=str(gift) if gift else _("A gift for the catalogue"),
    )
