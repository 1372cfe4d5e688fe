from regulars.server.rewards.queries.story import signed

__all__ = ["signed"]
