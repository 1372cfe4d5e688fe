"""Festivals: when they are, what is planned for each year's, and one wish for everybody.

A **festival** comes by a rule: a solar or lunar day, a solar term, the nth weekday of a month.
A **plan** is what the company does for one festival in one year; its tasks are counted back
from the day. A **wish** goes to a customer once, by message or by their manager. The marketing
calendar shows what every feature plans, and how much comes to each customer.
"""
