"""Bring a file, say which column is which field, look at what would come of it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import SafeWriter
from regulars.server.core.rules import Permission
from regulars.server.intake import actions, forms, queries, rules
from regulars.server.intake.models import Import
from regulars.server.intake.reader import KINDS
from regulars.server.intake.reader.vocabulary import CHOICES
from regulars.server.intake.views import stays

ROWS = 50
REFUSED_SHOWN = 200
S = Import.State


@require_safe
@needs(Permission.IMPORT)
def index(request: SignedIn) -> HttpResponse:
    return _index(request)


@require_POST
@needs(Permission.IMPORT)
def bring(request: SignedIn) -> HttpResponse:
    """Take an uploaded file and go to its mapping."""
    file, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if file is None or kind not in KINDS:
        return _index(request, problem=_("Choose a file and what it holds."), status=422)
    try:
        found = actions.begin(
            file,
            file_name=file.name or "file",
            kind=kind,
            source=queries.source_by(request.user, request.POST.get("source", "")),
            by=request.user,
            at=timezone.now(),
        )
    except (BadInput, Refused) as error:
        return _index(request, problem=forms.sentence(error), status=422)
    return redirect("intake:one", key=found.public_id)


@require_POST
@needs(Permission.IMPORT)
def allow(request: SignedIn) -> HttpResponse:
    """Let the demo take files."""
    actions.allow_in_demo(by=request.user, at=timezone.now())
    return redirect("intake:index")


@require_safe
@needs(Permission.IMPORT)
def one(request: SignedIn, key: str) -> HttpResponse:
    """Show a file as far as it has come: mapping, progress, result."""
    found = found_or_404(request, key)
    if found.message == actions.HELD:
        return render(request, "intake/gone.html", {"nav": "imports", "found": found})
    if found.state in {S.DRAFT, S.FAILED}:
        return _mapping(request, found, found.mapping)
    if found.state in {S.CHECKING, S.LOADING, S.UNDOING}:
        return render(request, "intake/progress.html", _working(found))
    return render(request, "intake/result.html", _result(request, found))


@require_safe
@needs(Permission.IMPORT)
def progress(request: SignedIn, key: str) -> HttpResponse:
    """How far it is, asked every two seconds; the page is loaded anew at the end."""
    found = found_or_404(request, key)
    if found.state in {S.CHECKING, S.LOADING, S.UNDOING}:
        return render(request, "intake/_progress.html", _working(found))
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("intake:one", args=[key])
    return answer


@require_safe
@needs(Permission.IMPORT)
def mapping(request: SignedIn, key: str) -> HttpResponse:
    """The mapping of a file that was checked, to be changed."""
    found = found_or_404(request, key)
    if found.state not in {S.DRAFT, S.FAILED, S.CHECKED} or found.message == actions.HELD:
        return redirect("intake:one", key=key)
    return _mapping(request, found, found.mapping)


@require_safe
@needs(Permission.IMPORT)
def sample(request: SignedIn, key: str) -> HttpResponse:
    """Some values of the column that was just chosen for a field."""
    found = found_or_404(request, key)
    asked = request.GET.dict()
    chosen = next((asked[name] for name in asked if name.startswith(forms.PREFIX)), "")
    return render(request, "intake/_samples.html", {"samples": forms.samples(found, chosen)})


@require_POST
@needs(Permission.IMPORT)
def look(request: SignedIn, key: str) -> HttpResponse:
    """Read the file as another kind, in another encoding, at another sheet."""
    found = found_or_404(request, key)
    kind = request.POST.get("kind", found.kind)
    try:
        actions.read_as(
            found,
            kind=kind if kind in KINDS else found.kind,
            encoding=request.POST.get("encoding", ""),
            sheet=request.POST.get("sheet", ""),
            by=request.user,
            at=timezone.now(),
        )
    except (BadInput, Refused) as error:
        again = found_or_404(request, key)
        return _mapping(
            request, again, again.mapping, problem=forms.sentence(error), status=422
        )
    return redirect("intake:mapping", key=key)


@require_POST
@needs(Permission.IMPORT)
def check(request: SignedIn, key: str) -> HttpResponse:
    """Have the file checked with the chosen mapping."""
    found = found_or_404(request, key)
    typed = forms.read(found, request.POST.dict())
    try:
        actions.ask_check(
            found,
            mapping=typed.mapping,
            unknown=typed.unknown,
            remember=typed.remember,
            by=request.user,
            at=timezone.now(),
        )
    except (BadInput, Refused) as error:
        found.options["unknown"] = typed.unknown
        return _mapping(
            request,
            found,
            typed.mapping,
            problem=forms.sentence(error),
            marked=True,
            status=422,
        )
    return redirect("intake:one", key=key)


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
    found, language = found_or_404(request, key), _language()
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


@require_safe
@needs(Permission.IMPORT)
def fields(request: SignedIn) -> HttpResponse:
    """Every kind of file with its fields."""
    language = _language()
    context = {
        "nav": "imports",
        "kinds": [
            {
                "name": name,
                "label": forms.kind_label(name, language),
                "fields": [
                    {
                        "name": one.name,
                        "label": one.label(language),
                        "other": one.label("en" if language.startswith("zh") else "zh"),
                        "about": forms.about(one, language),
                        "required": one.required,
                        "either": any(one.name in group for group in spec.one_of),
                        "synonyms": one.synonyms.split(),
                        "choices": list(CHOICES.get(one.choices, {})),
                    }
                    for one in spec.fields
                ],
            }
            for name, spec in KINDS.items()
        ],
    }
    return render(request, "intake/fields.html", context)


@require_safe
@needs(Permission.IMPORT)
def template(request: SignedIn, kind: str) -> HttpResponse:
    """An empty file of a kind, with its first row; a spreadsheet opens it right."""
    if kind not in KINDS:
        raise Http404
    language = request.GET.get("language", _language())
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    answer.write("\ufeff")
    SafeWriter(answer).writerow(forms.header_row(kind, language))
    return answer


def _index(request: SignedIn, *, problem: str = "", status: int = 200) -> HttpResponse:
    page = request.GET.get("page", "1")
    start = max(int(page) - 1, 0) * ROWS if page.isdecimal() and len(page) < 7 else 0
    language = _language()
    found = list(queries.imports(request.user)[start : start + ROWS + 1])
    context = {
        "nav": "imports",
        "rows": [_listed(row, language) for row in found[:ROWS]],
        "next_page": start // ROWS + 2 if len(found) > ROWS else None,
        "kinds": forms.kinds(language),
        "kind": request.POST.get("kind", request.GET.get("kind", "")),
        "problem": problem,
        "demo": queries.demo_keeps_its_data(),
        "sources": queries.sources(request.user).filter(is_active=True, way="upload"),
        "source": request.POST.get("source", request.GET.get("source", "")),
        "unfinished": queries.unfinished(request.user),
        "steps": _steps(),
    }
    part = start > 0 and request.htmx
    name = "intake/_rows.html" if part else "intake/index.html"
    return render(request, name, context, status=status)


def _steps() -> dict[str, bool]:
    """How far the company is on the way from files to values."""
    return {"customers": queries.has_customers(), "facts": queries.has_facts()}


def _listed(found: Import, language: str) -> dict[str, Any]:
    return {"found": found, "kind": forms.kind_label(found.kind, language)}


def _mapping(
    request: SignedIn,
    found: Import,
    chosen: dict[str, str],
    *,
    problem: str = "",
    marked: bool = False,
    status: int = 200,
) -> HttpResponse:
    language = _language()
    rows = forms.rows(found, language=language, mapping=chosen)
    used = set(chosen.values()) | queries.used_by_preset(found)
    context = {
        "nav": "imports",
        "found": found,
        "kind": forms.kind_label(found.kind, language),
        "kinds": forms.kinds(language),
        "rows": rows,
        "columns": forms.columns(found),
        "unused": [name for name in found.reading.get("header", []) if name not in used],
        "encodings": forms.ENCODINGS,
        "preset": _preset(found, language),
        "remember": forms.proposed_name(found, language),
        "facts": found.kind in queries.FACTS,
        "failed": forms.problem(found.message) if found.state == S.FAILED else "",
        "problem": problem,
        "marked": {*forms.missing(found, chosen)} if marked else set(),
    }
    return render(request, "intake/mapping.html", context, status=status)


def _preset(found: Import, language: str) -> dict[str, Any] | None:
    """Whose file this is, what kind of rows it holds, and what of it is left out."""
    one = rules.preset(found.reading.get("preset", ""))
    if one is None:
        return None
    return {
        "label": one.label(language),
        "why": one.why_left_out(language),
        "fits": one.kind == found.kind,
        "kind": one.kind,
        "kind_label": forms.kind_label(one.kind, language) if one.kind else "",
    }


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
    language = _language()
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


def found_or_404(request: SignedIn, key: str) -> Import:
    found = queries.one(request.user, key)
    if found is None:
        raise Http404
    return found


def _language() -> str:
    return get_language() or "zh-hans"
