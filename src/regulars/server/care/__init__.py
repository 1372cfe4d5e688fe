"""Care: the day of a relationship manager. A *task* is one reason to touch a customer; a
*card* is one customer's tasks of one day."""
