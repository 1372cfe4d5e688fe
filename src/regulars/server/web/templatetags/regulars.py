"""The tags of every template; a builtin library, so no page loads it."""

from django.template import Library

from regulars.server.web.templatetags import assets, figures, frame, parts, pictures

register = Library()
for part in (assets, figures, frame, parts, pictures):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
