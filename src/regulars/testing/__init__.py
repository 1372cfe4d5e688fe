"""Shipped to those who write measures and channels of their own: factories and the cast."""
