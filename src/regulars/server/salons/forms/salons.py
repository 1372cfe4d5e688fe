"""The form of a salon: what, for whom, when, how guests are told, how it is measured."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Message
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.experiments.models import Experiment
from regulars.server.products import queries as products
from regulars.server.salons import queries
from regulars.server.salons.actions.planning import usual_outcome
from regulars.server.salons.models import Kind, Salon
from regulars.server.segments import queries as segments
from regulars.server.web.forms import day, dress

Outcome = Experiment.Outcome
MEASURED = (
    Outcome.ASSETS, Outcome.REVENUE, Outcome.PURCHASES, Outcome.BOUGHT, Outcome.ACTIVE,
    Outcome.HOLDINGS,
)  # fmt: skip
SAME = (
    "theme", "theme_en", "about", "about_en", "offer", "offer_en", "place", "place_en",
    "capacity", "friends", "segment", "invitation", "reminder", "seat_message", "remind_days",
    "rest_days", "outcome", "effect_days", "products",
)  # fmt: skip


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class SalonForm(forms.Form):
    """A salon: what, for whom, when, how many, how it is told and measured."""

    kind = forms.ModelChoiceField(Kind.objects.none(), label=_("Kind"), empty_label=None)
    theme = forms.CharField(label=pgettext_lazy("salon", "Theme"), max_length=80)
    theme_en = forms.CharField(label=_("Theme in English"), max_length=120, required=False)
    about = forms.CharField(
        label=_("What guests read of it"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    about_en = forms.CharField(
        label=_("The same in English"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    segment = forms.ChoiceField(
        label=_("For which group"), required=False,
        help_text=_("The list is drawn from this segment; the theme must fit it."),
    )  # fmt: skip
    branch = forms.ChoiceField(label=_("Held by"))
    host = forms.ChoiceField(label=_("Host"), required=False)
    place = forms.CharField(label=_("Where it is"), max_length=120, required=False)
    place_en = forms.CharField(label=_("Where, in English"), max_length=160, required=False)
    on = forms.DateField(label=_("Day"), widget=day())
    begins = forms.TimeField(label=pgettext_lazy("salon", "From"), widget=_clock())
    ends = forms.TimeField(label=pgettext_lazy("salon", "Until"), widget=_clock())
    answer_on = forms.DateField(
        label=_("Answers until the end of"), required=False, widget=day(),
        help_text=_("Left empty: a day before it begins."),
    )  # fmt: skip
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=2_000)
    friends = forms.IntegerField(
        label=_("Friends a guest may bring"), min_value=0, max_value=5, required=False
    )
    offer = forms.CharField(
        label=_("Offer to the group"), max_length=300, required=False,
        help_text=_("A condition that holds on the day, such as a price from 20 boxes on."),
    )  # fmt: skip
    offer_en = forms.CharField(label=_("Offer in English"), max_length=300, required=False)
    products = forms.MultipleChoiceField(
        label=_("What guests may ask to hear more of"), required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=_("Ticked by a guest it becomes an opportunity of their manager."),
    )  # fmt: skip
    invitation = forms.ChoiceField(
        label=_("Message that invites"), required=False,
        help_text=_("Without one every manager invites by phone or in person."),
    )  # fmt: skip
    reminder = forms.ChoiceField(label=_("Message that reminds"), required=False)
    seat_message = forms.ChoiceField(
        label=_("Message when a seat becomes free"), required=False
    )
    remind_days = forms.IntegerField(
        label=_("Remind so many days before"), min_value=1, max_value=14, initial=3,
        help_text=_("And once more the day before."),
    )  # fmt: skip
    rest_days = forms.IntegerField(
        label=_("Nobody who was asked within days"), min_value=0, max_value=365, initial=60
    )
    rate = forms.IntegerField(
        label=_("Of a hundred invited come, about"), min_value=1, max_value=100, required=False,
        help_text=_("Left empty: as it was with this kind, or 25 before the first ones."),
    )  # fmt: skip
    share = forms.IntegerField(
        label=_("Of a hundred proposed are left out by lot"), min_value=0, max_value=50,
        initial=10,
        help_text=_("They are the comparison. With none the effect cannot be known."),
    )  # fmt: skip
    outcome = forms.ChoiceField(label=_("Measured by"))
    effect_days = forms.IntegerField(
        label=_("So many days after it"), min_value=7, max_value=365, initial=60
    )

    def __init__(
        self, data: Any = None, *, viewer: Person, at: datetime, salon: Salon | None = None
    ) -> None:
        super().__init__(data, initial=_initial(salon) if salon else _usual(viewer, at))
        self.viewer, self.salon = viewer, salon
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ModelChoiceField)
        kinds.queryset = Kind.objects.filter(is_retired=False)
        if salon:
            kinds.queryset = Kind.objects.filter(pk=salon.kind_id) | kinds.queryset
        for name, choices in _choices(viewer, salon).items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        if salon and salon.state != Salon.State.DRAFT:
            for name in ("segment", "share", "outcome", "effect_days", "rate"):
                self.fields[name].disabled = True
        dress(self)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        begins, ends = found.get("begins"), found.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("It ends before it begins."))
        on, answer_on = found.get("on"), found.get("answer_on")
        if on and answer_on and answer_on > on:
            self.add_error("answer_on", _("Answers come before it begins."))
        return found

    def told(self) -> dict[str, Any]:
        """What `actions.make` and `actions.change` take."""
        given, zone = self.cleaned_data, core.time_zone()
        begins = datetime.combine(given["on"], given["begins"], zone)
        until = begins - timedelta(days=1)
        if given["answer_on"]:
            evening = datetime.combine(given["answer_on"], time.max, zone)
            until = min(begins, evening.replace(microsecond=0))
        rate = given["rate"]
        return {
            **{name: given[name] for name in SAME},
            "kind": given["kind"],
            "friends": given["friends"] if given["friends"] is not None else 0,
            "branch": next(u for u in queries.places(self.viewer) if u.code == given["branch"]),
            "host": self._host(given["host"]),
            "begins_at": begins,
            "ends_at": datetime.combine(given["on"], given["ends"], zone),
            "answer_by": until,
            "assumed_rate": rate / 100 if rate else None,
            "held_out": given["share"] / 100,
        }

    def _host(self, username: str) -> Person | None:
        if self.salon and self.salon.host and self.salon.host.username == username:
            return self.salon.host
        return core.people(self.viewer).filter(username=username).first()


def _initial(salon: Salon) -> dict[str, Any]:
    zone = core.time_zone()
    begins, ends = (timezone.localtime(at, zone) for at in (salon.begins_at, salon.ends_at))
    return {
        **{name: getattr(salon, name) for name in SAME},
        "kind": salon.kind_id,
        "branch": salon.branch.code,
        "host": salon.host.username if salon.host else "",
        "on": begins.date(),
        "begins": begins.time(),
        "ends": ends.time(),
        "answer_on": timezone.localtime(salon.answer_by, zone).date(),
        "rate": round(salon.assumed_rate * 100) if salon.assumed_rate else None,
        "share": round(salon.held_out * 100),
    }


def _usual(viewer: Person, at: datetime) -> dict[str, Any]:
    return {
        "branch": viewer.org_unit.code,
        "host": viewer.username,
        "on": core.local_date(at) + timedelta(days=21),
        "begins": time(14, 30),
        "ends": time(16, 30),
        "outcome": usual_outcome(),
    }


def _choices(viewer: Person, salon: Salon | None) -> dict[str, list[tuple[str, Any]]]:
    people = core.people(viewer).filter(is_active=True).order_by("org_unit", "username")
    groups = [(each.public_id, each.name) for each in segments.segments(viewer)]
    if salon and salon.segment and salon.segment not in dict(groups):
        groups.append((salon.segment, salon.audience or salon.segment))
    hosts = {each.username: str(each) for each in people[:500]}
    if salon and salon.host:
        hosts.setdefault(salon.host.username, str(salon.host))
    nobody = [("", _("Nobody by name"))]
    said = [("", _("None"))]
    marketing = said + _messages("marketing")
    return {
        "segment": [("", _("Choose a segment")), *groups],
        "branch": [(each.code, str(each)) for each in queries.places(viewer)],
        "host": nobody + list(hosts.items()),
        "products": list(products.names().items()),
        "invitation": marketing,
        "reminder": marketing + _messages("service"),
        "seat_message": marketing + _messages("service"),
        "outcome": [(each.value, each.label) for each in MEASURED],
    }


def _messages(purpose: str) -> list[tuple[str, Any]]:
    language = get_language() or "zh"
    found = content.messages_in_force(purpose=purpose)
    return [
        (each.code, each.body.title.of(language))
        for each in found
        if isinstance(each.body, Message)
    ]
