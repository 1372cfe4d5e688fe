"""Build a rule: the builder's pages, and the parts that other pages of rules show too."""

from regulars.server.segments.views.building.opening import presets_offered, when_ready
from regulars.server.segments.views.building.pages import edit, exact, first, look, new, save
from regulars.server.segments.views.building.parts import (
    SHOWN,
    figures,
    first_rows,
    list_href,
)
from regulars.server.segments.views.building.saving import (
    choices_of_sharing,
    said,
    sharing_of,
)

__all__ = [
    "SHOWN",
    "choices_of_sharing",
    "edit",
    "exact",
    "figures",
    "first",
    "first_rows",
    "list_href",
    "look",
    "new",
    "presets_offered",
    "said",
    "save",
    "sharing_of",
    "when_ready",
]
