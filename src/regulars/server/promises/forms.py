"""What a person may type about a promise; alone, or together with a contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.base.errors import BadInput
from regulars.server.core import queries as core
from regulars.server.promises import actions
from regulars.server.web.forms import dress


class PromisePart(forms.Form):
    """What is promised and until when: three fields for a form of its own or for another.

    A form that inherits this one shows `promise`, `promise_on` and `promise_at`, sets `moment`
    before it is validated, and gives `promised()` to `actions.make`. Left empty, nothing is
    promised.
    """

    moment: datetime  # at which the form is looked at
    promise = forms.CharField(
        label=_("Promised"),
        required=False,
        max_length=300,
        help_text=_("What the customer can count on, such as “send the written quote”."),
    )
    promise_on = forms.DateField(
        label=_("Until when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    promise_at = forms.TimeField(
        label=_("Hour, where one was named"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        text, day = found.get("promise"), found.get("promise_on")
        if text:
            self._try("promise", lambda: actions.check_text(text))
        if text and not day and "promise_on" not in self.errors:
            self.add_error("promise_on", _("Say until when: a promise without a day is none."))
        if day and not text and "promise" not in self.errors:
            self.add_error("promise", _("Write what will be done until that day."))
        if text and day:
            hour = found.get("promise_at")
            self._try("promise_on", lambda: actions.check_due(day, hour, at=self.moment))
        return found

    def promised(self) -> dict[str, Any] | None:
        """What `actions.make` takes; None where nothing is promised."""
        given = self.cleaned_data
        if not given.get("promise"):
            return None
        return {
            "text": given["promise"],
            "due_on": given["promise_on"],
            "due_hour": given.get("promise_at"),
        }

    def _try(self, field: str, check: Callable[[], object]) -> None:
        try:
            check()
        except BadInput as error:
            self.add_error(field, str(error))


class PromiseForm(PromisePart):
    """A promise by itself."""

    to_whom = forms.CharField(
        label=pgettext_lazy("promise", "To whom"),
        required=False,
        max_length=120,
        help_text=_("Where it is not the customer in person, such as the finance manager."),
    )
    field_order = ["promise", "promise_on", "promise_at", "to_whom"]

    def __init__(self, data: Any = None, *, at: datetime) -> None:
        super().__init__(data)
        self.moment = at
        self.fields["promise"].required = self.fields["promise_on"].required = True
        self.fields["promise_on"].widget.attrs["min"] = core.local_date(at).isoformat()
        dress(self)

    def told(self) -> dict[str, Any]:
        return {**(self.promised() or {}), "to_whom": self.cleaned_data["to_whom"]}


class WithdrawForm(forms.Form):
    """Why a promise is taken back."""

    reason = forms.CharField(
        label=_("Why it is taken back, and what the customer was told"), max_length=300
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
