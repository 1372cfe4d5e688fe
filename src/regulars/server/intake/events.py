"""What happens to imports that others may want to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.core.events import Happened


@dataclass(frozen=True, kw_only=True)
class ImportFinished(Happened):
    """A file or a batch is loaded."""

    type: ClassVar[str] = "import.finished.v1"
    label: ClassVar[str | Promise] = _("An import was finished")
    import_id: str
    kind: str
    rows: int
    added: int
    refused: int

    @property
    def subject(self) -> str:
        return f"imports/{self.import_id}"
