"""Ports nobody listens on, so that test runs stand beside each other and beside a running stack."""

import random
import socket

# Below the range the kernel gives to outgoing connections, which could take one at any moment.
_LOWEST, _HIGHEST = 20_000, 32_000


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many different ones."""
    chance = random.SystemRandom()
    found: list[int] = []
    while len(found) < count:
        port = chance.randint(_LOWEST, _HIGHEST)
        if port not in found and is_free(port):
            found.append(port)
    return found
