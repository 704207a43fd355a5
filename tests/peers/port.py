#!/usr/bin/env python3
"""Prints a port of 127.0.0.1 on which nobody listens: below those that a system gives to whoever
asks for any, since one of them may be taken before the server that asked for it has started."""

import random
import socket

while True:
    port = random.randrange(20_000, 32_000)
    with socket.socket() as probe:
        # As servers do it: what a connection that is over left behind does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(port)
        break
