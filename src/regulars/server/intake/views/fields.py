"""What a file may hold, kind by kind, and empty files to begin with."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import SafeWriter
from regulars.server.core.rules import Permission
from regulars.server.intake import forms
from regulars.server.intake.reader import KINDS
from regulars.server.intake.reader.vocabulary import CHOICES
from regulars.server.intake.views.shared import language_of_page


@require_safe
@needs(Permission.IMPORT)
def fields(request: SignedIn) -> HttpResponse:
    """Every kind of file with its fields."""
    language = language_of_page()
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
    language = request.GET.get("language", language_of_page())
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    answer.write("\ufeff")
    SafeWriter(answer).writerow(forms.header_row(kind, language))
    return answer
