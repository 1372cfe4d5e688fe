"""What may be set of a trigger, and the form in which a company writes one of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.care.models import Card
from regulars.server.care.rules import own
from regulars.server.care.rules.shape import Pack, Priority, Trigger
from regulars.server.channels.models import Touch
from regulars.server.products.models import Product
from regulars.server.web.forms import dress

PACKS = [
    (Pack.OWN, _("Made by us")),
    (Pack.UNIVERSAL, pgettext_lazy("trade", "Every trade")),
    (Pack.BANK, pgettext_lazy("trade", "Retail bank")),
    (Pack.CORPORATE, pgettext_lazy("trade", "Corporate bank")),
    (Pack.INSURANCE, pgettext_lazy("trade", "Insurance")),
    (Pack.AUTO, pgettext_lazy("trade", "Car dealer")),
    (Pack.ESTATE, pgettext_lazy("trade", "Real estate")),
    (Pack.RETAIL, pgettext_lazy("trade", "Shop, online or not")),
    (Pack.B2B, pgettext_lazy("trade", "Supplier of companies")),
]
CLASSES = [
    (2, _("2 May be lost")),
    (3, _("3 Ends or is due")),
    (4, _("4 Growth")),
    (5, _("5 Care and greetings")),
]
WAYS = [
    *((value, label) for value, label in Touch.Channel.choices if value != "other"),
    ("app", _("App")),
]
KINDS = [
    (own.SEGMENT, _("A customer comes into a segment")),
    (own.EVENT, _("Something happens")),
    (own.MOVE, _("A payment or purchase")),
    (own.DATE, _("Days before or after a date")),
]
OPS = [
    ("", _("any")),
    ("ge", pgettext_lazy("compare", "at least")),
    ("le", pgettext_lazy("compare", "at most")),
    ("eq", pgettext_lazy("compare", "exactly")),
]
DATES = [
    ("matures_on", _("a holding matures or ends")),
    ("opened_on", _("a holding began")),
    ("closed_on", _("a holding was closed")),
    ("birth_date", _("birthday")),
    ("since", _("anniversary as a customer")),
    (own.SENT, _("a date of our own, from our systems")),
]
MORE = 1200


class Days(forms.CharField):
    """Numbers of days, the order kept: "30, 7, 1"."""

    def to_python(self, value: Any) -> Any:
        given = super().to_python(value) or ""
        parts = [p for p in given.replace("，", ",").replace("、", ",").split(",") if p.strip()]
        try:
            return [int(part) for part in parts]
        except ValueError:
            raise forms.ValidationError(_("Write numbers with commas: 30, 7, 1.")) from None

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class Numbers(forms.Form):
    """What every trigger has: how soon, how long, how likely, by which ways."""

    priority = forms.TypedChoiceField(label=_("Class"), choices=CLASSES, coerce=int)
    deadline = forms.IntegerField(
        label=_("Working days until it is due"), min_value=0, max_value=60
    )
    minutes = forms.IntegerField(label=_("Minutes it takes"), min_value=1, max_value=240)
    percent = forms.FloatField(
        label=_("How often it changes something, in per cent"),
        min_value=0,
        max_value=100,
        help_text=_(
            "An assumption until outcomes say better; it orders the day by expected gain."
        ),
    )
    channels = forms.MultipleChoiceField(
        label=_("Ways of contact"),
        choices=WAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The customer's own wish comes before them."),
    )
    first = forms.ChoiceField(label=_("First of them"), choices=WAYS, required=False)
    stages = Days(
        label=_("Steps in days"),
        required=False,
        max_length=60,
        help_text=_("With commas, such as 30, 7, 1."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def ways(self) -> list[str]:
        """The ways ticked, that which goes first in front."""
        ticked = list(self.cleaned_data["channels"])
        first = self.cleaned_data.get("first")
        return sorted(ticked, key=lambda way: way != first)


class TuneForm(Numbers):
    """The company's own numbers for one trigger."""

    cap = forms.IntegerField(
        label=_("New cards of it for one person in a day, at most"),
        required=False,
        min_value=1,
        max_value=200,
        help_text=_("The best first; the others come on the days after. Empty: no limit."),
    )

    holdout = forms.IntegerField(
        label=_("Left alone for comparison, per cent of those it finds"),
        required=False,
        min_value=0,
        max_value=50,
        help_text=_(
            "They get no card of this trigger, so that one learns what its cards bring. 10 is "
            "good for marketing; service is owed to everybody."
        ),
    )

    def __init__(
        self, trigger: Trigger, *args: Any, stages: Sequence[int], steps: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.trigger, self.steps = trigger, steps
        if trigger.priority == Priority.PROMISE:
            del self.fields["priority"]
        if not steps:
            del self.fields["stages"]

    @staticmethod
    def shown(
        trigger: Trigger, *, stages: Sequence[int], cap: int | None, holdout: float = 0.0
    ) -> dict[str, Any]:
        return {
            "priority": int(trigger.priority),
            "deadline": trigger.deadline,
            "minutes": trigger.minutes,
            "percent": round(100 * trigger.chance, 2),
            "channels": list(trigger.channels),
            "first": trigger.channels[0] if trigger.channels else "",
            "stages": list(stages),
            "cap": cap,
            "holdout": round(100 * holdout) or None,
        }

    def values(self, as_shipped: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be kept: the numbers that differ from those shipped."""
        found = dict(self.cleaned_data)
        given = {
            "deadline": found["deadline"],
            "minutes": found["minutes"],
            "chance": round(found["percent"] / 100, 4),
            "channels": self.ways(),
        }
        if "priority" in self.fields:
            given["priority"] = found["priority"]
        if "stages" in self.fields:
            given["stages"] = found["stages"]
        kept = {k: None if v == as_shipped[k] else v for k, v in given.items()}
        alone = found["holdout"] / 100 if found["holdout"] else None
        return kept | {"cap": found["cap"], "holdout": alone}


class OwnForm(Numbers):
    """A trigger of the company's own, without code."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=40, required=False)
    name_en = forms.CharField(
        label=pgettext_lazy("trigger", "Name in English"), max_length=60, required=False
    )
    kind = forms.ChoiceField(
        label=_("What it waits for"), choices=KINDS, widget=forms.RadioSelect
    )
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    already = forms.BooleanField(label=_("Count those who are in it already"), required=False)
    event = forms.CharField(
        label=_("Kind of event"),
        max_length=40,
        required=False,
        help_text=_("As your systems send it: branch_visit, survey, test_drive."),
    )
    event_op = forms.ChoiceField(label=_("Its value is"), choices=OPS, required=False)
    event_value = forms.FloatField(label=pgettext_lazy("event", "Value"), required=False)
    event_ref = forms.CharField(label=_("And it names"), max_length=60, required=False)
    move = forms.CharField(
        label=_("Kind of transaction"),
        max_length=40,
        required=False,
        help_text=_("purchase, payroll, outflow, refund ..."),
    )
    move_op = forms.ChoiceField(label=_("Its amount is"), choices=OPS, required=False)
    move_amount = forms.FloatField(label=_("Amount"), required=False, min_value=0)
    product = forms.CharField(label=_("Product code"), max_length=60, required=False)
    category = forms.CharField(label=_("Category"), max_length=60, required=False)
    date = forms.ChoiceField(label=_("Date"), choices=DATES, required=False)
    holding = forms.ChoiceField(
        label=_("Kind of product"), choices=Product.Kind.choices, required=False
    )
    named = forms.CharField(
        label=_("Name of the date"),
        max_length=40,
        required=False,
        help_text=_(
            "As your systems send it, as a kind of event: lease_ends, car_registered. "
            "A later word on the same thing replaces the date."
        ),
    )
    yearly = forms.BooleanField(label=_("Each year on that day"), required=False)
    way = forms.ChoiceField(
        label=pgettext_lazy("days", "Before or after"),
        choices=[(own.BEFORE, _("days before it")), (own.AFTER, _("days after it"))],
        required=False,
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        choices=[
            ("service", pgettext_lazy("purpose", "Service")),
            ("marketing", pgettext_lazy("purpose", "Marketing: only those who agreed")),
        ],
        widget=forms.RadioSelect,
    )
    desk = forms.ChoiceField(label=_("On whose list"), choices=Card.Desk.choices)
    rest = forms.IntegerField(
        label=_("Days without a second word"),
        min_value=0,
        max_value=730,
        help_text=_("0: each cycle speaks."),
    )
    say_zh = forms.CharField(
        label=_("What to say, in Chinese"),
        required=False,
        max_length=MORE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    say_en = forms.CharField(
        label=_("What to say, in English"),
        required=False,
        max_length=MORE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    hint_zh = forms.CharField(
        label=_("Note for the speaker, in Chinese"), required=False, max_length=400
    )
    hint_en = forms.CharField(
        label=_("Note for the speaker, in English"), required=False, max_length=400
    )
    USUAL: Mapping[str, Any] = {
        "kind": own.SEGMENT, "purpose": "service", "priority": 4, "desk": "rm", "deadline": 3,
        "minutes": 10, "percent": 5.0, "channels": ["call"], "first": "call", "rest": 30,
        "way": own.BEFORE,
    }  # fmt: skip

    def __init__(self, *args: Any, segments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"].choices = [("", "—"), *segments]  # type: ignore[attr-defined]  # a ChoiceField

    @staticmethod
    def shown(body: Mapping[str, Any]) -> dict[str, Any]:
        """A kept body as the form shows it."""
        find = body["find"]
        ways = list(body["channels"])
        found = {
            f"{name}_{lang}": body[name].get(lang, "")
            for name in ("name", "say", "hint")
            for lang in ("zh", "en")
        }
        found |= {
            name: body[name]
            for name in ("purpose", "priority", "desk", "deadline", "minutes", "rest", "stages")
        }
        return found | {
            "percent": round(100 * body["chance"], 2),
            "channels": ways,
            "first": ways[0],
            "kind": find["kind"],
            **{k: v for k, v in find.items() if k not in ("kind", "op", "value", "ref")},
            "event_op": find.get("op", ""),
            "event_value": find.get("value"),
            "event_ref": find.get("ref", ""),
            "move_op": find.get("op", ""),
            "move_amount": find.get("amount"),
        }

    def body(self) -> dict[str, Any]:
        """What is kept of the form; `rules.own` reads it."""
        found = self.cleaned_data
        texts = {
            name: {lang: found[f"{name}_{lang}"].strip() for lang in ("zh", "en")}
            for name in ("name", "say", "hint")
        }
        numbers = {n: found[n] for n in ("priority", "desk", "deadline", "minutes", "rest")}
        return {
            **texts,
            **numbers,
            "purpose": found["purpose"],
            "chance": round(found["percent"] / 100, 4),
            "channels": self.ways(),
            "stages": [] if found["kind"] == own.SEGMENT else found["stages"],
            "find": self._find(found),
        }

    @staticmethod
    def _find(found: Mapping[str, Any]) -> dict[str, Any]:
        kind = found["kind"]
        if kind == own.SEGMENT:
            return {"kind": kind, "segment": found["segment"], "already": found["already"]}
        if kind == own.EVENT:
            return {
                "kind": kind, "event": found["event"].strip(), "op": found["event_op"],
                "value": found["event_value"], "ref": found["event_ref"].strip(),
            }  # fmt: skip
        if kind == own.MOVE:
            return {
                "kind": kind, "move": found["move"].strip(), "op": found["move_op"],
                "amount": found["move_amount"], "product": found["product"].strip(),
                "category": found["category"].strip(),
            }  # fmt: skip
        return {
            "kind": kind, "date": found["date"], "way": found["way"],
            "holding": found["holding"] if found["date"] in own.HELD else "",
            "named": found["named"].strip() if found["date"] == own.SENT else "",
            "yearly": found["yearly"] and found["date"] in own.COMES_ROUND,
        }  # fmt: skip

    def blame(self, error: own.Unreadable) -> None:
        """Write beside the field what `rules.own` found wrong, in the reader's language."""
        places = {
            "name": "name_zh", "say": "say_zh", "value": "event_value",
            "amount": "move_amount", "chance": "percent",
        }  # fmt: skip
        field = places.get(error.field, error.field)
        self.add_error(field if field in self.fields else None, told(error.field))


def told(field: str) -> str:
    """What is wrong with a field of an own trigger."""
    return {
        "name": gettext("Give it a name, in one language at least."),
        "say": gettext("Say what to say, in one language at least."),
        "segment": gettext("Choose a segment."),
        "event": gettext("Name the kind in lower-case letters and underscores: branch_visit."),
        "move": gettext("Name the kind in lower-case letters and underscores: purchase."),
        "value": gettext("Give the value to compare with."),
        "amount": gettext("Give the amount to compare with."),
        "date": gettext("Choose a date."),
        "named": gettext("Name the date in lower-case letters and underscores: lease_ends."),
        "holding": gettext("Choose the kind of product."),
        "channels": gettext("Choose one way at least."),
        "stages": gettext(
            "Say how many days before or after, such as 30, 7; a day of each year takes one "
            "number before it."
        ),
    }.get(field, gettext("This cannot be used. Correct it."))
