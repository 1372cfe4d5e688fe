"""What pydantic finds wrong with a request, in our words and the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

# By the type of the error; placeholders are those of its context. Others keep pydantic's words.
WORDS: Mapping[str, Any] = {
    "missing": gettext_lazy("This field is needed."),
    "extra_forbidden": gettext_lazy("There is no such field. See the documentation."),
    "string_type": gettext_lazy("Write a text, between quotation marks."),
    "string_too_short": gettext_lazy("Write at least %(min_length)s characters."),
    "string_too_long": gettext_lazy("Write at most %(max_length)s characters."),
    "string_pattern_mismatch": gettext_lazy("The text must be of the form %(pattern)s."),
    "int_type": gettext_lazy("Write a whole number."),
    "int_parsing": gettext_lazy("Write a whole number."),
    "int_from_float": gettext_lazy("Write a whole number."),
    "bool_type": gettext_lazy("Write true or false."),
    "bool_parsing": gettext_lazy("Write true or false."),
    "greater_than_equal": gettext_lazy("Write %(ge)s or more."),
    "less_than_equal": gettext_lazy("Write %(le)s or less."),
    "list_type": gettext_lazy("Write a list, between square brackets."),
    "too_short": gettext_lazy("The list is shorter than %(min_length)s."),
    "too_long": gettext_lazy("The list is longer than %(max_length)s."),
    "dict_type": gettext_lazy("Write an object, between braces."),
    "model_type": gettext_lazy("Write an object, between braces."),
    "model_attributes_type": gettext_lazy("Write an object, between braces."),
    "literal_error": gettext_lazy("Write one of: %(expected)s."),
    "union_tag_invalid": gettext_lazy("%(discriminator)s is one of: %(expected_tags)s."),
    "union_tag_not_found": gettext_lazy("%(discriminator)s is missing; it says what follows."),
    "timezone_aware": gettext_lazy("Write the moment with its offset, such as +08:00."),
    "datetime_type": gettext_lazy("Write a moment as 2026-11-22T00:00:00+08:00."),
    "datetime_parsing": gettext_lazy("Write a moment as 2026-11-22T00:00:00+08:00."),
    "datetime_from_date_parsing": gettext_lazy("Write a moment as 2026-11-22T00:00:00+08:00."),
}


def in_words(error: Mapping[str, Any]) -> str:
    """Say one error of pydantic; a rule of ours has brought its own words."""
    told = error.get("ctx") or {}
    if error["type"] == "value_error":
        return str(told.get("error") or error["msg"])
    words = WORDS.get(error["type"])
    if words is None:
        return str(error["msg"])
    named = {name: _listed(value) for name, value in told.items()}
    return str(words) % named if named else str(words)


def _listed(value: Any) -> Any:
    """Pydantic joins the last of several values with an English word."""
    return value.replace(" or ", ", ") if isinstance(value, str) else value
