"""What becomes of the machine's own traces: at an erasure, and when their time is over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.administration.actions import letting_go
from regulars.server.core.custody import Duty, Rows
from regulars.server.core.idempotency import actions as idempotency
from regulars.server.core.retention import DataClass
from regulars.server.core.webhooks import actions as webhooks

KEPT: tuple[Rows | Duty, ...] = (Duty("administration.traces", shred=letting_go.shred),)
PERIODS = (
    DataClass(
        "core.jobs",
        title=_("Long work"),
        about=_("What jobs were asked for, what came of them, and why they failed."),
        reason=_("A quarter: so long somebody may still ask why a night went wrong."),
        days=90,
        older=letting_go.old_jobs,
        drop=letting_go.drop_jobs,
    ),
    DataClass(
        "core.replies",
        title=_("Answers to other systems"),
        about=_("Kept byte for byte, so that a repeated request is answered alike."),
        reason=_("A week: the interface promises as much, and no longer."),
        days=7,
        least=7,
        older=idempotency.older,
        drop=idempotency.drop,
    ),
    DataClass(
        "core.deliveries",
        title=_("Events sent to other systems"),
        about=_("Events by their public ids, and every attempt to deliver them."),
        reason=_("A month: then a receiver that was away has been looked after."),
        days=30,
        older=webhooks.older,
        drop=webhooks.drop,
    ),
    DataClass(
        "site.logs",
        title=_("Lines of logs"),
        about=_("What the parts of this installation wrote when something went wrong."),
        reason=_("A month: an error that nobody looked at by then happens again."),
        days=30,
        older=letting_go.old_lines,
        drop=letting_go.drop_lines,
    ),
)
