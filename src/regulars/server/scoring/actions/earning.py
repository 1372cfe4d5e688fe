"""How this company earns, as the engine's basis."""

from __future__ import annotations

from typing import Any

from regulars.server.core import queries as core
from regulars.server.products import queries as products
from regulars.server.scoring import rules


def basis() -> Any:  # a Basis, which would load the engine
    """Return the preset of the company's kind with its own figures."""
    company = core.company()
    return rules.basis(
        company.kind if company else "retail",
        margins=products.margins(),
        loans=products.codes_of("loan"),
        settings=company.settings if company else {},
    )
