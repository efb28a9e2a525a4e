"""The processes that the namespace tests put beside the lab: python3 netns_peers.py NAME ARGUMENT…

Each prints one line when it is ready and runs until it is killed.
"""
import contextlib
import ctypes
import fcntl
import heapq
import ipaddress
import json
import os
import select
import socket
import struct
import sys
import threading
import time


def ready():
    print("ready", flush=True)


def relay(seconds, client, router):
    """A link between two namespaces that delivers each packet whole, this much later: two TUN devices."""
    libc = ctypes.CDLL(None, use_errno=True)

    def tun(namespace, name):
        with open(f"/run/netns/{namespace}") as ns:
            if libc.setns(ns.fileno(), 0x40000000):  # CLONE_NEWNET
                raise OSError(ctypes.get_errno(), "setns")
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", name, 0x1001))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
        return fd

    ends = [tun(client, b"net0"), tun(router, b"near")]
    waiting, number = [], 0
    ready()
    while True:
        wait = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select(ends, [], [], wait)
        for fd in readable:
            with contextlib.suppress(OSError):
                number += 1
                heapq.heappush(waiting, (time.monotonic() + float(seconds), number, ends[1 - ends.index(fd)], os.read(fd, 65536)))
        while waiting and waiting[0][0] <= time.monotonic():
            with contextlib.suppress(OSError):
                os.write(waiting[0][2], waiting[0][3])
            heapq.heappop(waiting)


def dns(address, names, behaviour):
    """Knows the names of the table and nothing else. Behaviour: answers, silent, or refuses (everything)."""
    table = {name.lower().rstrip("."): values for name, values in json.loads(names).items()}
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((address, 53))
        ready()
        while True:
            query, sender = s.recvfrom(4096)
            if behaviour != "silent" and len(query) > 16:
                s.sendto(dns_answer(query, table, behaviour), sender)


def dns_answer(query, table, behaviour):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("latin-1"))
        at += 1 + query[at]
    kind = int.from_bytes(query[at + 1:at + 3], "big")
    question, name = query[12:at + 5], ".".join(labels).lower()
    records = []
    for value in table.get(name, []):
        if kind == 12:
            data = b"".join(bytes([len(part)]) + part.encode() for part in value.rstrip(".").split(".")) + b"\0"
        else:
            data = ipaddress.ip_address(value).packed
            if len(data) != {1: 4, 28: 16}.get(kind):
                continue
        records.append(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data)
    code = 5 if behaviour == "refuses" else 0 if name in table else 3
    return query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(records), 0, 0) + question + b"".join(records)


def accepts(address, port, how):
    """A forwarder with nothing behind it. How: fin or reset at once, request-fin or request-reset after the first bytes."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((address, int(port)))
        s.listen(64)
        ready()
        while True:
            connection, _ = s.accept()
            threading.Thread(target=end_it, args=(connection, how), daemon=True).start()


def end_it(connection, how):
    with contextlib.suppress(OSError), connection:
        if how.startswith("request-"):
            connection.recv(4096)
        if how.endswith("reset"):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


if __name__ == "__main__":
    {f.__name__: f for f in (relay, dns, accepts)}[sys.argv[1]](*sys.argv[2:])
