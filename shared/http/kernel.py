"""What the HTTP kernel needs of a service, and what it keeps for it: one of each in a process."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from shared.audit.reading import ReadingRecorder
from shared.contracts.areas import Areas
from shared.contracts.vocabulary import Vocabulary
from shared.http import perform
from shared.http.auth import Authenticator
from shared.http.grouping import GroupCommit
from shared.http.idempotency import InProgress
from shared.http.ratelimit import RateLimit
from shared.http.request import Request
from shared.http.validation import County
from shared.observability.health import Readiness
from shared.persistence.database import Database
from shared.persistence.indexes import Index
from shared.persistence.transaction import Transaction
from shared.settings import ServiceSettings

if TYPE_CHECKING:
    from shared.http.entrypoint import HttpRoute

T = TypeVar("T")


class App(Protocol):
    """A service's app as `bootstrap.build(settings)` makes it.

    It may also have `prefetch(work, events)`, `stale(work, event)`, `todo(claims, after, limit)` (todo.py), `collect()`
    (metric name, labels, value of each state gauge, asked of workers only) and `close()`.
    """

    @property
    def settings(self) -> ServiceSettings: ...

    @property
    def database(self) -> Database: ...

    @property
    def indexes(self) -> Sequence[Index]: ...

    @property
    def errors(self) -> Mapping[type[Exception], tuple[int, str]]: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def areas(self) -> Areas: ...

    def unit_of_work(self, transaction: Transaction, /) -> Any: ...


class Kernel:
    """The app, and beside it what requests share."""

    def __init__(self, app: App, readiness: Readiness, service_cls: type) -> None:
        settings = app.settings
        self.app = app
        self.settings = settings
        self.service_cls = service_cls
        self.readiness = readiness
        self.authenticator = Authenticator(settings)
        self.rate_limit = RateLimit(settings.rate_per_minute)
        self.in_progress = InProgress()
        self.readings = ReadingRecorder(app.database)
        self.county = County(app.vocabulary, app.areas)
        self.pages: dict[str, bytes] = {}
        self._groups: dict[HttpRoute, GroupCommit] = {}

    def group_of(self, route: "HttpRoute") -> GroupCommit | None:
        """Where requests of this route meet to share a transaction; None where each has its own."""
        if route.expect is None:
            return None
        if route not in self._groups:
            self._groups[route] = GroupCommit(self.app, route.expect)
        return self._groups[route]

    def transact(
        self, request: Request, act: Callable[[Any], T], part: str | int | None, timeout: float
    ) -> T:
        """See Request.transact."""
        return perform.in_part(self, request, act, part, timeout)
