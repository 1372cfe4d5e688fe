"""What happens to requests of people that others may want to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.core.events import Happened


@dataclass(frozen=True, kw_only=True)
class RequestDue(Happened):
    """A request is due within days, or late: told each morning until it is answered."""

    type: ClassVar[str] = "privacy.request.due.v1"
    label: ClassVar[str | Promise] = _("A request of a person is due soon, or late")
    request: str
    kind: str
    due_on: str
    late: bool

    @property
    def subject(self) -> str:
        return f"requests/{self.request}"
