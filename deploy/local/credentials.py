"""Secrets of the local stack: one random seed in `.run/secrets.env`, every password derived from it.

The seed is made on the first start and kept; the URIs beside it are written anew by each `up`, since
ports and servers may have moved. A password tells nothing about the others.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from deploy.local.errors import StackError
from deploy.local.settings import LOOPBACK, VHOST, LocalSettings, read_env_file
from shared.contracts.routing import SERVICES

SEED = "DUZE_LOCAL_SEED"
CONTACT_KEYS = "DUZE_NOTIFICATIONS_CONTACT_KEYS"
INFORMANT_KEYS = "DUZE_ACCOUNTABILITY_INFORMANT_KEYS"
_EXPLANATION = "# Made at random on the first start of the local stack; `make reset` deletes it.\n"


def write_private(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a file at once, never readable by others, not even for a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.unlink(missing_ok=True)
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
    scratch.rename(path)


def load(settings: LocalSettings) -> dict[str, str]:
    """What `up` wrote, empty before the first one."""
    return read_env_file(settings.secrets_file)


def required(settings: LocalSettings) -> dict[str, str]:
    """The same for commands that make no sense without.

    Raises:
        StackError: when the stack was never started here.
    """
    found = load(settings)
    if SEED not in found:
        raise StackError(f"{settings.secrets_file} does not exist yet: start the stack first (make up)")
    return found


def make(settings: LocalSettings) -> dict[str, str]:
    """Write and answer the secrets of this stack, its seed kept where there is one.

    Raises:
        StackError: when data exists whose seed is gone, or the user's URIs are not enough.
    """
    seed = load(settings).get(SEED)
    if seed is None and any((settings.run_dir / name).exists() for name in ("mongod", "rabbitmq")):
        raise StackError(
            f"{settings.run_dir} holds data, but {settings.secrets_file.name} with its passwords is gone: "
            "`make reset` starts afresh (and deletes the data)"
        )
    seed = seed or secrets.token_hex(32)
    values = {SEED: seed, "DUZE_JWT_KEY": settings.given.get("DUZE_JWT_KEY") or derive(seed, "jwt")}
    values[CONTACT_KEYS] = settings.given.get(CONTACT_KEYS) or derive(seed, "contacts")
    values[INFORMANT_KEYS] = settings.given.get(INFORMANT_KEYS) or derive(seed, "informants")
    values |= _amqp(settings, seed) | _mongo(settings, seed)
    write_private(
        settings.secrets_file, _EXPLANATION + "".join(f"{key}={value}\n" for key, value in values.items())
    )
    return values


def derive(seed: str, purpose: str) -> str:
    """64 hex digits: safe in a URI and in a shell."""
    return hmac.new(bytes.fromhex(seed), purpose.encode(), hashlib.sha256).hexdigest()


def _amqp(settings: LocalSettings, seed: str) -> dict[str, str]:
    given = settings.given
    if settings.external("AMQP"):
        return _external(settings, "AMQP", seed, {
            key: given[key] for key in ("DUZE_AMQP_ADMIN_URI", "DUZE_AMQP_MANAGEMENT_URI") if key in given
        })  # fmt: skip
    place = f"{LOOPBACK}:{settings.ports['rabbitmq']}/{VHOST}"
    users = {service: derive(seed, f"amqp {service}") for service in SERVICES}
    return {
        "DUZE_AMQP_ADMIN_URI": f"amqp://admin:{derive(seed, 'amqp admin')}@{place}",
        "DUZE_AMQP_MANAGEMENT_URI": f"http://{LOOPBACK}:{settings.ports['rabbitmq-management']}",
        **{f"DUZE_{user.upper()}_AMQP_URI": f"amqp://{user}:{word}@{place}" for user, word in users.items()},
    }


def _mongo(settings: LocalSettings, seed: str) -> dict[str, str]:
    given = settings.given
    if settings.external("MONGO"):
        return _external(settings, "MONGO", seed, {
            key: given[key] for key in ("DUZE_MONGO_ADMIN_URI",) if key in given
        })  # fmt: skip
    # The database in the path is also where the user is known, so no option with an ampersand is
    # needed: the file can be read by a shell.
    place, options = f"{LOOPBACK}:{settings.ports['mongod']}", f"?replicaSet={VHOST}"
    users = {service: derive(seed, f"mongo {service}") for service in SERVICES}
    return {
        "DUZE_MONGO_ADMIN_URI": f"mongodb://admin:{derive(seed, 'mongo admin')}@{place}/{options}",
        **{
            f"DUZE_{user.upper()}_MONGO_URI": f"mongodb://{user}:{word}@{place}/duze_{user}{options}"
            for user, word in users.items()
        },
    }


def _external(settings: LocalSettings, system: str, seed: str, admin: dict[str, str]) -> dict[str, str]:
    """The user's own server: their URIs stand; with an administrator's, users are made for the rest."""
    given, values, missing = settings.given, dict(admin), []
    for service in SERVICES:
        variable = f"DUZE_{service.upper()}_{system}_URI"
        if variable in given:
            values[variable] = given[variable]
        elif f"DUZE_{system}_ADMIN_URI" in admin:
            place = given.get(f"DUZE_{system}_URI", admin[f"DUZE_{system}_ADMIN_URI"])
            values[variable] = _as_user(place, system, service, derive(seed, f"{system.lower()} {service}"))
        elif f"DUZE_{system}_URI" in given:
            values[variable] = given[f"DUZE_{system}_URI"]
        else:
            missing.append(variable)
    if missing:
        raise StackError(
            f"some {system} addresses are given and others not: set {', '.join(missing)} "
            f"or DUZE_{system}_URI, or DUZE_{system}_ADMIN_URI"
        )
    return values


def _as_user(uri: str, system: str, service: str, password: str) -> str:
    """The same server, as the service's own user."""
    parts = urlsplit(uri)
    hosts = parts.netloc.rpartition("@")[2]
    path, query = parts.path, parts.query
    if system == "MONGO":
        # Users are made in the service's own database, which the path names.
        kept = [option for option in query.split("&") if option and not option.startswith("authSource=")]
        path, query = f"/duze_{service}", "&".join(kept)
    return urlunsplit((parts.scheme, f"{service}:{password}@{hosts}", path, query, ""))
