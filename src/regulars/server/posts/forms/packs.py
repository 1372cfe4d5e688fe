"""What a manager says of a post, and how they look beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.posts.models import Face, Mark
from regulars.server.posts.rules import LARGEST
from regulars.server.web.forms import dress


class MarkForm(forms.Form):
    """Posted, not posted and why, or taken back."""

    state = forms.ChoiceField(choices=Mark.State.choices)
    reason = forms.CharField(label=_("Why it was not posted"), max_length=200, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class FaceForm(forms.Form):
    """A manager's own card."""

    phone = forms.CharField(
        label=pgettext_lazy("card", "Telephone for customers"), max_length=30, required=False
    )
    line = forms.CharField(
        label=_("A line of your own, Chinese"), max_length=80, required=False
    )
    line_en = forms.CharField(
        label=_("A line of your own, English"), max_length=160, required=False
    )
    picture = forms.FileField(
        label=_("Your picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("PNG or JPEG, at most 2 MB. Without one your surname stands there."),
    )
    without_picture = forms.BooleanField(label=_("Without the picture"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, face: Face | None) -> None:
        given = (
            {"phone": face.phone, "line": face.line, "line_en": face.line_en} if face else {}
        )
        super().__init__(data, files, initial=given)
        if face is None or not face.ending:
            del self.fields["without_picture"]
        dress(self)

    def clean_picture(self) -> Any:
        found = self.cleaned_data["picture"]
        if found and found.size > LARGEST:
            raise forms.ValidationError(_("The picture is larger than 2 MB. Make it smaller."))
        return found

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "phone": given["phone"],
            "line": given["line"],
            "line_en": given["line_en"],
            "picture": given["picture"].read() if given["picture"] else None,
            "without_picture": bool(given.get("without_picture")),
        }
