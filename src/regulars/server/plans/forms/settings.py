"""Who needs a plan, and what makes a level."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from regulars.server.plans.queries.wording import LEVELS
from regulars.server.plans.rules import NEEDS, NOBODY, Level, Policy
from regulars.server.tiers import queries as tiers
from regulars.server.web.forms import dress


class RulesForm(forms.Form):
    """The administrator's form."""

    from_level = forms.TypedChoiceField(label=_("Who must have a plan"), coerce=int)
    review_days = forms.IntegerField(
        label=_("Days between two reviews"), min_value=7, max_value=730
    )
    ask_days = forms.IntegerField(
        label=_("Working days to draw up a plan that was asked for"), min_value=1, max_value=120
    )
    bond_days = forms.IntegerField(
        label=_("Days after which a judgement of the bond is old"), min_value=30, max_value=1825
    )

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        super().__init__(data, initial=vars(policy))
        names = tiers.names_of_levels()
        self.fields["from_level"].choices = [  # type: ignore[attr-defined]  # a ChoiceField has choices
            *((n, _level(n, names.get(n, ""))) for n in (5, 4, 3)),
            (NOBODY, _("Nobody must")),
        ]
        for step in NEEDS:
            self.fields[f"needs_{int(step)}"] = forms.IntegerField(
                label=str(LEVELS[step]), min_value=1, max_value=5, initial=policy.needs[step]
            )
        dress(self)

    def needs(self) -> list[BoundField]:
        return [self[f"needs_{int(step)}"] for step in NEEDS]

    def policy(self) -> Policy:
        """What was typed, as the rules read it."""
        given = self.cleaned_data
        return Policy(
            from_level=given["from_level"],
            review_days=given["review_days"],
            ask_days=given["ask_days"],
            bond_days=given["bond_days"],
            needs={Level(step): given[f"needs_{int(step)}"] for step in NEEDS},
        )


def _level(n: int, name: str) -> Any:
    if n == 5:
        return name or _("The best tier")
    return _("%(name)s and above") % {"name": name or n}
