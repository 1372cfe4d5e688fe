"""What the file itself shows on the customer page."""

from regulars.server.customers.bricks.households import household
from regulars.server.customers.bricks.life import life
from regulars.server.customers.bricks.preferences import documents, preferences
from regulars.server.customers.bricks.quality import trust
from regulars.server.customers.bricks.ties import relations
from regulars.server.customers.bricks.values import file, reach, responsible
from regulars.server.web.bricks import Brick

BRICKS = (
    Brick("customer.head", 12, "customers/_responsible.html", responsible),
    Brick("customer.head", 14, "customers/_reach.html", reach),
    Brick("customer.head", 18, "customers/_trust.html", trust),
    Brick("customer.file", 30, "customers/_life.html", life),
    Brick("customer.file", 40, "customers/_relations.html", relations),
    Brick("customer.file", 45, "customers/_household.html", household),
    Brick("customer.file", 55, "customers/_preferences.html", preferences),
    Brick("customer.file", 60, "customers/_documents.html", documents),
    Brick("customer.file", 10, "customers/_file.html", file),
)

__all__ = [
    "BRICKS",
    "documents",
    "file",
    "household",
    "life",
    "preferences",
    "reach",
    "relations",
    "responsible",
    "trust",
]
