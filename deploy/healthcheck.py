"""Health check of a container: exit 0 when the address answers 200.

`healthcheck.py <url>` asks that address; without one, /livez of the service and role that the image was
started as (DUZE_SERVICE, DUZE_ROLE). Standard library only: the image has no curl.
"""

import os
import sys
import urllib.error
import urllib.request

PORTS = {"findings": 8001, "accountability": 8002, "notifications": 8003, "reporting": 8004}
WORKER_OFFSET = 1000


def own_address() -> str:
    service = os.environ["DUZE_SERVICE"]
    port = int(os.environ.get(f"DUZE_{service.upper()}_PORT") or PORTS[service])
    if os.environ.get("DUZE_ROLE", "api") != "api":
        port += WORKER_OFFSET
    return f"http://127.0.0.1:{port}/livez"


def main() -> int:
    address = sys.argv[1] if len(sys.argv) > 1 else own_address()
    try:
        with urllib.request.urlopen(address, timeout=4) as answer:  # noqa: S310 (an address of our own)
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as error:
        print(f"{address}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
