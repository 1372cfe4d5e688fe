"""A finished experiment that comes as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.experiments import actions, queries
from regulars.server.experiments.actions.bringing import Row, Told
from regulars.server.experiments.forms import BringForm
from regulars.server.experiments.views.tabs import tabs
from regulars.server.web import rules as web

ROWS = 200_000
COLUMNS = ("arm_column", "outcome_column", "id_column", "before_column")


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_EXPERIMENTS)
def bring(request: SignedIn) -> HttpResponse:
    """Judge a file: one row a customer, with group and outcome."""
    bound = request.method == "POST"
    form = BringForm(request.POST, request.FILES) if bound else BringForm()
    if form.is_valid():
        try:
            made = actions.bring(_rows(form), _told(form), by=request.user, at=timezone.now())
            return redirect("experiments:one", made.public_id)
        except RegularsError as error:
            form.add_error("file", str(error))
    context = {"form": form, **tabs(request, "bring")}
    return render(request, "experiments/bring.html", context, status=422 if bound else 200)


def _told(form: BringForm) -> Told:
    given = form.cleaned_data
    same = ("name", "kind", "label", "control", "starts_on", "ends_on")
    return Told(**{name: given[name] for name in same}, **form.costs())


def _rows(form: BringForm) -> Iterator[Row]:
    """The rows of the file by the columns that were named.

    :raises BadInput: a column is missing, or a cell holds no number.
    """
    given = form.cleaned_data
    language = "zh" if web.is_chinese(get_language()) else "en"
    header, rows = queries.read_table(given["file"], most=ROWS, language=language)
    arm, outcome, name, before = (_place(header, given[column]) for column in COLUMNS)
    for line, cells in rows:
        yield (
            _cell(cells, name),
            _cell(cells, arm),
            _number(_cell(cells, outcome), line) or 0.0,
            None if before is None else _number(_cell(cells, before), line),
        )


def _place(header: Sequence[str], named: str) -> int | None:
    if not named:
        return None
    heads = [head.strip().casefold() for head in header]
    if named.strip().casefold() not in heads:
        raise BadInput(
            _("The file has no column “%(name)s”; it has %(columns)s.")
            % {"name": named, "columns": ", ".join(header)}
        )
    return heads.index(named.strip().casefold())


def _cell(cells: Sequence[Any], place: int | None) -> str:
    if place is None or place >= len(cells):
        return ""
    return str(cells[place] or "").strip()


def _number(text: str, line: int) -> float | None:
    if not text:
        return None
    try:
        return float(text.replace(",", "").replace("¥", ""))
    except ValueError as error:
        raise BadInput(
            _("Line %(line)s: “%(text)s” is no number.") % {"line": line, "text": text[:40]}
        ) from error
