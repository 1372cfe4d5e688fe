"""Where a text fits: boxes to tick, none of which means everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Touch
from regulars.server.content.queries.shipped import shipped
from regulars.server.content.rules.fields import offered
from regulars.server.content.rules.shape import Fitting
from regulars.server.products import queries as products

PURPOSES = {
    "contact": _("Keeping in touch"),
    "visit": _("Visit"),
    "review": _("Review"),
    "greeting": _("Greeting"),
    "post_sale": _("After a sale"),
    "renewal": _("Renewal or maturity"),
    "complaint": _("Complaint"),
    "opportunity": _("Opportunity"),
}
STAGES = {
    "prospect": pgettext_lazy("stage", "Prospect"),
    "intent": pgettext_lazy("stage", "Interested"),
    "new": _("New"),
    "active": _("Active"),
    "loyal": _("Loyal"),
    "at_risk": _("At risk"),
    "dormant": _("Dormant"),
    "lost": _("Lost"),
    "reactivated": _("Returned"),
}
LEVELS = {
    "5": _("Top tier"),
    "4": _("Second tier"),
    "3": _("Middle tier"),
    "2": _("Mass tier"),
    "1": _("Lowest tier"),
}
CLASSES = {
    "settlement": _("Settlement"),
    "credit": _("Credit"),
    "relationship": _("Relationship"),
    "channel": _("Channel"),
}


def triggers() -> list[tuple[str, Any]]:
    """The reasons that a text may be for: those there are, and those shipped texts name."""
    language = get_language() or "zh"
    known = {code: words.of(language) for code, words in offered.triggers().items()}
    for text in shipped().values():
        for code in text.body.fits.triggers:
            known.setdefault(code, code)
    return sorted(known.items(), key=lambda pair: pair[1])


CHOICES: Mapping[str, Callable[[], list[tuple[str, Any]]]] = {
    "kinds": lambda: list(products.kinds()),
    "channels": lambda: list(Touch.Channel.choices),
    "purposes": lambda: list(PURPOSES.items()),
    "stages": lambda: list(STAGES.items()),
    "levels": lambda: list(LEVELS.items()),
    "classes": lambda: list(CLASSES.items()),
    "triggers": triggers,
}
LABELS = {
    "kinds": _("Kinds of product"),
    "channels": _("Channels"),
    "purposes": _("Purpose of the contact"),
    "stages": _("Stage of the customer"),
    "levels": _("Tier"),
    "classes": _("Business class"),
    "triggers": _("Reasons on the card"),
}


class TextForm(forms.Form):
    """A name in both languages, and where the text fits."""

    title_zh = forms.CharField(label=_("Name, in Chinese"), max_length=160, required=False)
    title_en = forms.CharField(label=_("Name, in English"), max_length=160, required=False)
    ASKED: tuple[str, ...] = ()
    NEEDED: tuple[str, ...] = ("title",)  # in one language at least

    def __init__(self, data: Any = None, files: Any = None, *, body: Any = None) -> None:
        super().__init__(data, files, initial=self.shown(body) if body else None)
        fits = body.fits if body else Fitting()
        for name in self.ASKED:
            self.fields[name] = self._boxes(name, fits)
        if "kinds" in self.ASKED:
            self.fields["products"] = forms.CharField(
                label=_("Single products"), required=False, max_length=400,
                initial=", ".join(fits.products),
                help_text=_("Codes of the catalogue, separated by commas."),
            )  # fmt: skip
        self.grow(body)
        dress(self)

    def grow(self, body: Any) -> None:
        """Add what this form has beside a name and a fit, before anything is judged."""

    def _boxes(self, name: str, fits: Fitting) -> forms.MultipleChoiceField:
        chosen = [str(value) for value in getattr(fits, name)]
        return forms.MultipleChoiceField(
            label=LABELS[name], required=False, initial=chosen,
            choices=_with_old(CHOICES[name](), chosen), widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in self.NEEDED:
            both = (f"{name}_zh", f"{name}_en")
            if not any(given.get(one) or one in self.errors for one in both):
                self.add_error(both[0], _("Fill it in, in one language at least."))
        return given

    @staticmethod
    def shown(body: Any) -> dict[str, Any]:
        return {"title_zh": body.title.zh, "title_en": body.title.en}

    def words(self, name: str) -> dict[str, str]:
        given = self.cleaned_data
        return {"zh": given[f"{name}_zh"].strip(), "en": given[f"{name}_en"].strip()}

    def fits(self) -> dict[str, Any]:
        found: dict[str, Any] = {name: self.cleaned_data[name] for name in self.ASKED}
        if "products" in self.fields:
            found["products"] = split(self.cleaned_data["products"])
        return found

    def clean_products(self) -> str:
        known = products.names()
        wrong = [code for code in split(self.cleaned_data["products"]) if code not in known]
        if wrong:
            raise forms.ValidationError(
                _("“%(code)s” is not in the catalogue."), params={"code": wrong[0]}
            )
        return str(self.cleaned_data["products"])

    @property
    def fit_fields(self) -> list[forms.BoundField]:
        names = [*self.ASKED, *(["products"] if "products" in self.fields else [])]
        return [self[name] for name in names]


def _with_old(choices: list[tuple[str, Any]], chosen: list[str]) -> list[tuple[str, Any]]:
    known = {str(code) for code, _name in choices}
    return [*choices, *((code, code) for code in chosen if code not in known)]


def split(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,，、;；]+", text) if part]


def tags_field(given: str) -> forms.CharField:
    return forms.CharField(
        label=_("Tags"), required=False, max_length=200, initial=given,
        help_text=_("Words under which it is found, separated by commas."),
    )  # fmt: skip


def dress(form: forms.Form) -> None:
    for name, field in form.fields.items():
        if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
            bad = " bad" if form.is_bound and name in form.errors else ""
            field.widget.attrs["class"] = f"ctl{bad}"


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def names_of(name: str) -> Mapping[str, Any]:
    """What the codes of a dimension are called."""
    return {str(code): label for code, label in CHOICES[name]()}
