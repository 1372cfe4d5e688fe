"""What happens to benefits that others may want to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.core.events import Happened


@dataclass(frozen=True, kw_only=True)
class NotGiven(Happened):
    """A gift was refused, withdrawn or came back, or a coupon was made void."""

    type: ClassVar[str] = "benefit.not_given.v1"
    label: ClassVar[str | Promise] = _("A gift or a coupon was not given after all")
    what: str  # "gift" or "coupon"
    benefit: str

    @property
    def subject(self) -> str:
        return f"benefits/{self.benefit}"
