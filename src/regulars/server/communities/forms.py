"""What people type about communities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.communities.models import Community, Deed
from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Message
from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.web.forms import day, dress


class _Dressed(forms.Form):
    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        dress(self)


class CommunityForm(_Dressed):
    """What it is called and about, who leads it, how one gets in."""

    name = forms.CharField(label=_("Name, in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name, in English"), max_length=80, required=False)
    interest = forms.CharField(
        label=pgettext_lazy("community", "Interest"),
        max_length=80,
        help_text=_("What brings people together: tea, walking."),
    )
    about = forms.CharField(
        label=_("What happens here and its rules, in Chinese"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    about_en = forms.CharField(
        label=pgettext_lazy("community", "The same in English"),
        required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    place = forms.ModelChoiceField(
        label=_("In which place"), required=False, queryset=OrgUnit.objects.none(),
        empty_label=_("Whole company"),
    )  # fmt: skip
    leader = forms.ModelChoiceField(label=_("Who leads it"), queryset=Person.objects.none())
    door = forms.ChoiceField(label=_("Who may join"), choices=Community.Door.choices)

    def __init__(self, data: Any = None, *, viewer: Person, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        _offer(self, "place", core.branches(viewer))
        roles = ("rm", "manager", "leader", "lobby_manager", "marketer")
        found = Person.objects.filter(is_active=True, role__in=roles).select_related("org_unit")
        if not viewer.scope.everything:
            found = found.filter(org_unit__path__startswith=viewer.org_unit.path)
        _offer(self, "leader", found.order_by("org_unit__code", "username"))
        if not viewer.scope.everything:
            place = self.fields["place"]
            assert isinstance(place, forms.ModelChoiceField)
            place.required, place.empty_label = True, None


class EnterForm(_Dressed):
    """Take a customer in, by their number or from their page."""

    number = forms.CharField(label=_("Customer number"), max_length=60)
    agreed = forms.CharField(
        label=_("How they agreed to be written to"), required=False, max_length=120,
        help_text=_("“On the phone, 24 November”. Left empty: nothing is sent to them."),
    )  # fmt: skip


class JoinForm(_Dressed):
    """Which community, from a customer's page."""

    community = forms.ChoiceField(label=_("Community"))
    agreed = EnterForm.base_fields["agreed"]

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["community"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class CallForm(_Dressed):
    """What came of the call."""

    agreed = EnterForm.base_fields["agreed"]
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class MeetingForm(_Dressed):
    """What, when, where."""

    title = forms.CharField(label=_("What"), max_length=120)
    day = forms.DateField(label=_("Day"), widget=day())
    hour = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    where = forms.CharField(label=_("Where it is"), max_length=160)
    note = forms.CharField(
        label=_("What to bring, what to know"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def told(self) -> dict[str, Any]:
        given: dict[str, Any] = dict(self.cleaned_data)
        on: date = given.pop("day")
        return given | {"when": datetime.combine(on, given.pop("hour"), core.time_zone())}


class InviteForm(_Dressed):
    """By which approved message."""

    message = forms.ChoiceField(
        label=_("Message"),
        help_text=_("Approved; write {{ community.link }} for the own page."),
    )

    def __init__(self, data: Any = None, *, on: date) -> None:
        super().__init__(data)
        field = self.fields["message"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = messages(on)


class PostForm(_Dressed):
    """Something told to the members."""

    title = forms.CharField(label=_("Heading of the post"), max_length=120)
    text = forms.CharField(
        label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
    )
    message = forms.ChoiceField(
        label=_("Told by"), required=False,
        help_text=_("An approved message with the link; without one it is on the page only."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, on: date, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["message"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("nothing: on the members' page only")), *messages(on)]


class DeedForm(_Dressed):
    """What a member brought."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("community", "What it was"), choices=Deed.Kind.choices
    )
    words = forms.CharField(label=pgettext_lazy("community", "In words"), max_length=500)


class AskForm(_Dressed):
    """A stranger's wish to join: who they are to us."""

    name = forms.CharField(label=_("Your name"), max_length=80)
    phone = forms.CharField(
        label=_("Your phone number with us"), max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip


def messages(on: date) -> list[tuple[str, str]]:
    """Approved messages that are sent by a machine, by their titles."""
    found = []
    for one in content.messages_in_force(on=on):
        assert isinstance(one.body, Message)
        if one.body.channel in ("sms", "email", "wecom"):
            found.append((one.code, one.body.title.of(get_language() or "zh")))
    return found


def _offer(form: forms.Form, name: str, found: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = found
