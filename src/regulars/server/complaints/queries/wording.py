"""Words for codes of complaints, and how an answer is worded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from regulars.server.complaints.models import Case
from regulars.server.complaints.queries.clocks import policy
from regulars.server.complaints.rules import Bar, Step
from regulars.server.core import queries as core

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


def template_of(case: Case, today: str, day: str) -> str:
    """An answer to begin with, in the reader's language, with the case's own facts."""
    zh = (get_language() or "zh").startswith("zh")
    own = policy().template if zh else policy().template_en
    text = own or (TEMPLATE_ZH if zh else TEMPLATE_EN)
    facts = {
        "name": case.called,
        "day": day,
        "type": str(case.type),
        "number": case.number,
        "company": str(core.company() or ""),
        "today": today,
    }
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    return text


def told_changes(case: Case, names: Iterable[str]) -> str:
    """What was changed, in words for the story."""
    shown = {
        "type": str(case.type),
        "severity": case.get_severity_display(),
        "product": str(case.product or "—"),
        "wish": case.wish or "—",
        "about": str(case.about or "—"),
        "about_service": _("yes") if case.about_service else _("no"),
        "is_complex": _("yes") if case.is_complex else _("no"),
    }
    colon = pgettext("before words", ":")
    return " · ".join(f"{FIELDS[name]}{colon} {shown[name]}" for name in names)
