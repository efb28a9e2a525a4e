"""What the integration tests share: the program under test, the lab, little servers, and ports that are free."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("RDPDOCTOR", str(ROOT / "rdpdoctor"))
CORPORA = os.environ.get("RDPDOCTOR_CORPORA", "")


def run(*args, timeout=60, **kwargs):
    """Runs the program; gives the finished process with text output."""
    return subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=timeout, **kwargs)


def diagnose(host, *args, timeout=60):
    """The diagnosis of a host as the JSON object it prints."""
    done = run("diagnose", host, "--json", *args, timeout=timeout)
    if done.returncode not in (0, 1, 3):
        raise AssertionError(f"exit {done.returncode}: {done.stderr}")
    result = json.loads(done.stdout)
    result["exit"] = done.returncode
    return result


def first_cause(result):
    return result["causes"][0]["id"] if result["causes"] else None


def attempt(result, what):
    """The connection of the case file with this name."""
    return next(c for c in result["evidence"]["connections"] if c["asked"]["what"] == what)


@contextlib.contextmanager
def lab(*faults):
    """The built-in lab acting these faults out; gives {fault id: port}."""
    args = [a for f in faults for a in ("--fault", f)]
    process = subprocess.Popen([PROGRAM, "lab", *args], stdout=subprocess.PIPE, text=True)
    try:
        ports = {}
        for _ in faults:
            address, fault, *_rest = process.stdout.readline().split()
            ports[fault] = int(address.rsplit(":", 1)[1])
        yield ports
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, seconds=30):
    """Until something accepts on the port, or the process that should has died."""
    import time
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process is not None and process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        threading.Event().wait(0.05)  # a poll interval, not a guess at readiness
    raise AssertionError(f"nothing listens on {port}")


@contextlib.contextmanager
def server(handle, address="127.0.0.1", accepted=lambda number: None):
    """A TCP server of the test's own: handle(socket, number) for each connection, in a thread each. Gives the port.
    `accepted(number)` comes first, in the order in which they came, which threads on a busy machine do not keep."""
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, 0))
    listener.listen(64)
    stop = threading.Event()
    count = 0
    lock = threading.Lock()

    def one(connection, number):
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            handle(connection, number)

    def accept():
        nonlocal count
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with lock:
                count += 1
                number = count
            accepted(number)
            threading.Thread(target=one, args=(connection, number), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def reset(connection):
    """Closes with RST."""
    import struct
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_tpkt(connection):
    """One TPKT, whole."""
    head = b""
    while len(head) < 4:
        got = connection.recv(4 - len(head))
        if not got:
            return head
        head += got
    rest = int.from_bytes(head[2:4], "big") - 4
    body = b""
    while len(body) < rest:
        got = connection.recv(rest - len(body))
        if not got:
            break
        body += got
    return head + body


def confirm(selected, flags=0x1F):
    """A Connection Confirm that chooses this protocol, written independently of the program's own codec."""
    body = b"\x0e\xd0\x00\x00\x12\x34\x00" + bytes([2, flags, 8, 0]) + selected.to_bytes(4, "little")
    return b"\x03\x00" + (len(body) + 4).to_bytes(2, "big") + body


def negotiation_failure(code):
    body = b"\x0e\xd0\x00\x00\x12\x34\x00" + bytes([3, 0, 8, 0]) + code.to_bytes(4, "little")
    return b"\x03\x00" + (len(body) + 4).to_bytes(2, "big") + body


def requested_protocols(tpkt):
    """requestedProtocols of a Connection Request, None without RDP_NEG_REQ."""
    return int.from_bytes(tpkt[-4:], "little") if len(tpkt) >= 19 and tpkt[-8] == 1 else None


def needs(*programs):
    """Skips a test, and says so, when a program it drives is not installed."""
    missing = [p for p in programs if not shutil.which(p)]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")
