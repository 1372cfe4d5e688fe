"""Personas, slots and items; who belongs and who was meant; what managers posted."""

from regulars.server.posts.models.belonging import Aimed, Belonging
from regulars.server.posts.models.items import LIVE, Item, ItemQuerySet, Picture
from regulars.server.posts.models.packs import Face, Mark, MarkQuerySet
from regulars.server.posts.models.plan import Persona, Slot

__all__ = [
    "LIVE",
    "Aimed",
    "Belonging",
    "Face",
    "Item",
    "ItemQuerySet",
    "Mark",
    "MarkQuerySet",
    "Persona",
    "Picture",
    "Slot",
]
