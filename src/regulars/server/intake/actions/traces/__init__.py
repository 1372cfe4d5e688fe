"""What a load leaves behind so that it can be undone: whom it opened, and what stood before.

The traces lie beside the file, written in the load's own transaction. They count only with
the import's state, so a load that fails leaves traces that nobody follows.
"""

from regulars.server.intake.actions.traces.customers import of_consents, of_customers
from regulars.server.intake.actions.traces.people import (
    book_values,
    of_books,
    of_people,
    person_values,
)
from regulars.server.intake.actions.traces.products import of_products, product_values

__all__ = [
    "book_values",
    "of_books",
    "of_consents",
    "of_customers",
    "of_people",
    "of_products",
    "person_values",
    "product_values",
]
