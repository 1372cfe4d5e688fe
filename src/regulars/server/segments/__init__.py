"""Segments: the customers who answer to some conditions, as a list one can work from."""
