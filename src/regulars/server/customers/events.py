"""What happens to customers that others may want to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.core.events import Happened


@dataclass(frozen=True, kw_only=True)
class OfCustomer(Happened):
    """Something about one customer, named by the public id."""

    customer: str

    @property
    def subject(self) -> str:
        return f"customers/{self.customer}"


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(OfCustomer):
    type: ClassVar[str] = "customer.created.v1"
    label: ClassVar[str | Promise] = _("A customer was opened")


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(OfCustomer):
    """`fields` names what was sent or typed, not the values."""

    type: ClassVar[str] = "customer.changed.v1"
    label: ClassVar[str | Promise] = _("A customer's file was changed")
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CustomerMerged(OfCustomer):
    """The customer lives on in `into`."""

    type: ClassVar[str] = "customer.merged.v1"
    label: ClassVar[str | Promise] = _("Two customers became one")
    into: str


@dataclass(frozen=True, kw_only=True)
class CustomerErased(OfCustomer):
    type: ClassVar[str] = "customer.erased.v1"
    label: ClassVar[str | Promise] = _("A customer was erased")


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(OfCustomer):
    """The customer's word on a purpose and a channel; ask the API for what it is now."""

    type: ClassVar[str] = "customer.consent.changed.v1"
    label: ClassVar[str | Promise] = _("A customer gave or took back a consent")
    channel: str = ""
    purpose: str = ""


@dataclass(frozen=True, kw_only=True)
class TierChanged(OfCustomer):
    """`before` and `after` are codes of tiers; empty where there was or is none."""

    type: ClassVar[str] = "customer.tier.changed.v1"
    label: ClassVar[str | Promise] = _("A customer's tier changed")
    before: str
    after: str
