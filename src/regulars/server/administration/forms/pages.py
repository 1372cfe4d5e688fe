"""What people type at the front door and in the administration."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.base.errors import RegularsError
from regulars.server.administration import queries
from regulars.server.core import actions as core
from regulars.server.core.models import Book, Company, OrgUnit, Person
from regulars.server.core.queries import people as colleagues
from regulars.server.web.forms import day

# The zones of the companies this is made for come first; the rest follow by name.
NEAR = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Macau", "Asia/Taipei")
# An action's refusal: the field it is about, and the reader's words for it.
WORDS: dict[type[RegularsError], tuple[str, Any]] = {
    core.UsernameTaken: ("username", _("That user name is taken. Choose another one.")),
    core.CodeTaken: ("code", _("That code is in use. Choose another one.")),
    core.LastAdministrator: (
        "",
        _("This is the only administrator. Make somebody else one first."),
    ),
}
user_name = RegexValidator(
    r"^[\w.@+-]+$", _("Use letters, digits and . @ + - _ only, without spaces.")
)


class Plain(forms.Form):
    """A form whose fields look like ours and whose refusals stand at their field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "ctl")

    def refuse(self, error: RegularsError) -> None:
        """Show a refusal of an action at the field it is about."""
        if isinstance(error, core.WeakPassword):
            # Django's validators speak the reader's language already.
            self.add_error("password", str(error))
            return
        field, words = WORDS.get(type(error), ("", str(error)))
        self.add_error(field or None, words)


class SignIn(Plain):
    username = forms.CharField(max_length=60)
    password = forms.CharField(max_length=200, strip=False)


class Password(Plain):
    """A new password, typed twice; it stays in the form when something else is wrong."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters; a few unrelated words are good."),
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(render_value=True, attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, second = typed.get("password"), typed.get("again")
        if first and second and first != second:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        return typed


def languages() -> list[tuple[str, str]]:
    """Each language in its own name."""
    return [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]


def zones() -> list[tuple[str, str]]:
    others = sorted(zone for zone in available_timezones() if "/" in zone and zone not in NEAR)
    return [(zone, zone.replace("_", " ")) for zone in (*NEAR, *others)]


TRADES = [
    *Company.Kind.choices,
    ("insurance", pgettext_lazy("trade", "Insurance")),
    ("auto", pgettext_lazy("trade", "Car dealer")),
    ("estate", pgettext_lazy("trade", "Real estate")),
    ("b2b", pgettext_lazy("trade", "Supplier of companies")),
]


class SetUp(Password):
    """A new company and the person who looks after the system."""

    name = forms.CharField(label=_("Name of the company"), max_length=120)
    kind = forms.ChoiceField(
        label=_("What it does"),
        choices=TRADES,
        initial=Company.Kind.RETAIL,
        help_text=_("Decides which tiers and reminders are offered first."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=languages)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=zones, initial="Asia/Shanghai")
    person = forms.CharField(label=_("Your name"), max_length=120)
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=[user_name],
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = [
        *("name", "kind", "time_zone", "language"),
        *("person", "username", "password", "again"),
    ]


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no [] at run time
    def label_from_instance(self, unit: OrgUnit) -> str:
        return f"{unit} ({unit.code})"


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no [] at run time
    def label_from_instance(self, person: Person) -> str:
        return f"{person} ({person.username})"


class ChangePerson(Plain):
    """Names, role and place of somebody who works here."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=120,
        required=False,
        help_text=_("Shown to those who read English. May stay empty."),
    )
    email = forms.EmailField(label=_("E-mail address"), required=False)
    wecom_userid = forms.CharField(
        label=_("WeCom account"),
        max_length=64,
        required=False,
        help_text=_("As in WeCom's address book. Messages to their customers go in this name."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Person.ROLES)
    org_unit = UnitChoice(
        label=pgettext_lazy("tree", "Branch"), queryset=OrgUnit.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, viewer: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org_unit"].queryset = queries.org_units(viewer)  # type: ignore[attr-defined]  # a UnitChoice


class NewPerson(ChangePerson, Password):
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=[user_name],
        help_text=_("For signing in. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    field_order = [
        *("name", "name_en", "role", "org_unit"),
        *("username", "email", "wecom_userid", "password", "again"),
    ]


class NewPlace(Plain):
    name = forms.CharField(label=pgettext_lazy("place", "Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=120, required=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("As in your files: imports find the branch by it."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrgUnit.Kind.choices)
    parent = UnitChoice(
        label=_("Belongs to"), queryset=OrgUnit.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, viewer: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = queries.org_units(viewer)  # type: ignore[attr-defined]  # a UnitChoice
        self.fields["kind"].initial = OrgUnit.Kind.BRANCH


class Holders(Plain):
    """Who looks after a book, and who stands in."""

    owner = PersonChoice(
        label=pgettext_lazy("book", "Owner"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody: the branch's pool"),
    )
    backup = PersonChoice(
        label=_("Backup"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=pgettext_lazy("book", "Nobody"),
        help_text=_("Sees the same customers and steps in during leave."),
    )

    def __init__(
        self, *args: Any, viewer: Person, book: Book | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner", "backup"):
            kept = [getattr(book, f"{name}_id")] if book else []
            able = colleagues(viewer).filter(Q(is_active=True) | Q(pk__in=kept))
            self.fields[name].queryset = able.order_by("org_unit__code", "username")  # type: ignore[attr-defined]  # a PersonChoice

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("owner") and typed.get("owner") == typed.get("backup"):
            self.add_error("backup", _("The backup must be somebody else than the owner."))
        return typed


class ChangeBook(Holders):
    """A book's names, and who looks after it."""

    name = forms.CharField(label=pgettext_lazy("place", "Name"), max_length=120)
    name_en = forms.CharField(
        label=_("Name in Latin letters"),
        max_length=120,
        required=False,
        help_text=_("Shown to those who read English. May stay empty."),
    )
    field_order = ["name", "name_en", "owner", "backup"]


class NewBook(ChangeBook):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("As in your files: imports find the book by it."),
    )
    org_unit = UnitChoice(
        label=pgettext_lazy("tree", "Branch"), queryset=OrgUnit.objects.none(), empty_label=None
    )
    field_order = ["name", "name_en", "code", "org_unit", "owner", "backup"]

    def __init__(self, *args: Any, viewer: Person, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["org_unit"].queryset = queries.org_units(viewer)  # type: ignore[attr-defined]  # a UnitChoice


class Settings(Plain):
    """The company's particulars."""

    name = forms.CharField(label=_("Name of the company"), max_length=120)
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=_("How it earns"),
        choices=Company.Kind.choices,
        help_text=_("The trades whose reminders are on are chosen under Triggers."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("Decides when a day begins. Facts already loaded keep their dates."),
    )
    nightly_at = forms.TimeField(
        label=_("Hour of the nightly run"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("New scores, tiers and the day's list are ready some minutes later."),
    )


class Day(Plain):
    """A day that is worked or free against the weekly rule."""

    day = forms.DateField(label=_("Day"), widget=day())
    is_workday = forms.TypedChoiceField(
        label=pgettext_lazy("day", "What it is"),
        choices=[("0", _("A free day")), ("1", _("A working day"))],
        coerce=lambda value: value == "1",
    )
    name = forms.CharField(label=pgettext_lazy("place", "Name"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands below the company's form, which has a name too.
        super().__init__(*args, auto_id="day_%s", **kwargs)


class Trail(forms.Form):
    """Filters of the audit trail; what cannot be read is left out."""

    subject = forms.CharField(required=False, max_length=80)
    actor = forms.CharField(required=False, max_length=80)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    before = forms.IntegerField(required=False, min_value=1)
