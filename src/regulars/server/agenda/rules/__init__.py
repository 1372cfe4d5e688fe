"""Entries of a calendar and how they are written down; when a letter goes. Pure."""
