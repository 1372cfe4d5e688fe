"""Keep the rule of a form: how, for whose eyes, and why it was refused."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn
from regulars.server.segments import actions
from regulars.server.segments.models import Segment
from regulars.server.segments.queries import saved
from regulars.server.segments.rules import BadRule, Group


def keep(request: SignedIn, rule: Group, found: Segment | None) -> Segment:
    """As a new segment, as a group, or as the next version of the one that was opened."""
    at, given = timezone.now(), request.POST
    if given.get("as") == "group":
        return actions.freeze(
            rule,
            name=given.get("name", ""),
            by=request.user,
            at=at,
            **sharing_of(request),
            of=found,
        )
    if found is not None and given.get("as") != "new":
        actions.change(found, rule=rule, by=request.user, at=at, reason=given.get("reason", ""))
        return found
    return actions.keep(
        rule,
        name=given.get("name", ""),
        description=given.get("description", ""),
        reason=given.get("reason", ""),
        by=request.user,
        at=at,
        **sharing_of(request),
    )


def said(problem: RegularsError) -> str:
    """A refusal in the reader's language."""
    known = {
        actions.NameTaken: _("You have another segment of that name, or the name is empty."),
        actions.NotAllowed: _("You cannot share that far. Choose a branch that is yours."),
        actions.NotOwner: _("This segment belongs to somebody else. Save it as your own."),
        actions.ReasonMissing: _("The rule looks at a sensitive field. Say why it is needed."),
        actions.TooMany: _("A group holds 200,000 customers at most. Narrow the rule."),
        actions.ExportRefused: _("Say what the file is for, and choose a format."),
        BadRule: _("A line of the rule is not filled in. Complete it, or remove it."),
    }
    return next(
        (words for kind, words in known.items() if isinstance(problem, kind)), str(problem)
    )


def choices_of_sharing(request: SignedIn) -> list[tuple[str, str]]:
    found = [(Segment.Sharing.PRIVATE.value, pgettext("sharing", "Only me"))]
    found += [
        (f"branch:{unit.pk}", _("Branch: %(name)s") % {"name": unit})
        for unit in saved.branches(request.user)
    ]
    if saved.may_share_with_everybody(request.user):
        found.append((Segment.Sharing.EVERYBODY.value, pgettext("sharing", "Everybody")))
    return found


def sharing_of(request: SignedIn) -> dict[str, Any]:
    """What was chosen in the field of sharing."""
    chosen, _colon, pk = request.POST.get("sharing", "private").partition(":")
    branch = next((u for u in saved.branches(request.user) if str(u.pk) == pk), None)
    return {"sharing": chosen, "branch": branch if chosen == "branch" else None}
