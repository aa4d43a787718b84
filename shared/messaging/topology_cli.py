"""Makes the broker ready: vhost, accounts, exchanges, queues (`python -m shared.messaging.topology`). Repeatable."""

import sys
from urllib.parse import urlsplit

from environs import Env, EnvError
from rich.console import Console

from shared.contracts.routing import SERVICES
from shared.messaging import topology
from shared.messaging.accounts import AccountsError, Management, make_accounts
from shared.messaging.connection import BROKER_ERRORS


def main() -> None:
    """Declare from the environment; exit 1 with one line that says what to do."""
    try:
        _run(Env())
    except (topology.TopologyError, AccountsError, EnvError) as exc:
        Console(stderr=True).print(f"topology: {exc}", markup=False)
        sys.exit(1)
    except BROKER_ERRORS as exc:
        Console(stderr=True).print(f"topology: the broker cannot be used ({exc!r})", markup=False)
        sys.exit(1)


def _run(env: Env) -> None:
    admin = env.str("DUZE_AMQP_ADMIN_URI")
    ttls = env.list("DUZE_RETRY_TTLS_MS", [5000, 30000, 120000, 600000], subcast=int)
    management_url = env.str("DUZE_AMQP_MANAGEMENT_URI", "")
    uris = {service: env.str(f"DUZE_{service.upper()}_AMQP_URI", "") for service in SERVICES}
    uris = {service: uri for service, uri in uris.items() if uri and urlsplit(uri).password}
    management = Management(management_url, admin) if management_url else None
    if management:
        management.make_vhost()
    names = topology.declare(admin, ttls)
    users = make_accounts(management, uris) if management else []
    console = Console()
    console.print(f"exchanges {len(topology.exchanges())}, queues {len(names)}, retry tiers {ttls} ms")
    note = "" if management else " (no DUZE_AMQP_MANAGEMENT_URI: accounts are left as they are)"
    console.print(f"accounts: {', '.join(users) or 'none'}{note}", markup=False)


if __name__ == "__main__":
    main()
