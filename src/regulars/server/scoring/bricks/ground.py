"""What all cards stand on: one customer's figures, the run they are of, and how to say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.scoring import queries
from regulars.server.scoring.forms.words import Voice
from regulars.server.scoring.models import Run


@dataclass(frozen=True)
class Ground:
    """One customer in the current run."""

    run: Run
    of: Mapping[str, Any]
    voice: Voice

    def like(self, column: str, title: Any) -> str:
        """The address of the customers who have the same value of a column."""
        where = [("where", f"{column}:{self.of[column]}"), ("title", str(title))]
        return f"{reverse('segments:rows')}?{urlencode([('run', self.run.public_id), *where])}"


def ground(viewer: Person, customer: Customer) -> Ground | None:
    """Lay the ground; None without a run or a row of this customer that the viewer may see."""
    run = queries.current_run()
    of = queries.figures(viewer, customer, run) if run else {}
    return Ground(run, of, Voice.of(core.company())) if run and of else None
