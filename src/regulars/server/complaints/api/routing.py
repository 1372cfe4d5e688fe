"""Where the operations of complaints are kept; each file adds its own."""

from ninja import Router

router = Router(tags=["work"])
