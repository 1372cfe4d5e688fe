"""Events for other systems: signed, to named hosts only, again and again until they arrive.

Two walls stand before the network. The address must be written on the list that whoever
runs the installation keeps; and the numbers that its name leads to, at the moment of the
call, must be public ones. The connection goes to the number that was checked.
"""
