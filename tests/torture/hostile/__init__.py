"""Hostile text, the fields it can be in, and what may come out of the program when it is."""
