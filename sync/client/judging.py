"""Whether a change may be made here, and whether an op from elsewhere can be taken in."""

from collections.abc import Callable, Mapping, Sequence

from sync.client.changes import Arrived, Change
from sync.client.errors import AppendOnly, BaseAhead, InvalidRecord, UnknownField, UnknownKind, WrongScope
from sync.client.rendering import AS_THEY_ARE, Known, Renderer, Shape, misfit, whole_record
from sync.client.scopes import Scope
from sync.merge import Live, overlaid, shown
from sync.op import canonical_values
from sync.schema import Kind, Policy, Value

_REMEMBERED, _LARGE = 4096, 1 << 31
CONTENT_LETTERS = 60_000
"""The most letters in one change: even all outside ASCII they fit one op."""


def check(renderer: Renderer, change: Change, kept: Mapping[str, Scope], one: Known | None, *, exists: bool) -> None:
    """Raise a `Refused` unless the change by itself may be made on `one`, the record as it stands.

    `exists`: it has ops already, other than refused ones.
    """
    shape = renderer.shape(change.kind)
    if shape is None:
        raise UnknownKind(change.kind)
    _check_place(change, shape.kind, kept.get(change.scope), one, exists=exists)
    if not change.values:
        raise InvalidRecord("", "no values")
    for name, value in change.values.items():
        if shape.kind.rule(name) is None:
            raise UnknownField(f"{change.kind}.{name}")
        reason = misfit(shape, name, value)
        if reason is not None:
            raise InvalidRecord(name, reason)
    if sum(len(value) for value in change.values.values() if isinstance(value, str)) > CONTENT_LETTERS:
        raise InvalidRecord("", "too large")


def _check_place(change: Change, kind: Kind, place: Scope | None, one: Known | None, *, exists: bool) -> None:
    if place is None or place.lost or place.keys_only or place.kind not in kind.scopes:
        raise WrongScope(change.kind)
    if one is not None and (one.scope != change.scope or one.kind != change.kind):
        raise WrongScope(change.kind)
    if exists and kind.append_only:
        raise AppendOnly(change.kind)
    if not 0 <= change.base <= place.cursor:
        raise BaseAhead(change.kind)


def validate(
    renderer: Renderer,
    changes: Sequence[Change],
    known: Mapping[str, Known],
    before: Mapping[str, list[Live]],
    after: Mapping[str, list[Live]],
) -> None:
    """Raise InvalidRecord unless each changed record is whole and valid with the own ops `after` the changes.

    A record that merging made invalid may still be edited in its other fields: the change must not be to blame.
    """
    changed: dict[str, set[str]] = {}
    for change in changes:
        changed.setdefault(change.record, set()).update(change.values)
    for record, names in changed.items():
        one = known[record]
        shape = renderer.shape(one.kind)
        if shape is None:
            continue
        values = whole_record(shape, shown(overlaid(one.live, after[record])))
        for column in shape.columns:
            if column.required and values[column.name] is None:
                raise InvalidRecord(column.name, "required")
        rule = shape.kind.validate
        if rule is None:
            continue
        try:
            rule(values)
        except ValueError as error:
            blamed = str(getattr(error, "field", ""))
            earlier = whole_record(shape, shown(overlaid(one.live, before.get(record, []))))
            if blamed in names or _passes(rule, earlier):
                raise InvalidRecord(blamed, str(getattr(error, "reason", error))) from None


def repeats(shape: Shape | None, one: Arrived, known: Known | None) -> bool:
    """Whether an op only says once more what is here: the same append-only record, made alike on two devices.

    Two people who import the same file make records of the same id; neither is wrong. Fields of policy `latest`, such
    as who wrote it down, may differ: the first stays.
    """
    if shape is None or known is None or not shape.kind.append_only or known.kind != one.kind:
        return False
    said = _said(shape.kind, one.live)
    return _of_another(known, one) and any(_said(shape.kind, live) == said for live in known.live)


def _said(kind: Kind, live: Live) -> bytes:
    rules = {name: kind.rule(name) for name in live.values}
    return canonical_values(
        {name: live.values[name] for name, rule in rules.items() if rule is None or rule.policy is not Policy.LATEST}
    )


def unfit(shape: Shape | None, one: Arrived, place: Scope, known: Known | None, *, own: bool = False) -> str | None:
    """Why an accepted op can't be taken in, as a stable code; None when it can.

    `own`: this device made it, so its values were checked when it was saved.
    Judged by the op and the record's identity alone, never by values of other ops: all devices must judge alike.
    """
    if known is not None and (known.kind != one.kind or known.scope != place.id):
        return "other-kind" if known.kind != one.kind else "other-scope"
    if shape is None:
        return None
    if place.kind not in shape.kind.scopes:
        return "wrong-scope"
    if shape.kind.append_only and known is not None and _of_another(known, one):
        return "append-only"
    return None if own or one.fits else _unfit_values(shape, one.live.values)


def fits(renderer: Renderer, kind: str, values: Mapping[str, Value]) -> bool:
    """Whether an op's values can stand; found out ahead, as it takes nothing but the op. False also if unknown."""
    shape = renderer.shape(kind)
    return shape is not None and _unfit_values(shape, values) is None


def _of_another(known: Known, one: Arrived) -> bool:
    return any((live.device, live.n) != (one.live.device, one.live.n) for live in known.live)


def _unfit_values(shape: Shape, values: Mapping[str, Value]) -> str | None:
    types = shape.types
    for name, value in values.items():
        kind = type(value)
        if value is None or (kind in AS_THEY_ARE and types.get(name) is kind) or _is_plain(shape, name, value):
            continue
        if misfit(shape, name, value) is not None and shape.kind.rule(name) is not None:
            return "misfit"
    validate = shape.kind.validate
    if validate is None:
        return None
    for name in shape.required:
        if values.get(name) is None:
            # Not a whole record by itself: what it makes of the record depends on other ops.
            return None
    alone = shape.kind.by_value and values.keys() <= types.keys()
    return None if _passes(validate, values if alone else whole_record(shape, values)) else "invalid"


def _is_plain(shape: Shape, name: str, value: Value) -> bool:
    """Whether it is a small number, or the day or moment that belongs in its column; thousands of ops have the same."""
    if type(value) is int:
        return shape.types.get(name) is int and -_LARGE < value < _LARGE
    known = shape.moments.get(name)
    if known is None or not isinstance(value, str):
        return False
    if value not in known:
        if misfit(shape, name, value) is not None:
            return False
        if len(known) >= _REMEMBERED:
            known.clear()
        known.add(value)
    return True


def _passes(rule: Callable[[Mapping[str, object]], None], values: Mapping[str, object]) -> bool:
    try:
        rule(values)
    except ValueError:
        return False
    return True
