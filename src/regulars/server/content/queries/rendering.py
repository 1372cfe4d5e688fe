"""Messages filled in for many customers: the words of each, or why there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.content.models import Version
from regulars.server.content.queries.library import InForce
from regulars.server.content.rules.liquid import markup
from regulars.server.content.rules.liquid.rendering import NotRendered, Template, template
from regulars.server.content.rules.message_fields import Situation, known, nested
from regulars.server.content.rules.messages import is_personal, paths, text_of
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import Message
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

AT_ONCE = 1_000  # customers whose values are asked with the same few queries


@dataclass(frozen=True)
class Rendered:
    """What one customer gets, in which version; or `reason` and `field` say why nothing.

    `reason` is one of: missing, value, limit, source, no_profiling, no_words, not_seen.
    """

    customer: int
    code: str
    version: int
    wording: str
    language: str
    subject: str = ""
    text: str = ""
    html: str = ""
    reason: str = ""
    field: str = ""
    inner: str = ""  # the letter without its frame, for pages of ours

    @property
    def said(self) -> str:
        """Why there are no words, as a sentence."""
        return _said(self.reason, self.field)


@dataclass(frozen=True)
class Sendable:
    """A message in one version, ready to be rendered many times."""

    code: str
    number: int
    message: Message

    @cached_property
    def paths(self) -> frozenset[str]:
        return paths(self.message, known)

    @cached_property
    def roots(self) -> frozenset[str]:
        return frozenset(path.partition(".")[0] for path in self.paths)

    @cached_property
    def is_personal(self) -> bool:
        return is_personal(self.message, known)


@dataclass
class _Press:
    """The prepared sources of one wording in one language."""

    subject: Template | None
    text: Template
    html: Template | None
    sender: str


def sendable(one: Version | InForce) -> Sendable:
    """A version, or what is in force, as it is rendered."""
    if isinstance(one, InForce):
        body, code, number = one.body, one.code, one.version
    else:
        body, code, number = read(one.text.kind, one.body), one.text.code, one.number
    assert isinstance(body, Message)
    return Sendable(code, number, body)


def rendered(
    viewer: Person,
    sending: Sendable,
    customers: Sequence[int],
    *,
    on: date,
    wordings: Mapping[int, str] | None = None,
    languages: Mapping[int, str] | None = None,
    given: Mapping[int, Mapping[str, Any]] | None = None,
) -> Iterator[Rendered]:
    """Yield what each customer gets, in the order asked.

    `wordings` says who gets B, `languages` who gets another language than their own, `given`
    values that the sender knows of a customer, by path: before what anybody else says.

    A customer whom the viewer may not see, or of whom a value is missing that the words need,
    gets nothing and the reason. Values are read for a thousand customers at once.
    """
    chosen, house = wordings or {}, _house()
    for start in range(0, len(customers), AT_ONCE):
        ids = customers[start : start + AT_ONCE]
        seen = {one.pk: one for one in _customers(viewer, ids)}
        own = {pk: (languages or {}).get(pk, one.language) for pk, one in seen.items()}
        spoken = {pk: sending.message.language_for(one) for pk, one in own.items()}
        values = _values(viewer, sending, seen, spoken, on)
        for pk in values:
            values[pk] |= (given or {}).get(pk, {})
        for pk in ids:
            name = chosen.get(pk, "A")
            if pk not in seen:
                yield Rendered(pk, sending.code, sending.number, name, "", reason="not_seen")
                continue
            yield _one(sending, seen[pk], name, spoken[pk], values[pk], house)


def _customers(viewer: Person, ids: Sequence[int]) -> list[Customer]:
    found = Customer.objects.visible_to(viewer).filter(pk__in=ids).order_by("pk")
    return list(found.select_related("book__owner", "book__backup", "book__org_unit"))


def _values(
    viewer: Person,
    sending: Sendable,
    seen: Mapping[int, Customer],
    languages: Mapping[int, str],
    on: date,
) -> dict[int, dict[str, Any]]:
    """The values that the message names, by customer: each provider once a language."""
    wanted = sending.paths
    found: dict[int, dict[str, Any]] = {pk: {} for pk in seen}
    for language in sorted(set(languages.values())):
        group = [one for pk, one in seen.items() if languages[pk] == language]
        asked = Situation(viewer, on, language)
        with translation.override("zh-hans" if language == "zh" else "en"):
            for provider in known.asked(wanted):
                for pk, values in provider(group, asked).items():
                    found[pk] |= {p: v for p, v in values.items() if p in wanted}
    return found


def _one(
    sending: Sendable,
    customer: Customer,
    name: str,
    language: str,
    values: Mapping[str, Any],
    house: tuple[str, str, str],
) -> Rendered:
    about = (customer.pk, sending.code, sending.number, name, language)
    if sending.is_personal and customer.no_profiling:
        return Rendered(*about, reason="no_profiling")
    press = _press(sending.message, name, language, *house)
    if press is None:
        return Rendered(*about, reason="no_words")
    try:
        subject, text, inner = _printed(press, nested(values, sending.roots))
    except NotRendered as error:
        return Rendered(*about, reason=error.why, field=error.what)
    if press.html is None:
        return Rendered(*about, subject, text)
    letter = markup.framed(inner, sender=press.sender, subject=subject, language=language)
    return Rendered(*about, subject, text, letter, inner=inner)


def _printed(press: _Press, values: Mapping[str, Any]) -> tuple[str, str, str]:
    text = press.text.render(values)
    if not text:
        raise NotRendered("no_words")
    subject = " ".join(press.subject.render(values).split()) if press.subject else ""
    return subject, text, press.html.render(values) if press.html else ""


def _house() -> tuple[str, str, str]:
    company = core.company()
    if company is None:
        return "CNY", "", ""
    return company.currency, company.name, company.name_en


@lru_cache(maxsize=128)
def _press(
    message: Message, name: str, language: str, currency: str, sender: str, sender_en: str
) -> _Press | None:
    place = "AB".find(name)
    if not 0 <= place < len(message.wordings):
        return None
    subject, text, html = text_of(message.wordings[place], language)
    if not text:
        return None
    by_mail = message.channel == "email"
    letter = html or markup.from_text(text)
    return _Press(
        subject=template(subject, language, currency) if subject else None,
        text=template(text, language, currency),
        html=template(letter, language, currency, html=True) if by_mail else None,
        sender=sender if language == "zh" or not sender_en else sender_en,
    )


def _said(reason: str, path: str) -> str:
    if reason == "missing":
        one = known.fields.get(path)
        named = one.label.of(get_language() or "zh") if one else path
        return _(
            "“%(field)s” is not known of this customer, and the words give no default."
        ) % {"field": named}
    return {
        "": "",
        "value": _("A value does not fit the way it is to be written."),
        "limit": _("The words would be longer than a message may be."),
        "source": _("The words were changed past the check."),
        "no_profiling": _(
            "The customer refused profiling, and this message says what was computed."
        ),
        "no_words": _("Nothing is left of the words for this customer."),
        "not_seen": _("This customer is not one of yours."),
    }[reason]
