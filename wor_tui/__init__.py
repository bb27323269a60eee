"""The welfare coach's desk: caseload, intake, spider web, timeline and agenda, offline first."""
