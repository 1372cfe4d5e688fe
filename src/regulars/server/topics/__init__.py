"""What happened, told to those whom it concerns before it is old.

A *topic* is raised by anybody, taken or dropped by marketing, written for an audience,
approved by a second person and released, the same day where that can be. It has an end;
after it nothing goes out.
"""
