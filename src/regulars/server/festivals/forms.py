"""What people type about festivals and their plans."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.content import queries as content
from regulars.server.content.queries import InForce
from regulars.server.content.rules.shape import Message
from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Permission
from regulars.server.festivals import queries
from regulars.server.festivals.models import Festival, Plan
from regulars.server.festivals.rules.days import TERMS
from regulars.server.rewards.models import Gift
from regulars.server.segments import queries as segments
from regulars.server.tiers import queries as tiers
from regulars.server.web.forms import day, dress

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")),
    (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
]  # fmt: skip
NTH = [
    (1, pgettext_lazy("nth weekday", "first")), (2, pgettext_lazy("nth weekday", "second")),
    (3, pgettext_lazy("nth weekday", "third")), (4, pgettext_lazy("nth weekday", "fourth")),
    (-1, pgettext_lazy("nth weekday", "last")),
]  # fmt: skip


class FestivalForm(forms.Form):
    """A festival and the rule by which it comes."""

    name = forms.CharField(label=_("Name, in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Name, in English"), max_length=60, required=False)
    comes = forms.ChoiceField(label=_("By what rule it comes"), choices=Festival.By.choices)
    month = forms.IntegerField(label=_("Month"), required=False, min_value=1, max_value=12)
    day = forms.IntegerField(label=_("Day"), required=False, min_value=1, max_value=31)
    term = forms.ChoiceField(
        label=_("Solar term"), required=False, choices=[("", "—"), *((t, t) for t in TERMS)]
    )
    nth = forms.TypedChoiceField(
        label=_("Which one in the month"),
        required=False,
        choices=NTH,
        coerce=int,
    )
    weekday = forms.TypedChoiceField(
        label=_("Weekday"), required=False, choices=WEEKDAYS, coerce=int
    )
    whom = forms.ChoiceField(label=_("Whom it is for"), choices=Festival.Whom.choices)
    place = forms.ModelChoiceField(
        label=_("In which place"), required=False, queryset=OrgUnit.objects.none(),
        empty_label=_("Whole company"),
    )  # fmt: skip
    wish = forms.BooleanField(
        label=_("Customers are wished well on this day"), required=False, initial=True,
        help_text=_("Not on days on which the dead are remembered."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, viewer: Person, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        place = self.fields["place"]
        assert isinstance(place, forms.ModelChoiceField)
        place.queryset = core.branches(viewer)
        dress(self)

    def told(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        numbers = ("month", "day", "nth", "weekday")
        return given | {name: given[name] or 0 for name in numbers}


class PlanForm(forms.Form):
    """What is done at a festival this year."""

    idea = forms.ChoiceField(
        label=_("Idea"),
        required=False,
        help_text=_("Something to take part in, from the library."),
    )
    activity = forms.CharField(
        label=_("What customers can take part in"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where, when, what to bring; in your own words."),
    )  # fmt: skip
    activity_on = forms.DateField(label=_("Its day"), required=False, widget=day())
    activity_url = forms.URLField(
        label=_("Its page, such as the salon's"), required=False, max_length=400,
        assume_scheme="https",
    )  # fmt: skip
    segment = forms.ChoiceField(
        label=_("Whom it is for"), required=False,
        help_text=_("Without a segment: every person whom the festival is for."),
    )  # fmt: skip
    way = forms.ChoiceField(label=_("Who wishes"), choices=Plan.Way.choices)
    message = forms.ChoiceField(
        label=_("Message"), required=False, help_text=_("An approved greeting.")
    )
    levels = forms.TypedMultipleChoiceField(
        label=_("Wished by their managers"), required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    gift = forms.ModelChoiceField(
        label=_("Gift"), required=False, queryset=Gift.objects.none(), empty_label=_("No gift")
    )
    gift_levels = forms.TypedMultipleChoiceField(
        label=_("Get the gift"), required=False, coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    owner = forms.ModelChoiceField(label=_("Who sees to it"), queryset=Person.objects.none())

    def __init__(
        self, data: Any = None, *, viewer: Person, festival: Festival, on: date, initial: Any
    ) -> None:
        super().__init__(data, initial=initial)
        levels = [(n, str(name)) for n, name in sorted(_levels().items(), reverse=True)]
        self._choose("idea", [("", _("none")), *_ideas(festival)])
        self._choose(
            "segment",
            [("", _("Everybody whom it is for")),
             *((one.public_id, one.name) for one in segments.segments(viewer))],
        )  # fmt: skip
        found = content.messages_in_force(purpose="greeting", on=on)
        self._choose("message", [("", "—"), *((one.code, _titled(one)) for one in found)])
        self._choose("levels", levels)
        self._choose("gift_levels", levels)
        self._offer("gift", Gift.objects.filter(is_offered=True))
        self._offer("owner", _planners(viewer))
        if not festival.wish:
            for name in ("way", "message", "levels"):
                del self.fields[name]
        self.viewer = viewer
        dress(self)

    def told(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        code = given.get("segment")
        given["segment"] = segments.segment(self.viewer, code) if code else None
        return given

    def _choose(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _offer(self, name: str, found: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = found


class TaskForm(forms.Form):
    """One more thing to be done."""

    title = forms.CharField(
        label=pgettext_lazy("festival", "What is to be done"), max_length=200
    )
    due_on = forms.DateField(label=_("By which day"), widget=day())

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class SkipForm(forms.Form):
    """Why nothing is done this year."""

    why = forms.CharField(label=_("Why nothing is done this year"), max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


def _ideas(festival: Festival) -> list[tuple[str, str]]:
    return [(one.code, one.title) for one in queries.ideas_for(festival.code)]


def _levels() -> dict[int, str]:
    return tiers.names_of_levels()


def _titled(found: InForce) -> str:
    assert isinstance(found.body, Message)
    return found.body.title.of(get_language() or "zh")


def _planners(viewer: Person) -> Any:
    """Whoever may plan, in the viewer's place; head office's are always there."""
    roles = ["marketer", "leader", "manager", "administrator"]
    found = Person.objects.filter(is_active=True, role__in=roles).select_related("org_unit")
    if not viewer.may(Permission.SEND):
        found = found.filter(org_unit__path__startswith=viewer.org_unit.path)
    return found.order_by("org_unit__code", "username")
