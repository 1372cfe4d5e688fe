"""Words of stages and types in templates."""

from django.template import Library

from regulars.server.segments import forms

register = Library()


@register.filter
def stage_words(code: str) -> str:
    """`{{ row.stage|stage_words }}`."""
    return str(forms.STAGES.get(code, code))


@register.filter
def quiet_words(code: str) -> str:
    return str(forms.QUIET.get(code, code))


@register.filter
def type_words(code: str) -> str:
    return forms.type_words(code)
