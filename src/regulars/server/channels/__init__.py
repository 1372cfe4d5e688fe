"""Channels: every touch that went out and every interaction that came of it."""
