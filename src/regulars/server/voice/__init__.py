"""What customers say of us: surveys by link, phone and face to face, comments, the closed loop.

A *survey* has versions; one that was fielded is never edited. A *wave* asks some customers
by *invitations*; an *answer* holds numbers (*replies*) and free texts (*comments*).
Satisfaction is experience less expectation. A low or a high score opens a *loop* that
somebody closes.
"""
