"""What those write who look after customers, and those who decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity
from regulars.server.reception.forms import Callable
from regulars.server.referrals import queries
from regulars.server.referrals.actions import Friend, Instead, Word
from regulars.server.referrals.forms.public import CHANNELS
from regulars.server.referrals.forms.settings import SEP, choices
from regulars.server.referrals.models import Link, Referral, Reward
from regulars.server.web.forms import dress

TOLD = [each for each in Referral.Agreed.choices if each[0] != Referral.Agreed.FORM]


class NewForm(Callable):
    """A friend of a customer, with how they agreed."""

    name = forms.CharField(label=_("The friend's name"), max_length=60)
    phone = forms.CharField(
        label=_("Phone number"), max_length=24, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail address"), required=False)
    note = forms.CharField(
        label=_("What do they look for?"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    agreed = forms.ChoiceField(
        label=_("How did the friend agree?"), choices=TOLD, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("When, and in which words"), max_length=200, required=False,
        help_text=_("It stands beside the consent as its evidence."),
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=_("News is welcome by"), choices=CHANNELS, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the friend said themselves; what the referrer says is a call."),
    )  # fmt: skip
    place = forms.ChoiceField(
        label=pgettext_lazy("referrals", "Looked after by"), required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        place: Any = self.fields["place"]
        place.choices = [("", _("Whoever looks after the referrer")), *queries.places()]
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        own = given.get("agreed") not in {None, Referral.Agreed.REFERRER}
        if own and not given.get("words", "").strip():
            self.add_error("words", gettext("Write when and how the friend said so."))
        if given.get("channels") and not own:
            told = gettext("News needs the friend's own word.")
            self.add_error("channels", told)
        return given

    def friend(self) -> Friend:
        told = self.cleaned_data
        return Friend(told["name"], told["phone"], told["email"], told["note"])

    def word(self) -> Word:
        told = self.cleaned_data
        return Word(told["agreed"], told["words"], tuple(told["channels"]))


class WordsForm(forms.Form):
    """A step, with a word on it where there is one."""

    words = forms.CharField(
        label=_("What was said"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class LoseForm(WordsForm):
    reason = forms.ChoiceField(
        label=_("Why"), widget=forms.RadioSelect,
        choices=[each for each in Referral.Lost.choices if each[0] not in {"time", "undone"}],
    )  # fmt: skip
    field_order = ["reason", "words"]


class RefuseForm(WordsForm):
    reason = forms.ChoiceField(
        label=_("Why"), choices=Referral.Refused.choices, widget=forms.RadioSelect
    )
    field_order = ["reason", "words"]


class DecideForm(WordsForm):
    """Whether what was found is in order."""

    valid = forms.TypedChoiceField(
        label=_("What you decide"),
        choices=[("yes", _("It is in order")), ("no", _("It is not valid"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ["valid", "words"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["words"].label = pgettext_lazy("decision", "What you looked at, and why")
        self.fields["words"].required = True


class HopeForm(forms.Form):
    """The opportunity to be recommended that a referral came from."""

    opportunity = forms.ChoiceField(
        label=pgettext_lazy("referrals", "Opportunity"), required=False
    )

    def __init__(
        self, data: Any = None, *, standing: Opportunity | None, known: Sequence[Opportunity]
    ) -> None:
        super().__init__(data, initial={"opportunity": standing.public_id if standing else ""})
        self.known = {each.public_id: each for each in known}
        field: Any = self.fields["opportunity"]
        field.choices = [
            ("", pgettext_lazy("opportunity", "None")),
            *((code, f"{each} · {each.customer}") for code, each in self.known.items()),
        ]
        dress(self)

    def chosen(self) -> Opportunity | None:
        return self.known.get(self.cleaned_data["opportunity"])


class TakeBackForm(WordsForm):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["words"].label = _("Why it is taken back")
        self.fields["words"].required = True


class AgainForm(WordsForm):
    """What is given in place of a reward that was not given after all."""

    SAME, NOTHING = "same", "nothing"
    what = forms.ChoiceField(label=pgettext_lazy("reward", "What is given"))
    amount = forms.IntegerField(
        label=pgettext_lazy("reward", "So much"), min_value=1, required=False,
        help_text=_("Of points. A coupon or a gift is one."),
    )  # fmt: skip
    field_order = ["what", "amount", "words"]

    def __init__(self, data: Any = None, *, row: Reward, at: datetime) -> None:
        super().__init__(data)
        field: Any = self.fields["what"]
        same = gettext("The same again: %(what)s") % {"what": queries.of_reward(row)}
        field.choices = [(self.SAME, same), *choices(at)]
        if row.state == Reward.State.WITHHELD:
            field.choices = [*field.choices, (self.NOTHING, gettext("Nothing: it stays so"))]
        self.fields["words"].label = pgettext_lazy("decision", "Why")
        self.fields["words"].required = True
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        way, sep, _thing = str(given.get("what") or "").partition(SEP)
        counted = way not in {"", self.SAME, self.NOTHING} and not sep
        if counted and not given.get("amount"):
            self.add_error("amount", gettext("Say how many."))
        return given

    @property
    def is_left(self) -> bool:
        return bool(self.cleaned_data["what"] == self.NOTHING)

    def instead(self) -> Instead | None:
        """What was chosen; nothing where it is the same again."""
        if self.cleaned_data["what"] == self.SAME:
            return None
        way, sep, thing = self.cleaned_data["what"].partition(SEP)
        return Instead(way, thing, 1 if sep else self.cleaned_data["amount"])


class LinkForm(forms.Form):
    """What friends may read of the owner, as the owner said."""

    shows = forms.ChoiceField(
        label=_("What may friends read of you?"), choices=Link.Shows.choices,
        widget=forms.RadioSelect,
        help_text=_("Ask the customer. Nothing is shown unless they allowed it."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, link: Link) -> None:
        super().__init__(data, initial={"shows": link.shows})
        dress(self)


def called(customer: Customer | None) -> str:
    """A name, or that it is of another branch."""
    return str(customer) if customer else gettext("of another branch")
