"""Free TCP ports on the loopback interface."""

import secrets
import socket

# Below the range from which Linux takes the ports of outgoing connections (32768–60999),
# so that a port remembered from the first start is very likely free at the next.
RANGE = range(20_000, 32_000)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server may listen on `port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def choose(preferred: int | None = None) -> int:
    """`preferred` when it is free, else a random free port."""
    if preferred is not None and is_free(preferred):
        return preferred
    while True:
        port = secrets.choice(RANGE)
        if is_free(port):
            return port
