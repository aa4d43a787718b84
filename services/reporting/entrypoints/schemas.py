"""The shape of requests and answers."""

from marshmallow import Schema, fields, validate

from shared.http.fields import AreaCode, Code, Day, DayOrMoment, Moment, text
from shared.http.paging import PageQuery

KEYS = ("area", "unit", "category", "severity", "team", "method", "status", "cadre")
_COUNTED = ("posted", "closed", "open", "overdue", "blocked", "disputed", "withdrawn", "recurrences")
_FIGURES = (
    *_COUNTED, *(f"{one}_items" for one in _COUNTED), "first_closed", "rate_closed", "rate_first", "rate_recurrence",
    "rate_on_time", "median_days",
)  # fmt: skip
_DATES = validate.OneOf(["found", "posted", "closed"])


class LedgerFilters(Schema):
    """As those of the list of findings, and `as_of`: how everything stood at the end of that day."""

    area = AreaCode(load_default=None)
    status = Code("finding_status", load_default=None)
    category = Code("category", load_default=None)
    severity = Code("severity", load_default=None)
    team = Code("team", load_default=None)
    method = Code("method", load_default=None)
    overdue = fields.Boolean(load_default=None)
    responsible = text(100, load_default=None)
    group = text(100, load_default=None)
    campaign = text(100, load_default=None)
    source_ref = text(100, load_default=None)
    number = text(100, load_default=None)
    unit = AreaCode(load_default=None)
    due_before = DayOrMoment(load_default=None)
    q = text(100, load_default=None)
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")
    date = fields.String(load_default="found", validate=_DATES)
    updated_since = DayOrMoment(load_default=None)
    as_of = Day(load_default=None)


class LedgerQuery(LedgerFilters, PageQuery):
    """One page of what the filters show."""


class StatisticsQuery(Schema):
    """`from` and `to` are days, both included, of what `date` says.

    `compare=previous` adds the period of the same length just before; `sort` ranks the rows by a figure, the greatest
    first after a minus.
    """

    by = fields.String(required=True, validate=validate.OneOf(KEYS))
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")
    date = fields.String(load_default="found", validate=_DATES)
    area = AreaCode(load_default=None)
    compare = fields.String(load_default=None, validate=validate.OneOf(["previous"]))
    sort = fields.String(
        load_default=None, validate=validate.OneOf([*_FIGURES, *(f"-{one}" for one in _FIGURES)])
    )


class MeasureStatisticsQuery(Schema):
    """`from` and `to` are days of the decision, both included; `area` that of the findings."""

    by = fields.String(required=True, validate=validate.OneOf(["kind", "tier", "month"]))
    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None, data_key="to")
    area = AreaCode(load_default=None)


# Answers


class PlaceAnswer(Schema):
    name = fields.String(required=True)
    kind = fields.String(required=True)


class ResponsibleAnswer(Schema):
    cadre = fields.String(required=True)
    role = fields.String(required=True)


class FlagsAnswer(Schema):
    """`referred` is true for commission, approver and auditor only: nobody else learns of a case by it."""

    overdue = fields.Boolean(required=True)
    supervised = fields.Boolean(required=True)
    referred = fields.Boolean(required=True)


class LedgerRow(Schema):
    """A finding, and when its people were assigned, told, and signed."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    status = fields.String(required=True)
    source_ref = fields.String(required=True, allow_none=True)
    team = fields.String(required=True)
    method = fields.String(required=True)
    found_at = Moment(required=True)
    posted_at = Moment(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    place = fields.Nested(PlaceAnswer, required=True)
    category = fields.String(required=True)
    severity = fields.String(required=True)
    description = fields.String(required=True)
    suggestion = fields.String(required=True, allow_none=True)
    immediate = fields.Boolean(required=True)
    deadline = Day(required=True, allow_none=True)
    due_at = Moment(required=True, allow_none=True)
    count = fields.Integer(required=True)
    group = fields.String(required=True, allow_none=True)
    campaign = fields.String(required=True, allow_none=True)
    units = fields.List(fields.String(), required=True)
    named_responsible = fields.List(fields.String(), required=True, allow_none=True)
    responsible = fields.List(fields.Nested(ResponsibleAnswer), required=True)
    flags = fields.Nested(FlagsAnswer, required=True)
    returned_count = fields.Integer(required=True)
    extensions = fields.Integer(required=True)
    evidence = fields.List(fields.String(), required=True)
    similar = fields.List(fields.String(), required=True)
    recurrence_of = fields.String(required=True, allow_none=True)
    historical = fields.Boolean(required=True, allow_none=True)
    reported_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    assigned_at = Moment(required=True, allow_none=True)
    notified_at = Moment(required=True, allow_none=True)
    signed_at = Moment(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    updated_at = Moment(required=True, allow_none=True)


class Figures(Schema):
    """Counts of findings in 条 and of problems in 个; a rate with nothing to divide by is null.

    `first_closed` were never returned (一次办结), `rate_first` is their part of those closed; `rate_recurrence` is that
    of recurrences in those posted.
    """

    posted = fields.Integer(required=True)
    closed = fields.Integer(required=True)
    open = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    blocked = fields.Integer(required=True)
    disputed = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    recurrences = fields.Integer(required=True)
    posted_items = fields.Integer(required=True)
    closed_items = fields.Integer(required=True)
    open_items = fields.Integer(required=True)
    overdue_items = fields.Integer(required=True)
    blocked_items = fields.Integer(required=True)
    disputed_items = fields.Integer(required=True)
    withdrawn_items = fields.Integer(required=True)
    recurrences_items = fields.Integer(required=True)
    first_closed = fields.Integer(required=True)
    rate_closed = fields.Float(required=True, allow_none=True)
    rate_first = fields.Float(required=True, allow_none=True)
    rate_recurrence = fields.Float(required=True, allow_none=True)
    rate_on_time = fields.Float(required=True, allow_none=True)
    median_days = fields.Float(required=True, allow_none=True)


class ComparedFigures(Figures):
    """`previous` stands there when it was asked to compare."""

    previous = fields.Nested(Figures)


class FigureRow(ComparedFigures):
    """`rank` stands there when it was asked to sort; null where there is nothing to sort by."""

    key = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    rank = fields.Integer(allow_none=True)


class StatisticsAnswer(Schema):
    rows = fields.List(fields.Nested(FigureRow), required=True)
    total = fields.Nested(ComparedFigures, required=True)


class MeasureFigures(Schema):
    """`measures` stand; those that were revoked or varied are counted as `revoked`."""

    measures = fields.Integer(required=True)
    people = fields.Integer(required=True)
    cases = fields.Integer(required=True)
    served = fields.Integer(required=True)
    revoked = fields.Integer(required=True)


class MeasureRow(MeasureFigures):
    key = fields.String(required=True)
    name = fields.String(required=True)


class MeasureStatisticsAnswer(Schema):
    rows = fields.List(fields.Nested(MeasureRow), required=True)
    total = fields.Nested(MeasureFigures, required=True)


class DifferenceAnswer(Schema):
    area = fields.String(required=True)
    status = fields.String(required=True)
    ledger = fields.Integer(required=True)
    findings = fields.Integer(required=True)


class CheckAnswer(Schema):
    """Two figures that must be the same at rest."""

    name = fields.String(required=True)
    left = fields.Integer(required=True)
    right = fields.Integer(required=True)
    holds = fields.Boolean(required=True)


class ReconciliationAnswer(Schema):
    balanced = fields.Boolean(required=True)
    differences = fields.List(fields.Nested(DifferenceAnswer), required=True)
    checks = fields.List(fields.Nested(CheckAnswer), required=True)
    in_flight = fields.Integer(required=True)
    services = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)


class CountsAnswer(Schema):
    outbox_pending = fields.Integer(required=True)
    posted = fields.Integer(required=True)
    assigned = fields.Integer(required=True)
    noticed = fields.Integer(required=True)
