"""Changes of training: items, who did them, samples."""

from regulars.server.training.actions.doing import ask, confirm, sign, withdraw
from regulars.server.training.actions.items import adopt, change_item, end_item, make_item
from regulars.server.training.actions.samples import draw, draw_all, judge

__all__ = [
    "adopt",
    "ask",
    "change_item",
    "confirm",
    "draw",
    "draw_all",
    "end_item",
    "judge",
    "make_item",
    "sign",
    "withdraw",
]
