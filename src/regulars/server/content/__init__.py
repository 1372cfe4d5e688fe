"""What is said and asked: scripts, objection cards, playbooks, checklists, messages, snippets.

Each is a *text* with versions; a version is a draft, then submitted, then approved by
somebody who did not write it. What is *in force* is the approved version, else what is
shipped for the company's trade.
"""
