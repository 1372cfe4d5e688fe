"""Forms of guests: added, answered, walked in, brought along, and what they say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.opportunities.models.stages import Kind
from regulars.server.products import queries as products
from regulars.server.salons.models import Guest, Salon
from regulars.server.web.forms import dress

STARS = [(str(n), str(n)) for n in range(1, 6)]
YES_NO = [("yes", pgettext_lazy("guest", "Yes")), ("no", pgettext_lazy("guest", "No"))]


class AddForm(forms.Form):
    """Whom to put on the list by hand."""

    number = forms.CharField(
        label=_("Customer number"), max_length=40,
        help_text=_("As it stands on the customer's page."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class AnswerForm(forms.Form):
    """A guest's answer, with how many they come."""

    coming = forms.ChoiceField(
        label=_("Are they coming?"), choices=YES_NO, widget=forms.RadioSelect
    )
    seats = forms.TypedChoiceField(label=_("How many in all"), coerce=int, required=False)
    wish = forms.CharField(
        label=_("What they would like to hear, or need"), max_length=200, required=False
    )

    def __init__(self, data: Any = None, *, guest: Guest) -> None:
        said = (
            "no" if guest.state == Guest.State.DECLINED else "yes" if guest.answered_at else ""
        )
        super().__init__(
            data, initial={"coming": said, "seats": guest.seats, "wish": guest.wish}
        )
        most = 1 + guest.salon.friends
        seats = self.fields["seats"]
        assert isinstance(seats, forms.TypedChoiceField)
        seats.choices = [(str(n), str(n)) for n in range(1, most + 1)]
        if most == 1:
            seats.widget = forms.HiddenInput()
        dress(self)

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "coming": given["coming"] == "yes",
            "seats": given["seats"] or 1,
            "wish": given["wish"],
        }


class PublicForm(AnswerForm):
    """The same, as a guest reads it."""

    def __init__(self, data: Any = None, *, guest: Guest) -> None:
        super().__init__(data, guest=guest)
        self.fields["coming"].label = _("Will you come?")
        self.fields["coming"].widget.choices = [
            ("yes", _("Yes, I will come")), ("no", _("No, I cannot")),
        ]  # fmt: skip
        self.fields["seats"].label = _("How many will you be?")
        self.fields["wish"].label = _("What would you like to hear, or what do you need?")


class SaidForm(forms.Form):
    """How it was, as a guest says it."""

    rating = forms.ChoiceField(
        label=_("How was it? 5 is best."), choices=STARS, widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    again = forms.ChoiceField(
        label=_("Would you come again?"), choices=YES_NO, widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    words = forms.CharField(
        label=_("What was good, what was missing?"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    interests = forms.MultipleChoiceField(
        label=_("What would you like to hear more of?"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, guest: Guest) -> None:
        again = {True: "yes", False: "no", None: ""}[guest.again]
        super().__init__(
            data,
            initial={
                "rating": str(guest.rating or ""), "again": again, "words": guest.words,
                "interests": guest.interests,
            },
        )  # fmt: skip
        offered = _offered(guest.salon)
        if offered:
            field = self.fields["interests"]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = offered
        else:
            del self.fields["interests"]
        dress(self)

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "rating": int(given["rating"]) if given["rating"] else None,
            "again": {"yes": True, "no": False}.get(given["again"]),
            "words": given["words"],
            "interests": given.get("interests", []),
        }


class HeardForm(SaidForm):
    """The same, as a member of staff heard it: with what becomes of a wish."""

    kind = forms.ChoiceField(
        label=_("A wish becomes an opportunity to"), choices=Kind.choices,
        initial=Kind.ADD_ON, required=False,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, guest: Guest) -> None:
        super().__init__(data, guest=guest)
        self.fields["again"].label = _("Would they come again?")
        self.fields["words"].label = pgettext_lazy("guest", "What they said")
        if "interests" in self.fields:
            self.fields["interests"].label = _("What they want to hear more of")
        else:
            del self.fields["kind"]

    def told(self) -> dict[str, Any]:
        return {**super().told(), "kind": self.cleaned_data.get("kind") or Kind.ADD_ON.value}


class WalkInForm(forms.Form):
    """Somebody without an invitation."""

    name = forms.CharField(label=_("Name"), max_length=60)
    phone = forms.CharField(
        label=_("Phone number"), max_length=24, widget=forms.TextInput(attrs={"type": "tel"})
    )
    agreed = forms.BooleanField(
        label=_("They agreed that we keep their name and number"), required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class FriendForm(forms.Form):
    """A friend of a guest, by the friend's own word."""

    name = forms.CharField(label=_("Name of the friend"), max_length=60)
    phone = forms.CharField(
        label=_("Phone number"), max_length=24, widget=forms.TextInput(attrs={"type": "tel"})
    )
    agreed = forms.CharField(
        label=_("How the friend agreed, in their own words"), max_length=120,
        help_text=_("Ask the friend, not the guest. Without it keep no name."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


def _offered(salon: Salon) -> list[tuple[str, str]]:
    names = products.names()
    return [(code, names[code]) for code in salon.products if code in names]
