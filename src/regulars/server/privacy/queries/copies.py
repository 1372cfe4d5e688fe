"""Everything on file about one person, as they may have it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from regulars.server.core import custody, leftovers
from regulars.server.customers.models import Customer
from regulars.server.facts import queries as facts
from regulars.server.privacy.models import Request

# What the house needs and the person does not: keys, hashes, who the book belongs to inside.
LEFT_OUT = {"id", "id_hash", "provenance", "merged_into", "completeness"}
FOLDER = "copies"


def folder() -> Path:
    return Path(settings.HOME.exports) / FOLDER


def copy_path(request: Request) -> Path:
    """Where the copy made for a request lies."""
    return folder() / f"{request.public_id}.zip"


def content(customer: Customer) -> dict[str, Any]:
    """Give the file, where each value came from, all rows about the person, and the facts.

    Call it where the system sees everybody: a tie to somebody of another book is in it.
    """
    file = {
        field.name: getattr(customer, field.attname)
        for field in Customer._meta.concrete_fields
        if field.name not in LEFT_OUT and getattr(customer, field.attname) not in (None, "")
    }
    file["book"] = str(customer.book)
    return {
        "file": file,
        "where_values_came_from": customer.provenance,
        "records": {title: rows for title, rows in custody.copy(customer.pk).items() if rows},
        "facts": {kind: rows for kind, rows in facts.everything(customer).items() if rows},
    }


def all_copies() -> list[Path]:
    return sorted(folder().glob("*.zip"))


def old_copies(before: datetime) -> int:
    """How many copies were made before a moment."""
    return len(leftovers.older(all_copies(), before))
