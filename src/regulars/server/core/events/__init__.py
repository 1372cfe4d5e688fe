"""What happened, told to whoever wants to hear: features above, and other systems.

A feature declares its events in its `events.py` and emits them in the transaction of the
change:

    @dataclass(frozen=True, kw_only=True)
    class CustomerChanged(Happened):
        type = "customer.changed.v1"
        label = _("A customer's file was changed")
        customer: str  # public id
        fields: tuple[str, ...]

        @property
        def subject(self) -> str:
            return f"customers/{self.customer}"

    events.emit(CustomerChanged(customer=..., fields=("phone",)), at=at)

Public ids, field names and codes only, never a person's values: who may read those asks for
them. Handlers and receivers may be told twice and compare the event's id.
"""

from regulars.server.core.events.actions import emit, handle, is_wanted
from regulars.server.core.events.declared import Happened, kinds, listen

__all__ = ["Happened", "emit", "handle", "is_wanted", "kinds", "listen"]
