"""The work out of the house: a calendar that a person subscribes to, and a morning mail.

Both show what their person may see at that moment and nothing else, without the names of
customers unless the company and the person both want them. An address is a secret, kept as
a hash; a letter is one per person and day.
"""
