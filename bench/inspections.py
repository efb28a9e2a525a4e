"""`inspect --image` for bench/run: a volume with 300 MB of hives and 500 MB of event logs, as an old session host has."""
import pathlib
import struct
import subprocess
import tempfile

import hosts
from event_logs import FOLDER, make_log, timed

BIN = 4096
PER_BIN = 11
LOGS = {"System": 150, "Security": 150, "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational": 100,
        "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational": 50, "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational": 50}


def named(number):
    return b"{%08X-0C4F-4D2A-9B6E-3389%08X}" % (number, number)


def key_cells(at, number, parent, security):
    """A key with one value of 180 bytes, for the place `at` of the hive."""
    name, data = named(number), bytes(180)
    nk_size, list_size, vk_size, data_size = 80 + (len(name) + 7) // 8 * 8, 8, 32, 184
    list_at = at + nk_size
    vk_at = list_at + list_size
    nk = struct.pack("<i2sHQIIIIIIIIIIIIIIIHH", -nk_size, b"nk", 0x20, 133_000_000_000_000_000, 0, parent, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF, 1, list_at, security,
                     0xFFFFFFFF, 0, 0, 14, 180, 0, len(name), 0) + name
    vk = struct.pack("<i2sHIIIHH", -vk_size, b"vk", 5, 180, vk_at + vk_size, 3, 1, 0) + b"Class\0\0\0"
    return nk.ljust(nk_size, b"\0") + struct.pack("<iI", -list_size, vk_at) + vk + struct.pack("<i", -data_size) + data


def bin_of(at, cells):
    size = (32 + len(cells) + BIN - 1) // BIN * BIN
    free = size - 32 - len(cells)
    return struct.pack("<4sIIQQI", b"hbin", at, size, 0, 0, 0) + cells + (struct.pack("<i", free) + bytes(free - 4) if free else b"")


def grow(path, key, megabytes):
    """Fills the key, which has no subkeys, with so many that the hive has this size; hivex would take minutes for it."""
    hive = hosts.hivex.Hivex(str(path))
    node = hive.root()
    for part in key.split("\\"):
        node = hive.node_get_child(node, part)
    del hive
    with open(path, "r+b") as file:
        head = bytearray(file.read(4096))
        at = struct.unpack_from("<I", head, 40)[0]
        file.seek(node + 4 + 44)
        security, = struct.unpack("<I", file.read(4))
        file.seek(4096 + at)
        number, entries, limit = 0, [], megabytes << 20
        while at < limit:
            cells, places = b"", []
            for _ in range(PER_BIN):
                places.append(at + 32 + len(cells))
                cells += key_cells(places[-1], number, node - 4096, security)
                number += 1
            entries += [struct.pack("<I4s", place, named(number - PER_BIN + i)[:4]) for i, place in enumerate(places)]
            file.write(bin_of(at, cells))
            at += BIN
        leaves = []
        for first in range(0, len(entries), 500):
            leaf = b"lf" + struct.pack("<H", len(entries[first:first + 500])) + b"".join(entries[first:first + 500])
            leaves.append(at + 32)
            data = bin_of(at, hosts.cell(leaf))
            file.write(data)
            at += len(data)
        data = bin_of(at, hosts.cell(b"ri" + struct.pack("<H", len(leaves)) + struct.pack(f"<{len(leaves)}I", *leaves)))
        list_at = at + 32
        file.write(data)
        at += len(data)
        struct.pack_into("<I", head, 40, at)
        hosts.set_checksum(head)
        file.seek(0)
        file.write(head)
        file.seek(node + 4 + 20)
        file.write(struct.pack("<I", number))
        file.seek(node + 4 + 28)
        file.write(struct.pack("<I", list_at))


def make_image(folder):
    extra = {"registry": {"HKLM\\SOFTWARE\\Classes\\CLSID": {}, "HKLM\\SYSTEM\\CurrentControlSet\\Enum\\SWD": {}}}
    hosts.make_volume(hosts.Machine(extra), folder)
    grow(folder / hosts.CONFIG / "SOFTWARE", "Classes\\CLSID", 230)
    grow(folder / hosts.CONFIG / "SYSTEM", "ControlSet001\\Enum\\SWD", 70)
    if FOLDER.is_dir():
        for name, megabytes in LOGS.items():
            make_log(folder / "Windows/System32/winevt/Logs" / f"{name}.evtx", megabytes)


def bench_inspect(program, line):
    if not hosts.hivex or not hosts.MAKE_EVTX.is_file():
        return print("python3-hivex is missing, or make_evtx not built")
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        make_image(folder)
        subprocess.run(["find", folder, "-type", "f", "-exec", "cat", "{}", "+"], stdout=subprocess.DEVNULL, check=True)  # into the system's cache
        seconds, memory = min(timed(program, "inspect", "--image", folder) for _ in range(3))
        logs = sum(LOGS.values()) if FOLDER.is_dir() else 0
        line(f"image with 300 MB of hives and {logs} MB of event logs", f"{seconds:.2f} s, {memory:.0f} MB", "bar: 10 s, 256 MB")
        (folder / hosts.CONFIG / "SYSTEM").write_bytes((folder / hosts.CONFIG / "SYSTEM").read_bytes()[:-BIN])
        seconds, memory = min(timed(program, "inspect", "--image", folder) for _ in range(3))
        line("the same with a truncated hive", f"{seconds:.2f} s, {memory:.0f} MB", "bar: 10 s, 256 MB")
