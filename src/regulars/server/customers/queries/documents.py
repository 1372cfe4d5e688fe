"""Files of a customer, as one viewer may see them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Document


def documents(viewer: Person, customer: Customer) -> QuerySet[Document]:
    """The files of a customer, newest first."""
    visible = Customer.objects.visible_to(viewer)
    found = Document.objects.visible_to(viewer).filter(customer=customer, customer__in=visible)
    return found.select_related("added_by").order_by("-added_at", "-pk")


def document(viewer: Person, customer: Customer, public_id: str) -> Document | None:
    return documents(viewer, customer).filter(public_id=public_id).first()


def path_of(document: Document) -> Path:
    """Where the bytes lie: spread over folders, named by chance, so a name tells nothing."""
    return kept_at(document.stored_as)


def kept_at(stored_as: str) -> Path:
    """The same for a file of a feature above, such as that of a complaint."""
    return Path(settings.HOME.root) / "documents" / stored_as[:2] / stored_as
