"""What is planned ahead."""

from regulars.server.outreach.rules.planned import Planned

__all__ = ["Planned"]
