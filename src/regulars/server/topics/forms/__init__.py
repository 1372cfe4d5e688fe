"""What a person may type about topics."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.content import queries as content
from regulars.server.core import queries as core
from regulars.server.segments.models import Segment
from regulars.server.topics import rules
from regulars.server.topics.models import Topic
from regulars.server.web.forms import dress

ENDS = (
    ("12", _("in 12 hours")),
    ("24", _("in a day")),
    ("48", _("in two days")),
    ("120", _("in five days")),
)
CHANNELS = (
    ("sms", pgettext_lazy("topic", "SMS")),
    ("wecom", pgettext_lazy("topic", "WeCom")),
)


class RaiseForm(forms.Form):
    """What happened: under a minute, on a phone."""

    title = forms.CharField(label=_("What happened"), max_length=60)
    what = forms.CharField(
        label=_("In one or two sentences"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("And whom it concerns, if you know."),
    )
    own_trade = forms.BooleanField(
        label=_("It is about our own trade"), required=False, initial=True
    )
    tone = forms.ChoiceField(
        label=pgettext_lazy("topic", "Tone"),
        choices=Topic.Tone.choices,
        initial=Topic.Tone.POSITIVE,
    )
    ends = forms.ChoiceField(label=_("It is old"), choices=ENDS, initial="48")
    link = forms.URLField(
        label=pgettext_lazy("topic", "Link"),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    happened = forms.DateTimeField(
        label=_("When it happened, if not just now"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)

    def told(self, at: datetime) -> dict[str, Any]:
        given = self.cleaned_data
        moment = given["happened"]
        if moment is not None:  # the wall clock of the company, whatever the browser's is
            moment = moment.replace(tzinfo=None).replace(tzinfo=core.time_zone())
        same = ("title", "what", "own_trade", "tone", "link")
        return {name: given[name] for name in same} | {
            "happened_at": moment,
            "expires_at": at + timedelta(hours=int(given["ends"])),
        }


class WriteForm(forms.Form):
    """For whom a topic is, in which words, by which way."""

    segment = forms.ChoiceField(label=pgettext_lazy("topic", "For whom"), required=False)
    message = forms.ChoiceField(
        label=_("Message"),
        required=False,
        help_text=_("Approved ones, and the draft that was begun from this topic."),
    )
    script = forms.CharField(
        label=_("What managers say, Chinese"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It begins behind the customer's name, and becomes a card on Today."),
    )
    script_en = forms.CharField(
        label=_("What managers say, English"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_service = forms.BooleanField(
        label=_("A service notice: it says what is, and offers nothing"), required=False
    )
    alone = forms.IntegerField(
        label=_("Left alone for comparison, of a hundred"),
        min_value=0,
        max_value=50,
        initial=rules.ALONE,
    )

    def __init__(self, data: Any = None, *, topic: Topic, segments: Sequence[Segment]) -> None:
        same = ("message", "script", "script_en", "is_service", "alone")
        first = {name: getattr(topic, name) for name in same}
        first["segment"] = topic.segment.public_id if topic.segment else ""
        super().__init__(data, initial=first)
        self._segments = {one.public_id: one for one in segments}
        if topic.segment is not None:
            self._segments.setdefault(topic.segment.public_id, topic.segment)
        self.fields["segment"].choices = [  # type: ignore[attr-defined]  # a ChoiceField has choices
            ("", _("Choose a segment")),
            *((code, one.name) for code, one in self._segments.items()),
        ]
        self.fields["message"].choices = _messages(topic)  # type: ignore[attr-defined]  # as above
        dress(self)

    def told(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"segment": self._segments.get(given["segment"])}


class WhyForm(forms.Form):
    """A reason: why it is dropped, or what is to be changed."""

    why = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class ChannelForm(forms.Form):
    """By which channel the message that is begun from a topic goes."""

    channel = forms.ChoiceField(label=_("By"), choices=CHANNELS)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


def _messages(topic: Topic) -> list[tuple[str, Any]]:
    language = get_language() or "zh"
    known = {
        one.code: one.body.title.of(language)
        for one in content.messages_in_force()
        if getattr(one.body, "channel", "") in ("sms", "wecom", "email")
    }
    if topic.message:
        known.setdefault(topic.message, str(_("the draft from this topic (not approved yet)")))
    return [("", _("No message")), *known.items()]
