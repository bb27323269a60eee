"""A whole small organisation of invented people, to try the program with.

Nobody in it exists: names are drawn from lists, streets are made up, phone numbers lie in ranges that nobody has.
"""
