"""Lines, mailings, deliveries, and what providers told of them."""

from regulars.server.delivery.models.deliveries import Delivery, DeliveryQuerySet, Heard
from regulars.server.delivery.models.lines import Line, Pulse
from regulars.server.delivery.models.mailings import Mailing

__all__ = ["Delivery", "DeliveryQuerySet", "Heard", "Line", "Mailing", "Pulse"]
