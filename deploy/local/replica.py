"""Makes the one-member replica set and the users of the database; doing it again changes nothing."""

from typing import Any
from urllib.parse import unquote, urlsplit

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure, PyMongoError

from deploy.local.errors import StackError
from deploy.local.processes import wait_until
from deploy.local.settings import LOOPBACK, VHOST, LocalSettings
from shared.audit.storage import grant
from shared.contracts.routing import SERVICES

_AUTHENTICATION_FAILED, _UNAUTHORIZED, _ALREADY_INITIALIZED = 18, 13, 23
_NOT_YET_INITIALIZED, _USER_EXISTS = 94, 51003


def _client(uri: str) -> "MongoClient[dict[str, Any]]":
    return MongoClient(uri, directConnection=True, serverSelectionTimeoutMS=2000, connectTimeoutMS=2000)


def prepare(settings: LocalSettings, admin_uri: str, timeout: float) -> None:
    """Bring the local mongod from whatever state it is in to a primary with its administrator.

    Raises:
        StackError: when it does not come up, or does not take the passwords of this stack.
    """
    member = f"{LOOPBACK}:{settings.ports['mongod']}"
    with _client(f"mongodb://{member}/") as anonymous, _client(_direct(admin_uri)) as admin:
        if not wait_until(lambda: _pings(anonymous), timeout):
            raise StackError("mongod does not answer")
        if not _known(admin, member):
            _initiate(anonymous, member)
        if not wait_until(lambda: _is_primary(anonymous), timeout):
            raise StackError("mongod did not become primary of its replica set")
        _make_administrator(anonymous, admin, admin_uri)


def _direct(uri: str) -> str:
    """The same server and user without the set's name, which it does not have yet."""
    return uri.replace(f"?replicaSet={VHOST}", "")


def _pings(client: "MongoClient[dict[str, Any]]") -> bool:
    try:
        client.admin.command("ping")
    except PyMongoError:
        return False
    return True


def _is_primary(client: "MongoClient[dict[str, Any]]") -> bool:
    try:
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except ConnectionFailure:
        return False


def _known(admin: "MongoClient[dict[str, Any]]", member: str) -> bool:
    """Whether a set exists; a port that moved since is mended in its configuration."""
    try:
        config = admin.admin.command("replSetGetConfig")["config"]
    except OperationFailure as exc:
        if exc.code in (_AUTHENTICATION_FAILED, _NOT_YET_INITIALIZED):
            return False
        raise
    if config["members"][0]["host"] != member:
        config["members"][0]["host"] = member
        config["version"] += 1
        admin.admin.command("replSetReconfig", config, force=True)
    return True


def _initiate(anonymous: "MongoClient[dict[str, Any]]", member: str) -> None:
    config = {"_id": VHOST, "members": [{"_id": 0, "host": member}]}
    try:
        anonymous.admin.command("replSetInitiate", config)
    except OperationFailure as exc:
        if exc.code == _UNAUTHORIZED:
            raise _foreign_data() from exc
        if exc.code != _ALREADY_INITIALIZED:
            raise


def _make_administrator(
    anonymous: "MongoClient[dict[str, Any]]", admin: "MongoClient[dict[str, Any]]", admin_uri: str
) -> None:
    parts = urlsplit(admin_uri)
    try:
        admin.admin.command("connectionStatus")
    except OperationFailure as exc:
        if exc.code != _AUTHENTICATION_FAILED:
            raise
    else:
        return
    try:
        # While there is no user at all, a caller on loopback may make the first one.
        anonymous.admin.command("createUser", parts.username, pwd=parts.password, roles=["root"])
    except OperationFailure as exc:
        raise _foreign_data() from exc


def _foreign_data() -> StackError:
    return StackError(
        "the database in the run directory does not take this stack's passwords: `make reset` starts afresh"
    )


def make_users(admin_uri: str, environment: dict[str, str]) -> None:
    """One user per service, limited to the service's own database, and in its audit trail to finding and inserting."""
    client: MongoClient[dict[str, Any]] = MongoClient(admin_uri, serverSelectionTimeoutMS=20000)
    with client:
        for service in SERVICES:
            parts = urlsplit(environment[f"DUZE_{service.upper()}_MONGO_URI"])
            if parts.username is None or parts.password is None:
                continue  # a server without users is the user's own choice
            name, password = unquote(parts.username), unquote(parts.password)
            database = client[parts.path.strip("/") or "admin"]
            # readWrite includes making collections and indexes, nothing of other databases
            roles = [{"role": "readWrite", "db": f"duze_{service}"}, grant(client, service)]
            try:
                database.command("createUser", name, pwd=password, roles=roles)
            except OperationFailure as exc:
                if exc.code != _USER_EXISTS:
                    raise
                database.command("updateUser", name, pwd=password, roles=roles)
