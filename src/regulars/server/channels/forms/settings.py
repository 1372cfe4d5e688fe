"""The company's policy as a form: what is stricter than the pack, and the caps by tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.forms.words import PURPOSES
from regulars.server.channels.rules.packs import CAPS, OLDEST, SWITCHES, Pack, Policy
from regulars.server.customers.queries import measuring
from regulars.server.web.forms import day, dress

HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
# Purposes of which a pack may be content with silence.
ASKED = ("marketing", "survey", "greeting")
HOURS = {"default": ("quiet_from", "quiet_to"), "sms": ("sms_from", "sms_to")}
# The levels of tiers, the best first, where the company's schemes have no name for one.
LEVELS: Mapping[str, str | Promise] = {
    "5": _("The best tier"),
    "4": _("The second tier"),
    "3": _("The third tier"),
    "2": _("The fourth tier"),
    "1": _("The fifth tier"),
}
MOST = {"day": 20, "week": 60, "month": 200}
CAP_WORDS = {
    "day": _("At most a day"),
    "week": _("At most in 7 days"),
    "month": _("At most in 30 days"),
}


class PolicyForm(forms.Form):
    """What the company sets on top of the packs; `body()` is the next version."""

    home = forms.ChoiceField(label=_("Rules for customers without a country"), required=False)
    minor_age = forms.IntegerField(
        label=_("Marketing only from this age"), min_value=0, max_value=OLDEST, required=False
    )
    express = forms.MultipleChoiceField(
        label=_("A yes on file is needed for"),
        choices=[(code, PURPOSES[code]) for code in ASKED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    refusal_covers_channel = forms.BooleanField(
        label=_("A refusal closes the way for every purpose"), required=False
    )
    needs_approval = forms.BooleanField(label=_("Approved content only"), required=False)
    needs_suitability = forms.BooleanField(
        label=_("A product fits the customer's risk result"), required=False
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=HOUR)
    quiet_to = forms.TimeField(label=_("Quiet until"), required=False, widget=HOUR)
    sms_from = forms.TimeField(label=_("SMS quiet from"), required=False, widget=HOUR)
    sms_to = forms.TimeField(label=_("SMS quiet until"), required=False, widget=HOUR)
    effective_on = forms.DateField(
        label=_("In force from"),
        widget=day(),
    )

    def __init__(
        self, data: Any = None, *, policy: Policy, packs: Sequence[Pack], today: date
    ) -> None:
        super().__init__(data, initial=_shown(policy) | {"effective_on": today})
        self.today = today
        zh = (get_language() or "zh").startswith("zh")
        self.fields["home"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("By the kind of company")),
            *((pack.code, pack.zh if zh else pack.en) for pack in packs),
        ]
        for level in ("", *LEVELS):
            self.fields.update(_caps_of(level))
        dress(self)
        for name in ("quiet_from", "quiet_to", "sms_from", "sms_to"):  # two share a line
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label

    def caps(self) -> list[tuple[str, list[BoundField]]]:
        """A line for everybody and one for each level of tier."""
        named = {str(level): name for level, name in measuring.level_names().items()}
        lines = {
            "": _("Every customer"),
            **LEVELS,
            **{n: named[n] for n in LEVELS if n in named},
        }
        return [
            (str(words), [self[_cap(name, level)] for name in CAPS])
            for level, words in lines.items()
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for start, stop in HOURS.values():
            if bool(given.get(start)) != bool(given.get(stop)):
                self.add_error(stop, _("Give both hours, or none."))
        day = given.get("effective_on")
        if day and day < self.today:
            self.add_error("effective_on", _("Take today or a day to come."))
        return given

    def loosens(self, less: Mapping[str, str]) -> None:
        """Mark what is less than the pack asks for; see `rules.packs.loosened`."""
        for name, least in less.items():
            told = gettext("The pack asks for %(least)s. You may only be stricter.")
            self.add_error(HOURS.get(name, (name,))[-1], told % {"least": least})

    def body(self) -> dict[str, Any]:
        given = self.cleaned_data
        quiet = {
            name: [f"{given[start]:%H:%M}", f"{given[stop]:%H:%M}"]
            for name, (start, stop) in HOURS.items()
            if given[start]
        }
        return {
            "home": given["home"],
            "caps": {name: given[name] for name in CAPS},
            "caps_by_level": dict(self._by_level()),
            "quiet": quiet,
            "minor_age": given["minor_age"] or 0,
            "express": given["express"],
            **{name: given[name] for name in SWITCHES},
        }

    def _by_level(self) -> Iterator[tuple[str, dict[str, int]]]:
        """Levels with a cap of their own; what is left empty is as for everybody."""
        for level in LEVELS:
            own = {name: self.cleaned_data[_cap(name, level)] for name in CAPS}
            if any(most is not None for most in own.values()):
                rest = {name: self.cleaned_data[name] for name in CAPS}
                yield level, {n: rest[n] if own[n] is None else own[n] for n in CAPS}


def _cap(name: str, level: str) -> str:
    return f"{name}_{level}" if level else name


def _caps_of(level: str) -> dict[str, forms.Field]:
    return {
        _cap(name, level): forms.IntegerField(
            label=CAP_WORDS[name], min_value=0, max_value=MOST[name], required=not level
        )
        for name in CAPS
    }


def _shown(policy: Policy) -> dict[str, Any]:
    shown: dict[str, Any] = {name: getattr(policy.caps, name) for name in CAPS}
    for level, caps in policy.caps_by_level.items():
        shown |= {_cap(name, str(level)): getattr(caps, name) for name in CAPS}
    shown |= {"home": policy.home, "minor_age": policy.minor_age or None}
    shown |= {"express": list(policy.express)}
    shown |= {name: getattr(policy, name) for name in SWITCHES}
    for name, (start, stop) in HOURS.items():
        hours = policy.quiet.get(name)
        if hours:
            shown |= {start: hours.start, stop: hours.stop}
    return shown
