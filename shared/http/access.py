"""Who may call what: every route names its roles, and what names none is refused when the service starts."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from shared.contracts.claims import ROLES

if TYPE_CHECKING:
    from shared.http.entrypoint import HttpRoute

EVERY_ROLE = ROLES
OPEN_PATHS = frozenset({"/livez", "/readyz", "/metrics", "/openapi.json", "/docs"})
# These need no token of ours because each request brings a proof of its own, which its handler checks: a link that was
# sent to one person, the signature of a provider.
PROVEN_PATHS = frozenset({"/sign/{token}", "/wecom/callback"})


class AccessError(Exception):
    """A route that does not say rightly who may call it."""


def checked_roles(method: str, path: str, roles: Collection[str] | None, is_open: bool) -> frozenset[str]:
    """The roles of a route; none at all is only for the few paths that need no token."""
    where = f"{method} {path}"
    if is_open:
        allowed = OPEN_PATHS | PROVEN_PATHS
        if path not in allowed or roles:
            raise AccessError(f"{where}: only {sorted(allowed)} are open, and an open route has no roles")
        return frozenset()
    if isinstance(roles, str) or not roles:
        raise AccessError(f"{where}: name the roles that may call it, as a set")
    unknown = set(roles) - ROLES
    if unknown:
        raise AccessError(f"{where}: unknown roles {sorted(unknown)}")
    return frozenset(roles)


def routes_of(service_cls: type) -> Iterator[tuple[str, Any, "HttpRoute"]]:
    """Method name, function and route of every HTTP entrypoint of a service class, in order of path and method."""
    from shared.http.entrypoint import HttpRoute  # the entrypoint needs this module

    found = []
    for name in dir(service_cls):
        function = getattr(service_cls, name, None)
        for entrypoint in getattr(function, ENTRYPOINT_EXTENSIONS_ATTR, ()):
            if isinstance(entrypoint, HttpRoute):
                found.append((name, function, entrypoint))
    yield from sorted(found, key=lambda item: (item[2].path, item[2].method))


def access_table(service_cls: type) -> dict[tuple[str, str], frozenset[str]]:
    """The roles of every (method, path) of a service; an empty set means that no token is needed."""
    return {(route.method, route.path): route.roles for _, _, route in routes_of(service_cls)}
