"""The door for scripts, screen readers and tests: a module for each group of commands, imported when it is used."""
