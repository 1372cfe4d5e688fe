"""A playbook comes as a file and goes as one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.server.content import actions, queries
from regulars.server.content.forms import FileForm, MessagesFileForm
from regulars.server.content.forms.playbooks import BEGINS
from regulars.server.content.queries.sheets import Sheet, read_file, read_messages, told
from regulars.server.content.queries.shipped import shipped
from regulars.server.content.rules.message_sheet import MESSAGE_HEAD, message_row
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import Message, Playbook
from regulars.server.content.rules.sheet import HEAD, table
from regulars.server.content.views.pages import entry_or_404
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission

EXAMPLE = "auto-delivery"
WRONG = gettext_lazy("Nothing was kept: the file has to be mended first.")


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_CONTENT)
def bring(request: SignedIn) -> HttpResponse:
    """Read a file of steps; all of it becomes a draft, or nothing and why."""
    posted = request.method == "POST"
    form = FileForm(request.POST if posted else None, request.FILES if posted else None)
    wrong: list[str] = []
    if posted and form.is_valid():
        sheet = read_file(form.cleaned_data["file"], language=get_language() or "zh")
        wrong = [sheet.refused] if sheet.refused else [told(one) for one in sheet.wrong]
        if not wrong:
            try:
                return _kept(request, form, sheet)
            except actions.BadText as error:
                wrong = [str(error)]
    context = {"form": form, "wrong": wrong, "head": HEAD, "begins": BEGINS.values()}
    return render(request, "content/bring.html", context, status=422 if posted else 200)


def _kept(request: SignedIn, form: FileForm, sheet: Sheet) -> HttpResponse:
    given = form.cleaned_data
    name = given["file"].name.rsplit(".", 1)[0][:160]
    title = form.words("title")
    body = {
        "title": title if any(title.values()) else {"zh": name, "en": ""},
        "begins": given["begins"].strip(),
        "steps": list(sheet.steps),
        "fits": form.fits(),
    }
    made = actions.save_draft("playbook", body, by=request.user, at=timezone.now())
    messages.success(request, _("The playbook is a draft now. Read it, then submit it."))
    return redirect("content:one", code=made.text.code)


@require_GET
@needs(Permission.EDIT_CONTENT)
def messages_file(request: SignedIn) -> HttpResponse:
    """Every message with its newest words as a table that can be brought back."""
    found = [one for one in queries.entries(request.user, "message") if not one.away]
    rows = [message_row(one.code, body) for one in found if (body := newest(one))]
    return _table(MESSAGE_HEAD, rows, "messages.csv")


def newest(entry: queries.Entry) -> Message | None:
    """The words in the making, else those in force."""
    body = read(entry.kind, entry.making.body) if entry.making else entry.body
    return body if isinstance(body, Message) else None


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_CONTENT)
def bring_messages(request: SignedIn) -> HttpResponse:
    """Read a file of messages; all of them become drafts, or nothing and why."""
    posted = request.method == "POST"
    form = MessagesFileForm(request.POST if posted else None, request.FILES or None)
    wrong = ""
    if posted and form.is_valid():
        sheet = read_messages(form.cleaned_data["file"], language=get_language() or "zh")
        wrong = sheet.refused
        if not wrong:
            try:
                made = actions.save_drafts(sheet.rows, by=request.user, at=timezone.now())
            except actions.BadText as error:
                wrong = str(error)
            else:
                done = _("%(n)s messages are drafts now. Read them, then submit them.")
                messages.success(request, done % {"n": len(made)})
                return redirect(f"{reverse('content:index')}?kind=message")
    context = {"form": form, "wrong": wrong, "head": MESSAGE_HEAD}
    return render(
        request, "content/bring_messages.html", context, status=422 if posted else 200
    )


@require_GET
@needs(Permission.EDIT_CONTENT)
def template(request: SignedIn) -> HttpResponse:
    """An example to fill in: the shipped playbook after the delivery of a car."""
    body = shipped()[EXAMPLE].body
    assert isinstance(body, Playbook)
    return _csv(body, "playbook.csv")


@require_GET
@needs()
def file(request: SignedIn, code: str) -> HttpResponse:
    """A playbook as a table that can be brought back."""
    body = entry_or_404(request, code).body
    if not isinstance(body, Playbook):
        raise Http404
    return _csv(body, f"{code}.csv")


def _csv(book: Playbook, name: str) -> HttpResponse:
    zh = (get_language() or "zh").startswith("zh")
    return _table(HEAD, table(book, zh=zh), name)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    # The mark lets spreadsheets read Chinese right.
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is quoted."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell
