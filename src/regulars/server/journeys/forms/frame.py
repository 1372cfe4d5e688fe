"""What a person types about a whole journey: its name, who enters, why it is held."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.journeys.forms.steps import Choices, choose
from regulars.server.journeys.rules import LEAVE, Aim, Enter, Goal, How, Late, Route
from regulars.server.web.forms import dress


class NameForm(forms.Form):
    """What a journey is called."""

    name = forms.CharField(label=pgettext_lazy("journey", "Name"), max_length=80)
    name_en = forms.CharField(
        label=pgettext_lazy("journey", "Name in English"), max_length=80, required=False
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        dress(self)


class NewForm(NameForm):
    """A journey's name, and whom it is about."""

    segment = forms.ChoiceField(label=_("Who enters: a segment"), required=False)

    def __init__(
        self, data: Any = None, *, segments: Choices, shipped: str, **more: Any
    ) -> None:
        super().__init__(data, **more)
        empty = shipped or _("chosen later")
        choose(self, "segment", [("", empty), *segments])
        dress(self)


class FrameForm(forms.Form):
    """Who enters, what is to be reached, who is left alone."""

    segment = forms.ChoiceField(label=_("Who enters: a segment"))
    how = forms.ChoiceField(
        label=pgettext_lazy("journey", "When"),
        choices=[
            (How.NOW.value, _("Who is in it when the journey starts")),
            (How.DAILY.value, _("Who is in it on any day")),
            (How.NEWLY.value, _("Who newly comes into it, day by day")),
        ],
    )
    again = forms.IntegerField(
        label=_("Again, days after it ended"), required=False, min_value=1, max_value=730,
        help_text=_("Empty: once ever."),
    )  # fmt: skip
    aim = forms.ChoiceField(
        label=_("Goal: reaching it takes a customer out"),
        required=False,
        choices=[
            (Aim.NONE.value, _("no goal")),
            (Aim.BOUGHT.value, _("They buy, or take up a product")),
            (Aim.SEGMENT.value, _("They are in a segment")),
        ],
    )
    aim_segment = forms.ChoiceField(label=_("The segment that is the goal"), required=False)
    window = forms.IntegerField(
        label=_("Days for which the goal counts"), min_value=1, max_value=730
    )
    holdout = forms.DecimalField(
        label=_("Left alone by lot, per cent"), min_value=0, max_value=50, max_digits=4,
        decimal_places=1,
        help_text=_("They enter, and nothing happens to them: only so does it show what the "
                    "journey is worth."),
    )  # fmt: skip
    late = forms.ChoiceField(
        label=_("After a long stop"),
        choices=[
            (Late.RESUME.value, _("Waits begin when the customer gets there")),
            (Late.CATCH_UP.value, _("Waits that are over are passed by")),
        ],
    )

    def __init__(self, data: Any = None, *, route: Route, segments: Choices) -> None:
        initial = {
            "segment": route.enter.segment, "how": route.enter.how.value,
            "again": route.enter.again, "aim": route.goal.aim.value,
            "aim_segment": route.goal.segment, "window": route.window,
            "holdout": Decimal(str(round(route.holdout * 100, 1))), "late": route.late.value,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        choose(self, "segment", _with_gone(segments, route.enter.segment))
        choose(self, "aim_segment", [("", "—"), *segments])
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("aim") == Aim.SEGMENT and not given.get("aim_segment"):
            self.add_error("aim_segment", _("Choose the segment that is the goal."))
        return given

    def told(self, route: Route) -> Route:
        """The route with what was typed around its steps."""
        given = self.cleaned_data
        aim = Aim(given["aim"])
        return Route(
            Enter(given["segment"], How(given["how"]), given["again"]),
            Goal(aim, given["aim_segment"] if aim is Aim.SEGMENT else ""),
            Late(given["late"]),
            float(given["holdout"]) / 100,
            given["window"],
            route.steps,
        )


class MovesForm(forms.Form):
    """Where customers at steps that are gone go on."""

    def __init__(
        self, data: Any = None, *, gone: Sequence[tuple[str, str]], targets: Choices, moves: Any
    ) -> None:
        super().__init__(data)
        offered = [(LEAVE, _("they leave the journey")), *targets]
        for step, label in gone:
            self.fields[step] = forms.ChoiceField(
                label=label, choices=offered, initial=moves.get(step)
            )
        dress(self)


class WhyForm(forms.Form):
    """A reason that others read."""

    why = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


def _with_gone(segments: Choices, chosen: str) -> list[tuple[str, str]]:
    """Some segments, without a choice where the one that was chosen is not there any more."""
    known = {key for key, _name in segments}
    head = [("", "—")] if chosen not in known else []
    return [*head, *segments]
