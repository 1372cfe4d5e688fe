"""What is meant to become of a key customer: a plan, and the bonds that hold them.

A *plan* has goals that can be measured, *steps* that somebody does until a day, and reviews.
A *strand* is one thing that binds a customer to us; together the strands make the level of
the bond: financial, social or structural (Berry and Parasuraman, 1991).
"""
