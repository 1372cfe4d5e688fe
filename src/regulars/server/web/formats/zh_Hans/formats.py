"""Sums in Chinese papers are grouped by three, as everywhere in the house: 500,300.00."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
