"""All kinds of record, as the synchronisation and the vault need them."""

from functools import cache

from sync.schema import Kind, Schema, ScopeKind
from wor_tui.domain.appointment import Appointment
from wor_tui.domain.candidate import Candidate
from wor_tui.domain.case import Case
from wor_tui.domain.client import Client
from wor_tui.domain.columns import kind_of, metadata
from wor_tui.domain.consent import Consent
from wor_tui.domain.contact import Contact
from wor_tui.domain.directory import Device, Person, Practice
from wor_tui.domain.feedback import Feedback
from wor_tui.domain.intake import Intake
from wor_tui.domain.letter import Letter
from wor_tui.domain.referral import Referral
from wor_tui.domain.web import Web

__all__ = ["SCHEMA_VERSION", "kind", "metadata", "schema"]

SCHEMA_VERSION = 3
"""What this version writes into its ops; it rises with every change to a kind or a field."""


@cache
def schema() -> Schema:
    """Every kind with its table, policies, scopes and bounds; made at the first call."""
    organisation, desk, practice = ScopeKind.ORGANISATION, ScopeKind.DESK, ScopeKind.PRACTICE
    case_files = (ScopeKind.TEAM, ScopeKind.CASE)
    return Schema.of(
        SCHEMA_VERSION,
        [
            kind_of("practice", Practice, organisation),
            kind_of("person", Person, organisation),
            kind_of("device", Device, organisation),
            kind_of("referral", Referral, desk),
            kind_of("appointment", Appointment, practice, desk),
            kind_of("candidate", Candidate, practice),
            kind_of("letter", Letter, desk, append_only=True),
            kind_of("client", Client, *case_files),
            kind_of("case", Case, *case_files),
            kind_of("intake", Intake, *case_files),
            kind_of("consent", Consent, practice, desk, *case_files, append_only=True),
            kind_of("web", Web, practice, desk, *case_files),
            kind_of("contact", Contact, *case_files, append_only=True),
            kind_of("feedback", Feedback, *case_files, append_only=True),
        ],
    )


def kind(name: str) -> Kind:
    """The kind of that name; raises KeyError."""
    return schema().kinds[name]
