"""Topics, classes, reasons and steps of scales, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.forms.words import REASONS
from regulars.server.voice.actions import RESTS
from regulars.server.voice.rules import columns

Words = Mapping[str, str | Promise]
TOPICS: Words = {
    "waiting": pgettext_lazy("topic", "Waiting and queues"),
    "attitude": pgettext_lazy("topic", "Attitude"),
    "competence": pgettext_lazy("topic", "Knowledge and advice"),
    "app": pgettext_lazy("topic", "App and online"),
    "fees": pgettext_lazy("topic", "Fees, rates, prices"),
    "products": pgettext_lazy("topic", "Products"),
    "process": pgettext_lazy("topic", "Process and paperwork"),
    "contact": pgettext_lazy("topic", "Calls and messages"),
    "premises": pgettext_lazy("topic", "Premises and parking"),
    "gifts": pgettext_lazy("topic", "Points, gifts, events"),
}
CLASSES: Words = {
    "promoter": pgettext_lazy("class", "Promoters (9–10)"),
    "passive": pgettext_lazy("class", "Passives (7–8)"),
    "detractor": pgettext_lazy("class", "Detractors (0–6)"),
    "content": pgettext_lazy("class", "Content (4–5)"),
    "neutral": pgettext_lazy("class", "In between"),
    "unhappy": pgettext_lazy("class", "Not content (1–2)"),
    "easy": pgettext_lazy("class", "Easy (5–7)"),
    "hard": pgettext_lazy("class", "Hard (1–3)"),
    "above": pgettext_lazy("class", "More than expected"),
    "equal": pgettext_lazy("class", "As expected"),
    "below": pgettext_lazy("class", "Less than expected"),
}
MARKS: Mapping[str, str] = {
    "promoter": "a", "content": "a", "easy": "a", "above": "a",
    "detractor": "d", "unhappy": "d", "hard": "d", "below": "d",
}  # fmt: skip
STEPS: Mapping[str, Mapping[int, str | Promise]] = {
    "csat": {
        1: pgettext_lazy("csat", "Not at all"),
        2: pgettext_lazy("csat", "Not really"),
        3: pgettext_lazy("csat", "So-so"),
        4: pgettext_lazy("csat", "Content"),
        5: pgettext_lazy("csat", "Very content"),
    },
    "compared": {
        -2: pgettext_lazy("compared", "Far less"),
        -1: pgettext_lazy("compared", "Less"),
        0: pgettext_lazy("compared", "As expected"),
        1: pgettext_lazy("compared", "More"),
        2: pgettext_lazy("compared", "Far more"),
    },
}
# What the two ends of a scale without words mean.
ENDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "nps": (pgettext_lazy("ends", "Not at all likely"), pgettext_lazy("ends", "Very likely")),
    "ces": (pgettext_lazy("ends", "Disagree"), pgettext_lazy("ends", "Agree")),
    "experience": (pgettext_lazy("ends", "Very poor"), pgettext_lazy("ends", "Excellent")),
    "expectation": (
        pgettext_lazy("ends", "I expected little"),
        pgettext_lazy("ends", "I expected much"),
    ),
    "perceived": (pgettext_lazy("ends", "Not at all"), pgettext_lazy("ends", "Completely")),
    "expected": (pgettext_lazy("ends", "Not important"), pgettext_lazy("ends", "Essential")),
}
ROLES: Words = {
    columns.NUMBER: _("Customer number"),
    columns.PHONE: _("Phone number"),
    columns.EMAIL: _("E-mail address"),
    columns.AT: _("Day or moment"),
    columns.KEY: _("Number of the row"),
    columns.COMMENT: pgettext_lazy("column", "Comment"),
    columns.STARS: _("Stars (1–5)"),
}
PRESETS: Words = {
    "experience": _("Experience and expectation, per touch point"),
    "nps": _("Recommend us (NPS)"),
    "csat": _("Content with a service (CSAT)"),
    "ces": _("Was it easy (CES)"),
    "servqual": _("Service quality (SERVQUAL, 22 items)"),
    "own": _("Own questions only"),
}


def left_out(code: str) -> str | Promise:
    """Why somebody was left out of a wave."""
    if code == RESTS:
        return _("The customer was asked not long ago.")
    return REASONS.get(code, code)
