"""Errors as RFC 9457 problem details: one shape for every refusal of every service."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

PROBLEM_JSON = "application/problem+json"
Errors = Mapping[str, list[str]]


class Problem(Exception):  # noqa: N818 - the RFC's own word
    """An answer other than the one asked for. `code` is a stable slug; `detail` is written for the caller."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        errors: Errors | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        document: dict[str, Any] = {
            "type": f"urn:duze:problem:{self.code}",
            "title": title(self.status),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors is not None:
            document["errors"] = dict(self.errors)
        return {**document, **{key: value for key, value in self.extra.items() if key not in document}}


def title(status: int) -> str:
    """The standard phrase of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def invalid(errors: Errors, detail: str = "the request does not have the right shape") -> Problem:
    """422 with the field paths and what is wrong with each."""
    return Problem(422, "invalid", detail, errors=errors)
