"""A customer's contact for the address book of a phone."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions, rules
from regulars.server.customers.rules.vcard import Contact, vcard
from regulars.server.customers.views.file import the_customer


@require_POST
@needs(Permission.SEE_PERSONAL)
def card(request: SignedIn, public_id: str) -> HttpResponse:
    """Give name, number and addresses as a vCard; that they were taken is written down."""
    customer = the_customer(request, public_id)
    actions.reveal(customer, rules.PERSONAL, reason="card", by=request.user, at=timezone.now())
    version = "3.0" if request.POST.get("version") == "3.0" else "4.0"
    contact = Contact(
        uid=customer.public_id,
        number=customer.number,
        name=str(customer),
        is_organization=customer.is_organization,
        phone=customer.phone,
        email=customer.email,
        address=customer.address,
        birth_date=customer.birth_date,
        lunar_birthday=customer.lunar_birthday,
        title=customer.occupation,
        categories=customer.tags,
        changed_at=customer.updated_at,
    )
    answer = HttpResponse(vcard(contact, version=version), content_type="text/vcard")
    answer["Content-Disposition"] = f'attachment; filename="{customer.public_id}.vcf"'
    return answer
