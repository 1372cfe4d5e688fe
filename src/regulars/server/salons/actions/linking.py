"""The secret link of a guest."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import scope
from regulars.server.salons.models import Guest

SALT = "salons.guest"


class NoLink(BadInput):
    """The link is not one of ours, or was cut off."""


def token(guest: Guest) -> str:
    """What stands in the link of a guest: nobody else can make one."""
    return signing.Signer(salt=SALT).sign(guest.public_id)


def link_of(guest: Guest) -> str:
    """The address of a guest's page; only its path where the server does not know its name."""
    origins: list[str] = settings.CSRF_TRUSTED_ORIGINS
    path = reverse("salons:public", args=[token(guest)])
    return (origins[0].rstrip("/") if origins else "") + path


def behind(signed: str) -> Guest:
    """The guest of a link, whoever asks: the link itself is the right to see it.

    :raises NoLink: it is not one of ours, or they are not on the list any more.
    """
    try:
        public_id = signing.Signer(salt=SALT).unsign(signed)
    except signing.BadSignature as error:
        raise NoLink(_("This link is not complete. Open it from the message again.")) from error
    with scope.beyond():
        rows = Guest.objects.select_related("salon__kind", "salon__branch", "customer__book")
        found = rows.filter(public_id=public_id).first()
        while found is not None and found.merged_into_id is not None:
            found = rows.filter(pk=found.merged_into_id).first()
    if found is None or found.state in (Guest.State.PROPOSED, Guest.State.HELD_OUT):
        raise NoLink(_("This invitation is not here any more."))
    return found
