"""Experiments for other systems."""

from regulars.server.experiments.api.drawing import router

__all__ = ["router"]
