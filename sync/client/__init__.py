"""The device's side of the synchronisation: what it keeps, shows, sends and takes in.

Works on SQLAlchemy connections that the program hands in; knows nothing of the program itself.
"""
