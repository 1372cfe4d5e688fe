"""Which of several texts fits a situation best."""

from __future__ import annotations

from regulars.server.content.rules.shape import Asked, Fitting

# The nearer to the matter, the more it counts; a product outweighs its kind.
WEIGHTS = {
    "triggers": 64,
    "products": 32,
    "kinds": 16,
    "purposes": 8,
    "channels": 8,
    "levels": 4,
    "stages": 2,
    "classes": 2,
}


def weight(fits: Fitting, asked: Asked) -> int | None:
    """How closely a text fits; None where it does not, nought where it fits everywhere."""
    total = 0
    for name in ("triggers", "purposes", "channels", "levels", "stages", "classes"):
        wanted = getattr(fits, name)
        if wanted:
            if not set(wanted) & set(getattr(asked, name)):
                return None
            total += WEIGHTS[name]
    if not fits.products and not fits.kinds:
        return total
    if set(fits.products) & set(asked.products):
        return total + WEIGHTS["products"]
    return total + WEIGHTS["kinds"] if set(fits.kinds) & set(asked.kinds) else None


def relevance(fits: Fitting, asked: Asked) -> int | None:
    """How closely a card belongs to one of several matters at once.

    A contact has many reasons and products: a card that names one of them belongs, one that
    names nothing belongs too but comes last. Who the customer is must fit in any case.
    """
    for name in ("channels", "levels", "stages", "classes"):
        wanted = getattr(fits, name)
        if wanted and getattr(asked, name) and not set(wanted) & set(getattr(asked, name)):
            return None
    about = [name for name in ("triggers", "products", "kinds") if getattr(fits, name)]
    if not about:
        return 0
    hit = [n for n in about if set(getattr(fits, n)) & set(getattr(asked, n))]
    return max(WEIGHTS[name] for name in hit) if hit else None
