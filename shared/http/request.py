"""A request as handlers see it: verified, validated, and with the unit of work of its transaction."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from shared.contracts.claims import Claims
from shared.http import etags, validation
from shared.http.problems import Errors
from shared.http.uploads import Upload
from shared.persistence.transaction import Transaction

if TYPE_CHECKING:
    from shared.http.entrypoint import HttpRoute
    from shared.http.kernel import Kernel

T = TypeVar("T")


class Request:
    """One request.

    `body` is the validated document, bytes on a raw route, an `Upload` on one that takes a file; `query` the validated
    parameters; `path` the parts of the path in braces. `work` is the service's unit of work on the open transaction
    (writing routes only), `tx` that transaction itself. A handler of a transactional route may run several times for
    one request. `told` once a part of it has left a row of the audit trail.
    """

    __slots__ = (
        "body",
        "claims_or_none",
        "content_type",
        "environ",
        "fingerprint",
        "id",
        "idempotency_key",
        "if_match",
        "kernel",
        "path",
        "query",
        "route",
        "told",
        "tx",
        "work",
    )  # fmt: skip

    def __init__(
        self,
        kernel: "Kernel",
        route: "HttpRoute",
        environ: dict[str, Any],
        path: dict[str, str],
        request_id: str,
    ) -> None:
        self.kernel = kernel
        self.route = route
        self.path = path
        self.id = request_id
        self.claims_or_none: Claims | None = None
        self.query: dict[str, Any] = {}
        self.body: Any = None
        self.content_type = ""
        self.idempotency_key: str | None = None
        self.fingerprint = ""
        self.if_match: etags.IfMatch | None = None
        self.tx: Transaction | None = None
        self.told = False
        self.work: Any = None
        self.environ = environ

    @property
    def claims(self) -> Claims:
        """The caller. Open routes have none and must not ask."""
        if self.claims_or_none is None:
            raise AttributeError("an open route has no caller")
        return self.claims_or_none

    def header(self, name: str) -> str | None:
        """A request header, none when it was not sent."""
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"))

    def close(self) -> None:
        """Let go of the file that was sent, if one was."""
        if isinstance(self.body, Upload):
            self.body.close()

    def require_version(self, version: int) -> None:
        """Refuse with 412 when the caller sent If-Match and has seen another version of the document."""
        etags.require(self.if_match, version)

    def validate(self, schema: validation.SchemaLike, value: Any) -> tuple[dict[str, Any], Errors]:
        """One line of a batch against a schema: the validated line and no errors, or the errors by field path."""
        with validation.of_county(self.kernel.county):
            return validation.load(schema, value)

    def transact(self, act: Callable[[Any], T], part: str | int | None = None, timeout: float = 15.0) -> T:
        """Run `act(work)` in a transaction of its own, on routes with `transactional=False`.

        With a `part` (its name within this request) and an Idempotency-Key, a repeat of the request does not run a
        part that was committed: it gets the result of the first time, which must be plain JSON values.
        """
        return self.kernel.transact(self, act, part, timeout)
