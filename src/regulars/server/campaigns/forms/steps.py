"""What is offered, and by which ways customers are reached, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.campaigns.actions import StepTold
from regulars.server.campaigns.models import Campaign, Step
from regulars.server.web.forms import dress

STEPS = 4
WAYS = dict(Step.Channel.choices)
AFTER = [("", _("choose for whom")), *Step.After.choices]
Choices = Mapping[str, Sequence[tuple[str, str]]]


class OfferForm(forms.Form):
    """The offer, up to four steps, and the share of wording B."""

    offer = forms.ChoiceField(label=_("Offer"), choices=Campaign.Offer.choices, required=False)
    product = forms.ChoiceField(label=_("Which product"), required=False)
    bundle = forms.ChoiceField(label=_("Which bundle"), required=False)
    coupon = forms.ChoiceField(label=_("Which coupons"), required=False)
    offer_words = forms.CharField(
        label=pgettext_lazy("campaign", "In words"), max_length=300, required=False,
        help_text=_("What people who call say of it, such as a rate or a last day."),
    )  # fmt: skip
    b_share = forms.DecimalField(
        label=_("Wording B for so many, per cent"), min_value=0, max_value=90, max_digits=4,
        decimal_places=1, required=False,
        help_text=_("0: everybody gets wording A. A message needs a wording B for it."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, campaign: Campaign, messages: Choices, offers: Choices
    ) -> None:
        super().__init__(data, initial=_first(campaign))
        for name in ("product", "bundle", "coupon"):
            choices = [("", pgettext_lazy("offer", "none")), *offers.get(name, ())]
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # it has them
        grouped = [
            (str(WAYS[way]), [(f"{way}:{code}", title) for code, title in messages[way]])
            for way in WAYS
            if messages.get(way)
        ]
        for n in range(1, STEPS + 1):
            self._add(n, grouped)
        dress(self)

    def _add(self, n: int, grouped: Sequence[Any]) -> None:
        none = pgettext_lazy("step", "no further step") if n > 1 else _("choose a message")
        self.fields[f"message{n}"] = forms.ChoiceField(
            label=_("What is sent or said"), required=False, choices=[("", none), *grouped]
        )
        if n > 1:
            self.fields[f"after{n}"] = forms.ChoiceField(
                label=pgettext_lazy("campaign", "To whom"), required=False, choices=AFTER
            )
        self.fields[f"wait{n}"] = forms.IntegerField(
            label=_("Days to wait for an answer"), required=False, min_value=1, max_value=90,
            initial=3,
        )  # fmt: skip
        self.fields[f"work{n}"] = forms.IntegerField(
            label=_("Working days to call in"), required=False, min_value=1, max_value=60,
            initial=5,
        )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """The fields of each step, for the template."""
        return [
            {
                "n": n,
                "message": self[f"message{n}"],
                "after": self[f"after{n}"] if n > 1 else None,
                "wait": self[f"wait{n}"] if n > 1 else None,
                "work": self[f"work{n}"],
                "is_set": bool(self[f"message{n}"].value()),
                "is_work": str(self[f"message{n}"].value() or "").startswith(
                    ("call:", "visit:")
                ),
            }
            for n in range(1, STEPS + 1)
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind = found.get("offer")
        if kind in ("product", "bundle", "coupon") and not found.get(kind):
            self.add_error(kind, _("Choose what is offered."))
        for n in range(2, STEPS + 1):
            if found.get(f"message{n}") and not found.get(f"after{n}"):
                self.add_error(f"after{n}", _("Say for whom this step is."))
        return found

    def told(self) -> dict[str, Any]:
        """What `actions.change` takes."""
        given = self.cleaned_data
        kind = given["offer"]
        return {
            "offer": kind,
            "offer_code": given.get(kind, "")
            if kind in ("product", "bundle", "coupon")
            else "",
            "offer_words": given["offer_words"],
            "b_share": float(given["b_share"] or 0) / 100,
        }

    def steps(self) -> list[StepTold]:
        """The steps that were filled in, in order."""
        given = self.cleaned_data
        found: list[StepTold] = []
        for n in range(1, STEPS + 1):
            way, _colon, code = given.get(f"message{n}", "").partition(":")
            if code:
                after = given.get(f"after{n}", "") if found else ""
                found.append(
                    StepTold(
                        way, code, after, given.get(f"wait{n}") or 3, given.get(f"work{n}") or 5
                    )
                )
        return found


def _first(campaign: Campaign) -> dict[str, Any]:
    first: dict[str, Any] = {
        "offer": campaign.offer,
        "offer_words": campaign.offer_words,
        "b_share": round(campaign.b_share * 100, 1),
    }
    if campaign.offer:
        first[campaign.offer] = campaign.offer_code
    for step in campaign.steps.order_by("position"):
        n = step.position
        first |= {
            f"message{n}": f"{step.channel}:{step.message}", f"after{n}": step.after,
            f"wait{n}": step.wait_days, f"work{n}": step.work_days,
        }  # fmt: skip
    return first
