"""Kinds of coupons, batches, and their codes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import SafeWriter
from regulars.server.core.rules import Permission
from regulars.server.rewards import actions, queries, rules
from regulars.server.rewards.forms import BatchForm, CloseForm, KindForm, ManyForm, ReasonForm
from regulars.server.rewards.models import CouponKind
from regulars.server.rewards.views.shared import found, offset, posted, shown, step

editing = needs(Permission.EDIT_LOYALTY)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def coupons(request: SignedIn) -> HttpResponse:
    """Every kind with its versions and batches."""
    today = core.local_date(timezone.now())
    kinds = list(queries.kinds(request.user))
    context = shown(request, "coupons") | {
        "kinds": [(each, queries.holds(each, today)) for each in kinds],
        "batches": queries.batches(request.user),
    }
    return render(request, "rewards/coupons.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def new_kind(request: SignedIn) -> HttpResponse:
    """Write a kind of coupon."""
    return _written(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def change_kind(request: SignedIn, public_id: str) -> HttpResponse:
    """Write its next version; coupons that are out keep theirs."""
    return _written(request, found(queries.kind(request.user, public_id)))


@require_POST
@editing
def end_kind(request: SignedIn, public_id: str) -> HttpResponse:
    """Make no more of it."""
    kind = found(queries.kind(request.user, public_id))
    actions.end_kind(kind, by=request.user, at=timezone.now())
    return redirect("rewards:coupons")


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def new_batch(request: SignedIn, public_id: str) -> HttpResponse:
    """Make codes of a kind."""
    kind = found(queries.kind(request.user, public_id))
    return step(
        request,
        BatchForm(posted(request)),
        lambda typed: actions.make_batch(kind, **typed, by=request.user, at=timezone.now()),
        where=reverse("rewards:coupons"),
        title=_("Make codes: %(kind)s") % {"kind": kind},
        words=_("So many are made and never more. Nobody can guess a code."),
        button=_("Make the codes"),
    )


@require_GET
@needs(Permission.SEE_LOYALTY)
def batch(request: SignedIn, public_id: str) -> HttpResponse:
    """One batch: what became of its codes."""
    begin, one = offset(request), found(queries.batch(request.user, public_id))
    asked = request.GET.get("state", "")
    state = asked if asked in queries.CODES else ""
    rows = queries.codes(request.user, one.pk, state)
    page = list(rows[begin : begin + queries.PAGE + 1])
    context = shown(request, "coupons") | {
        "batch": one,
        "state": state,
        "errands": queries.errands(request.user, one),
        "rows": page[: queries.PAGE],
        "next": begin + queries.PAGE if len(page) > queries.PAGE else None,
        "at": timezone.now(),
    }
    part = request.htmx and begin
    return render(request, "rewards/_codes.html" if part else "rewards/batch.html", context)


@require_POST
@editing
def codes(request: SignedIn, public_id: str) -> HttpResponse:
    """The codes on paper of a batch, for the printer; the trail says who took them."""
    one = found(queries.batch(request.user, public_id))
    rows = actions.print_codes(one, by=request.user, at=timezone.now())
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="codes-{one.public_id}.csv"'
    answer.write("\ufeff")  # or Excel in China reads UTF-8 as GBK
    writer = SafeWriter(answer)
    writer.writerow([_("Code of the coupon"), _("Good until")])
    writer.writerows([rules.shown(row.code), row.expires_on] for row in rows)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def many(request: SignedIn, public_id: str) -> HttpResponse:
    """Give every customer of a segment one."""
    one = found(queries.batch(request.user, public_id))

    def act(typed: dict[str, object]) -> None:
        segment: Any = typed["segment"]
        actions.ask_many(one, segment, by=request.user, at=timezone.now())
        messages.success(request, _("They are given in the background; you may leave."))

    return step(
        request,
        ManyForm(posted(request), viewer=request.user),
        act,
        where=reverse("rewards:batch", args=[one.public_id]),
        title=_("Give to a segment: %(batch)s") % {"batch": one},
        words=_("One to each, as long as there are some. A bank gives none for deposits."),
        button=_("Give them"),
    )


@require_GET
@editing
def errand(request: SignedIn, public_id: str) -> HttpResponse:
    """How far the coupons of a segment are."""
    job = found(queries.errand(request.user, public_id))
    return render(request, "rewards/_errand.html", {"job": job})


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def close_batch(request: SignedIn, public_id: str) -> HttpResponse:
    """Void what nobody has; what was printed only if it is said."""
    one = found(queries.batch(request.user, public_id))
    printed = one.printed_at is not None
    words = _("Codes that nobody has are void. What was given out stays good.")
    if printed:
        words = _("The codes are printed: they stay good till they expire, unless you say so.")
    return step(
        request,
        CloseForm(posted(request), printed=printed),
        lambda typed: actions.close_batch(
            one, also_printed=typed.get("also_printed", False), by=request.user,
            at=timezone.now(),
        ),
        where=reverse("rewards:batch", args=[one.public_id]),
        title=_("Close “%(batch)s”") % {"batch": one},
        words=words,
        button=_("Close the batch"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RECORD_CONTACT)
def void(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a coupon back before it is redeemed."""
    one = found(queries.coupon(request.user, public_id))
    customer = found(one.customer)
    return step(
        request,
        ReasonForm(posted(request)),
        lambda typed: actions.void(
            one, reason=typed["reason"], by=request.user, at=timezone.now()
        ),
        where=reverse("rewards:story", args=[customer.public_id]),
        title=_("Make a coupon void: %(kind)s") % {"kind": one.batch.kind},
        words=_("Points that were paid for it return."),
        button=_("Make it void"),
    )


def _written(request: SignedIn, kind: CouponKind | None) -> HttpResponse:
    code = kind.code if kind else ""
    return step(
        request,
        KindForm(posted(request), found=kind),
        lambda typed: actions.write_kind(
            code=code, **typed, by=request.user, at=timezone.now()
        ),
        where=reverse("rewards:coupons"),
        title=str(kind) if kind else _("A kind of coupon"),
        words=_("Coupons that are out keep the terms they came with.") if kind else "",
        button=_("Write the next version") if kind else _("Write the terms"),
    )
