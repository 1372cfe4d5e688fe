"""What goes out to customers: lines, what waits, what was sent, what came back.

A *line* is one way out that the company set up (its mail server, its SMS account); its *kind*
knows how that provider is spoken to. A *mailing* is a set of *deliveries*, one message to one
customer each. Nothing goes out twice, and nothing to who said no.
"""
