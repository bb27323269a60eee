"""Intakes from a file of another program: each checked by itself, so that a bad one doesn't keep out the good ones.

The form is `intake.schema.json` beside this module. Running a file twice adds nothing twice: the ids of what an intake
makes follow from the sender's own id for it, also after the vault joined an organisation.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection

from sync.client.changes import Change
from sync.client.errors import Refused
from wor_tui.domain.bsn import looks_like_bsn, without_bsn
from wor_tui.given_file import start_of
from wor_tui.services import audit, records
from wor_tui.services.errors import Invalid, ServiceError
from wor_tui.services.intake_records import BadPlace, Builder, Place
from wor_tui.services.records import CARE
from wor_tui.services.workspace import Workspace

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMA = Path(__file__).parent / "intake.schema.json"
LARGEST_BYTES = 20_000_000
MOST_INTAKES = 10_000
DEEPEST = 12
"""How deep an intake is nested at most; the schema's own forms need half of it."""
LONGEST_NAME = 40

_BSN_NAMES = frozenset({"bsn", "burgerservicenummer", "citizen_service_number"})


class ImportFileError(ServiceError):
    """Nothing of the file can be taken in."""


class FileUnreadable(ImportFileError):
    """The file isn't there, or may not be read."""


class FileTooLarge(ImportFileError):
    """The file is larger than `LARGEST_BYTES`, or has more than `MOST_INTAKES` intakes."""


class NotIntakes(ImportFileError):
    """The file isn't JSON, or JSON of another form; `line` and `column` from 1 where they are known, else 0."""

    def __init__(self, line: int = 0, column: int = 0) -> None:
        """Name the place."""
        super().__init__(line, column)
        self.line = line
        self.column = column


@dataclass(slots=True)
class Imported:
    """What became of a file: ids of cases by outcome.

    `different`: was imported before with other contents, or changed here since; it was left as it is. `notices`: what
    was dropped at the door.
    """

    added: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    different: list[Place] = field(default_factory=list[Place])
    refused: list[Place] = field(default_factory=list[Place])
    notices: list[Place] = field(default_factory=list[Place])


def import_file(workspace: Workspace, path: Path) -> Imported:
    """Take in a file; raises FileUnreadable, FileTooLarge, NotIntakes, and the vault's errors.

    After an error of the vault (a full disk) what came before it is there; running the file again adds the rest.
    """
    try:
        content = start_of(path, LARGEST_BYTES + 1)
    except OSError as error:
        raise FileUnreadable from error
    if len(content) > LARGEST_BYTES:
        raise FileTooLarge
    return import_intakes(workspace, content)


def import_intakes(workspace: Workspace, content: bytes) -> Imported:
    """Take in the contents of a file; raises FileTooLarge, NotIntakes, NotAllowed, and the vault's errors."""
    found = Imported()
    intakes = _read(content)
    if not intakes:
        return found
    author, team = workspace.me.person_id, workspace.scopes.team
    validator = _validator()
    for at, raw in enumerate(intakes):
        place = f"intakes[{at}]"
        try:
            intake = _without_bsn(raw, place, found.notices)
            checked = _checked(validator, intake, place)
            builder = Builder(author, team, workspace.clock.today(), place, checked)
            _take_in(workspace, builder, found)
        except BadPlace as bad:
            found.refused.append(bad.place)
        except Invalid as invalid:
            found.refused.append(Place(f"{place}.{invalid.field}", str(invalid.code), invalid.limits))
        except Refused as refused:
            found.refused.append(Place(place, type(refused).__name__))
    return found


def _read(content: bytes) -> list[Any]:
    try:
        whole_file: Any = json.loads(
            content.decode("utf-8-sig"), parse_constant=_no_constant, object_pairs_hook=_members
        )
    except json.JSONDecodeError as error:
        raise NotIntakes(error.lineno, error.colno) from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise NotIntakes from None
    if isinstance(whole_file, dict):
        named = cast("dict[str, Any]", whole_file)
        if isinstance(named, _Twice) and "intakes" in named:
            raise NotIntakes
        whole_file = named.get("intakes", [named])
    if not isinstance(whole_file, list):
        raise NotIntakes
    intakes = cast("list[Any]", whole_file)
    if len(intakes) > MOST_INTAKES:
        raise FileTooLarge
    return intakes


class _Twice(dict[str, Any]):
    """An object in which a name comes twice: which of the two values counts can't be known."""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else _Twice(members)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _validator() -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # noqa: PLC0415 -- takes a tenth of a second

    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": "#/$defs/intake", "$defs": schema["$defs"]})


def _checked(validator: "Draft202012Validator", intake: Any, place: str) -> dict[str, Any]:
    errors = cast("Iterable[ValidationError]", validator.iter_errors(intake))  # pyright: ignore[reportUnknownMemberType]
    first = min(errors, key=lambda error: [str(step) for step in error.absolute_path], default=None)
    if first is None:
        return intake
    where = "".join(f".{step}" for step in first.absolute_path)
    raise BadPlace(_schema_place(first, place + where))


def _schema_place(error: "ValidationError", place: str) -> Place:
    rule, wanted = str(error.validator), cast("Any", error.validator_value)
    if rule == "required":
        held = cast("Mapping[str, Any]", error.instance)
        missing = next(name for name in cast("list[str]", wanted) if name not in held)
        return Place(f"{place}.{missing}", "required")
    if rule == "additionalProperties":
        known = cast("Mapping[str, Any]", error.schema).get("properties", {})
        strange = sorted(name for name in cast("Mapping[str, Any]", error.instance) if name not in known)
        # The name itself is shown only when it looks like one: it could be anybody's text.
        named = next((f".{name}" for name in strange if name.isidentifier() and len(name) <= LONGEST_NAME), "")
        return Place(place + named, "unknown_element")
    reasons = {
        "enum": "unknown_code",
        "minimum": "out_of_range",
        "maximum": "out_of_range",
        "multipleOf": "not_in_halves",
        "maxLength": "too_long",
        "minLength": "required",
        "pattern": "not_a_date" if "format" in cast("Mapping[str, Any]", error.schema) else "unknown_element",
        "uniqueItems": "unknown_element",
        "minItems": "six_scores",
        "maxItems": "six_scores" if place.endswith(".dimensions") else "too_long",
        "type": _type_reason(wanted),
    }
    limits: dict[str, object] = {"least": 0, "most": 10} if reasons.get(rule) == "out_of_range" else {}
    return Place(place, reasons.get(rule, "unknown_element"), {"limit": wanted} if rule == "maxLength" else limits)


def _type_reason(wanted: Any) -> str:
    kinds = {"string": "not_text", "boolean": "not_yes_or_no", "number": "not_a_number", "object": "not_an_object"}
    names = cast("list[str]", wanted) if isinstance(wanted, list) else [str(wanted)]
    return kinds.get(names[0], "not_a_list")


def _without_bsn(value: Any, place: str, notices: list[Place], depth: int = 0) -> Any:
    """The value without fields that are named after a BSN, and without numbers in its texts that may be one.

    Raises BadPlace for what no intake holds: nested too deeply, a name twice, a number without an end.
    """
    if depth > DEEPEST:
        raise BadPlace(Place(place, "unknown_element"))
    if isinstance(value, _Twice):
        raise BadPlace(Place(place, "name_twice"))
    if isinstance(value, float) and not isfinite(value):
        raise BadPlace(Place(place, "not_a_number"))
    if isinstance(value, dict):
        kept: dict[str, Any] = {}
        for name, held in cast("dict[str, Any]", value).items():
            if name.strip().casefold() in _BSN_NAMES:
                notices.append(Place(f"{place}.{name.strip().casefold()}", "bsn_dropped"))
            else:
                inside = f"{place}.{name}" if name.isidentifier() and len(name) <= LONGEST_NAME else place
                kept[name] = _without_bsn(held, inside, notices, depth + 1)
        return kept
    if isinstance(value, list):
        held_values = enumerate(cast("list[Any]", value))
        return [_without_bsn(held, f"{place}.{at}", notices, depth + 1) for at, held in held_values]
    if isinstance(value, str) and place.count(".") == 1 and place.endswith(".id"):
        return value
    if isinstance(value, str) and looks_like_bsn(value):
        notices.append(Place(place, "bsn_dropped"))
        return without_bsn(value)
    return value


def _take_in(workspace: Workspace, intake: Builder, found: Imported) -> None:
    if looks_like_bsn(intake.intake["id"]):
        raise BadPlace(Place(f"{intake.place}.id", "bsn"))
    changes = intake.changes()
    case_id = changes[0].record
    with workspace.database.read() as connection:
        differing = [each for each in (_differing(connection, change) for change in changes) if each is not None]
    if not differing:
        workspace.save(changes, CARE, event="intake.import", action=audit.CREATE)
        found.added.append(case_id)
    elif any(differing) or len(differing) < len(changes):
        found.different.append(Place(intake.place, "already_here"))
    else:
        found.unchanged.append(case_id)


def _differing(connection: Connection, change: Change) -> bool | None:
    """Whether the record has other contents than the file's; None when it isn't here."""
    held = records.known_values(connection, change.kind, change.record)
    if held is None:
        return None
    skipped = {"author_id", "coach_id"}
    return any(held.get(name) != value for name, value in change.values.items() if name not in skipped)
