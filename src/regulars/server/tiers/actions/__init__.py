"""Every way a scheme changes, and the tier run that puts customers into tiers."""

from regulars.server.tiers.actions.schemes import (
    DraftMoved,
    NoDraft,
    discard_draft,
    install_presets,
    put_in_force,
    save_draft,
)
from regulars.server.tiers.actions.sorting import assign

__all__ = [
    "DraftMoved",
    "NoDraft",
    "assign",
    "discard_draft",
    "install_presets",
    "put_in_force",
    "save_draft",
]
