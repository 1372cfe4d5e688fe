"""Words for codes of complaints, and how an answer is worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import (
    get_language,
    gettext_lazy,
    override,
    pgettext,
    pgettext_lazy,
)
from django.utils.translation import gettext as _

from regulars.server.complaints.models import Case, Entry
from regulars.server.complaints.queries.clocks import owner_of, policy
from regulars.server.complaints.rules import Bar, Step
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.products.models import Product

STEPS: Mapping[Step, Promise] = {
    Step.ACKNOWLEDGE: pgettext_lazy("complaint", "to acknowledge"),
    Step.ANSWER: pgettext_lazy("complaint", "to answer"),
    Step.RESOLVE: pgettext_lazy("complaint", "to resolve"),
    Step.CALL: pgettext_lazy("complaint", "to call back"),
}
BARS: Mapping[Bar, Promise] = {
    Bar.NAMED: gettext_lazy("It is about you: somebody else handles it."),
    Bar.LEADS_THE_BOOK: gettext_lazy(
        "It is about the service of a book of yours: somebody else handles it."
    ),
}
FIELDS: Mapping[str, Promise] = {
    "type": gettext_lazy("What the complaint is about"),
    "severity": gettext_lazy("How serious it is"),
    "product": gettext_lazy("Product"),
    "wish": gettext_lazy("What the customer wants"),
    "about": gettext_lazy("Whom it is about"),
    "about_service": gettext_lazy("About the service of the customer's book"),
    "is_complex": gettext_lazy("Complex"),
}
# The ways that stay open to the customer are part of every answer (C-63).
TEMPLATE_ZH = """{name}：

您于 {day} 反映的“{type}”问题（编号 {number}），我们已经查清，答复如下：



如对本答复不满意，您可以自收到之日起 30 日内向我们申请复核；也可以请当地消费纠纷调解组织调解，\
按约定申请仲裁，或者向人民法院起诉。

{company}
{today}"""
TEMPLATE_EN = """Dear {name},

On {day} you told us of a problem with {type} (number {number}). We have looked into it. This \
is our answer:



If you do not agree, you may ask us for a review within 30 days. You may also turn to a \
mediation service for consumers, to arbitration where it was agreed on, or to a court.

{company}
{today}"""


def route_names() -> dict[str, str]:
    """The ways by their codes, for whoever wrote an answer without one."""
    return {
        "review": pgettext("law", "review"),
        "mediation": pgettext("law", "mediation"),
        "arbitration": pgettext("law", "arbitration"),
        "court": pgettext("law", "court"),
    }


def template_of(case: Case, at: datetime) -> str:
    """An answer to begin with, in the customer's language, with the case's own facts."""
    with override(language_of(case)):
        return _template(case, at)


def _template(case: Case, at: datetime) -> str:
    zh = (get_language() or "zh").startswith("zh")
    own = policy().template if zh else policy().template_en
    text = own or (TEMPLATE_ZH if zh else TEMPLATE_EN)
    facts = {
        "name": case.called,
        "day": date_format(case.received_on, "DATE_FORMAT"),
        "type": str(case.type),
        "number": case.number,
        "company": str(core.company() or ""),
        "today": date_format(core.local_date(at), "DATE_FORMAT"),
    }
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    return text


def values_of(case: Case, names: Iterable[str]) -> dict[str, Any]:
    """What was changed, as codes and values that each reader's language can say."""
    codes: dict[str, Any] = {
        "type": case.type.code,
        "severity": case.severity,
        "product": case.product.code if case.product else None,
        "wish": case.wish,
        "about": case.about.username if case.about else None,
        "about_service": case.about_service,
        "is_complex": case.is_complex,
    }
    return {name: codes[name] for name in names}


def told_changes(values: Mapping[str, Any]) -> str:
    """What was changed, in the reader's words."""
    colon = pgettext("before words", ":")
    return " · ".join(f"{FIELDS[name]}{colon} {_said(name, v)}" for name, v in values.items())


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not value:
        return "—"
    if name == "severity":
        return str(Case.Severity(value).label)
    kinds: Mapping[str, Any] = {
        "type": Entry.objects.filter(list=Entry.List.TYPE, code=value),
        "product": Product.objects.filter(code=value),
        "about": Person.objects.filter(username=value),
    }
    found = kinds[name].first() if name in kinds else None
    return str(found or value)


def language_of(case: Case) -> str:
    """In which language the customer is written to; the reader's where none is known."""
    customer = owner_of(case)
    known = {"zh": "zh-hans", "en": "en"}
    return known.get(customer.language[:2] if customer else "") or get_language() or "zh-hans"
