"""What is wrong with a message, told as sentences with their place."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from regulars.server.content.rules.liquid.checking import TAGS as LIQUID_TAGS
from regulars.server.content.rules.liquid.checking import Problem
from regulars.server.content.rules.liquid.markup import TAGS as HTML_TAGS
from regulars.server.content.rules.liquid.values import FILTERS
from regulars.server.content.rules.messages import Trouble


def told_trouble(one: Trouble) -> str:
    """“A, Chinese, text, line 2, character 5: …”"""
    return f"{_place(one)}{_(': ')}{_told(one.problem)}"


def _place(one: Trouble) -> str:
    part = PARTS[one.part]
    language = {"zh": _("Chinese"), "en": _("English")}[one.language]
    words = [_("Wording %(name)s") % {"name": one.wording}, language, str(part)]
    if one.problem.code in PLACED:
        words += [
            _("line %(line)s") % {"line": one.problem.line},
            _("character %(column)s") % {"column": one.problem.column},
        ]
    return _(", ").join(words)


PARTS: Mapping[str, Promise] = {
    "subject": pgettext_lazy("part of a message", "subject"),
    "text": pgettext_lazy("part of a message", "text"),
    "html": gettext_lazy("HTML"),
}
PURPOSES: Mapping[str, Promise] = {
    "marketing": gettext_lazy("Marketing"),
    "service": gettext_lazy("Service notice"),
    "survey": pgettext_lazy("purpose of a message", "Survey"),
    "greeting": gettext_lazy("Greeting"),
}
PLACED = {
    *("field", "filter", "tag", "range", "syntax", "sensitive", "purpose"),
    *("shadow", "value", "markup"),
}


def _told(problem: Problem) -> str:
    sentences = {
        "field": _("“%(written)s” is no field."),
        "filter": _("“%(written)s” is no filter. There are: %(filters)s."),
        "tag": _("“%(written)s” is no tag. There are: %(tags)s."),
        "range": _("Ranges are not there: a message has no loops."),
        "syntax": _("The braces do not fit together here."),
        "long": _("It has %(written)s characters; at most %(meant)s are kept."),
        "sensitive": _("“%(written)s” is sensitive and is never said in a message."),
        "purpose": _("“%(written)s” may stand in messages of this purpose only: %(meant)s."),
        "shadow": _("“%(written)s” is the name of a field. Take another name."),
        "value": _("The filter “%(written)s” does not fit this field."),
        "markup": _("“%(written)s” is not kept. HTML may have: %(html)s."),
        "text_long": _("It has %(written)s characters; this channel takes %(meant)s."),
        "signature": _("Leave “%(written)s” out: the channel puts the signature on."),
        "opt_out": _("Leave “%(written)s” out: the channel puts the words to refuse on."),
        "no_subject": _("An e-mail needs a subject."),
        "no_language": _("No language is written in every wording. Write B in one that A has."),
    }
    told = sentences[problem.code] % {
        "written": problem.written,
        "meant": str(PURPOSES.get(problem.meant, problem.meant)),
        "filters": ", ".join(FILTERS),
        "tags": ", ".join(LIQUID_TAGS),
        "html": " ".join(sorted(HTML_TAGS)),
    }
    if problem.code == "field" and problem.meant:
        space = "" if (get_language() or "zh").startswith("zh") else " "
        told += space + _("Did you mean %(field)s?") % {"field": problem.meant}
    return told
