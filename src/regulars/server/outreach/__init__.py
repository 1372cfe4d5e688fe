"""Outreach: one approved message to many customers, each by the rules that hold for them.

Campaigns, journeys, salons and topics say whom to reach with which message. Here the words
are filled in, the messages that a manager confirms first are put on their list, and the rest
is laid down to be sent. What is planned ahead stands in one calendar.
"""
