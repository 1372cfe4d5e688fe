"""What roles are called, and a difference as points."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

from regulars.server.core.models import Person
from regulars.server.training.rules.samples import Judged

register = template.Library()


@register.filter
def role(code: str) -> str:
    return str(dict(Person.ROLES).get(code, code))


@register.filter
def asked(item: Judged) -> str:
    """An item of a checklist in the reader's language."""
    zh = (get_language() or "zh").startswith("zh")
    return (item.zh or item.en) if zh else (item.en or item.zh)


@register.filter
def chosen(given: Mapping[str, str], key: str) -> str:
    """What was answered for an item before the form came back."""
    return given.get(f"a-{key}", "")
