"""The central API's routes, a file per subject."""
