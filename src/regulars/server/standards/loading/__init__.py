"""Standards that arrive many at once: those of an invented company."""

from regulars.server.standards.loading.invented import bring_invented

__all__ = ["bring_invented"]
