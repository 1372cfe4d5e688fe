"""One file as far as it has come: its mapping, its progress, what came of it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.base.errors import Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.intake import actions, forms, queries
from regulars.server.intake.models import Import
from regulars.server.intake.reader import KINDS
from regulars.server.intake.views import stays
from regulars.server.intake.views.mapping import mapping_page
from regulars.server.intake.views.shared import found_or_404, language_of_page

REFUSED_SHOWN = 200
S = Import.State


@require_safe
@needs(Permission.IMPORT)
def one(request: SignedIn, key: str) -> HttpResponse:
    """Show a file as far as it has come: mapping, progress, result."""
    found = found_or_404(request, key)
    if found.message == actions.HELD:
        return render(request, "intake/gone.html", {"nav": "imports", "found": found})
    if found.state in {S.DRAFT, S.FAILED}:
        return mapping_page(request, found, found.mapping)
    if found.state in actions.BUSY:
        return render(request, "intake/progress.html", _working(found))
    return render(request, "intake/result.html", _result(request, found))


@require_safe
@needs(Permission.IMPORT)
def progress(request: SignedIn, key: str) -> HttpResponse:
    """How far it is, asked every two seconds; the page is loaded anew at the end."""
    found = found_or_404(request, key)
    if found.state in actions.BUSY:
        return render(request, "intake/_progress.html", _working(found))
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("intake:one", args=[key])
    return answer


@require_POST
@needs(Permission.IMPORT)
def load(request: SignedIn, key: str) -> HttpResponse:
    """Have a checked file loaded."""
    try:
        actions.ask_load(found_or_404(request, key), by=request.user, at=timezone.now())
    except Refused as error:
        messages.warning(request, forms.sentence(error))
    return redirect("intake:one", key=key)


@require_POST
@needs(Permission.IMPORT)
def discard(request: SignedIn, key: str) -> HttpResponse:
    """Forget a file that was not loaded."""
    try:
        actions.discard(found_or_404(request, key), by=request.user, at=timezone.now())
    except Refused as error:
        messages.warning(request, forms.sentence(error))
        return redirect("intake:one", key=key)
    return redirect("intake:index")


@require_safe
@needs(Permission.IMPORT)
def errors(request: SignedIn, key: str) -> HttpResponse:
    """The refused rows as a file to be mended."""
    found, language = found_or_404(request, key), language_of_page()
    if not found.refused or found.state == S.WITHDRAWN:
        raise Http404
    if found.report.get("remains_gone"):
        raise Http404
    path = queries.errors_path(found, language=language)
    if not path.exists():
        path = actions.keep_errors(found, language=language)
    stem = found.file_name.rpartition(".")[0] or found.file_name
    name = _("%(file)s refused.csv") % {"file": stem}
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    return cast(HttpResponse, answer)  # both are answers; Django names no common class


def _working(found: Import) -> dict[str, Any]:
    job = found.job
    return {
        "nav": "imports",
        "found": found,
        "job": job,
        "share": job.share if job else None,
        "poll": reverse("intake:progress", args=[found.public_id]),
    }


def _result(request: SignedIn, found: Import) -> dict[str, Any]:
    language = language_of_page()
    mended = actions.mended_so_far(found)
    report = found.report | {"reasons": found.report.get("reasons", {})}
    examples = queries.examples(found, language=language)
    return {
        "nav": "imports",
        "found": found,
        "kind": forms.kind_label(found.kind, language),
        "report": report,
        "mapping": [
            (one.label(language), found.mapping[one.name])
            for one in KINDS[found.kind].fields
            if found.mapping.get(one.name)
        ],
        "reasons": [
            (str(forms.REASONS.get(code, code)), count)
            for code, count in sorted(report["reasons"].items(), key=lambda pair: -pair[1])
        ],
        "examples": examples[:REFUSED_SHOWN],
        "warnings": queries.warnings(found, language=language),
        "asks_order": "ambiguous_date" in report["reasons"],
        "totals": _totals(found),
        "sales": queries.sales(found),
        "facts": found.kind in queries.FACTS,
        "can_withdraw": queries.can_withdraw(found),
        "still": mended["still"],
        "mended": mended["files"],
        "usual": forms.usual(found),
        "told": found.undone,
        **stays.listed(found.undone),
        "can_score": request.user.may(Permission.RUN_SCORES),
    }


def _totals(found: Import) -> list[tuple[str, int, str]]:
    words = _kind_words()
    sums = {kind: (rows, amount) for kind, rows, amount in queries.totals(found)}
    ordered = [kind for kind in dict.fromkeys((*words, *sums)) if kind in sums]
    return [(words.get(kind, kind), *sums[kind]) for kind in ordered]


def _kind_words() -> dict[str, str]:
    return {
        "purchase": _("Purchases"),
        "refund": _("Refunds"),
        "adjustment": _("Adjustments"),
        "deposit": _("Deposits"),
        "withdrawal": _("Withdrawals"),
        "transfer": _("Transfers"),
        "transfer_in": _("Transfers in"),
        "transfer_out": _("Transfers out"),
        "payroll": _("Payroll"),
        "fee": _("Fees"),
        "interest": _("Interest"),
        "redemption": _("Redemptions"),
        "drawdown": _("Drawdowns"),
        "repayment": _("Repayments"),
    }
