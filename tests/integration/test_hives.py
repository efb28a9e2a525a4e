"""Our decoder of registry hives against hivex: key by key on real hives, with their logs replayed, and on hives that hivex wrote."""
import json
import lzma
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

from support import CORPORA, PROGRAM

try:
    import hivex
except ImportError:
    sys.path.append("/usr/lib/python3/dist-packages")  # Debian's package, where another Python runs the tests
    try:
        import hivex
    except ImportError:
        hivex = None

FOLDER = pathlib.Path(CORPORA or "/nonexistent", "hives-regipy")
DUMP = pathlib.Path(PROGRAM).with_name("hive_dump")
WITHOUT_LOGS = ("BCD", "NTUSER-WSL.DAT", "NTUSER.DAT", "NTUSER_modified.DAT", "SAM", "SECURITY", "SYSTEM", "SYSTEM_2", "SYSTEM_WIN_10_1709")
WITH_LOGS = {"SYSTEM_B": ("SYSTEM_B.LOG1", "SYSTEM_B.LOG2"), "UsrClass.dat": ("UsrClass.dat.LOG1", "UsrClass.dat.LOG2"),
             "transactions_NTUSER.DAT": ("transactions_ntuser.dat.log1", "transactions_ntuser.dat.log2")}
SZ, BINARY, DWORD = 1, 3, 4


def ours(*args, status=0):
    """The keys by their paths, and the totals."""
    done = subprocess.run([DUMP, *args], capture_output=True, text=True, timeout=120)
    if done.returncode != status:
        raise AssertionError(f"exit {done.returncode}: {done.stderr}{done.stdout[-2000:]}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    keys = {tuple(row["key"]): sorted(tuple(v) for v in row["values"]) for row in rows[:-1]}
    if len(keys) != len(rows) - 1 and "--count" not in args:
        raise AssertionError("a key is told twice")
    return keys, rows[-1]


def theirs(path):
    """The same from hivex."""
    hive = hivex.Hivex(str(path))
    out = {}
    waiting = [(hive.root(), ())]
    while waiting:
        node, name = waiting.pop()
        values = []
        for value in hive.node_values(node):
            kind, data = hive.value_value(value)
            values.append((hive.value_key(value), kind, data.hex()))
        out[name] = sorted(values)
        waiting += [(child, name + (hive.node_name(child),)) for child in hive.node_children(node)]
    return out


class Test(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        if not DUMP.is_file():
            self.skipTest("hive_dump is not built")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def assert_same(self, mine, other):
        self.assertEqual(len(mine), len(other))
        for name, values in other.items():
            self.assertEqual(mine.get(name), values, name)


@unittest.skipUnless(FOLDER.is_dir(), "no folder of real hives (RDPDOCTOR_CORPORA)")
class RealHives(Test):
    def hive(self, name):
        path = self.folder / name
        if not path.exists():
            path.write_bytes(lzma.decompress((FOLDER / f"{name}.xz").read_bytes()))
        return path

    @unittest.skipUnless(hivex, "not installed: python3-hivex")
    def test_the_same_keys_and_values_as_hivex(self):
        for name in WITHOUT_LOGS + tuple(WITH_LOGS):
            with self.subTest(hive=name):
                keys, totals = ours(self.hive(name))
                self.assertEqual(totals["problems"], [])
                self.assert_same(keys, theirs(self.hive(name)))

    @unittest.skipUnless(hivex, "not installed: python3-hivex")
    def test_a_hive_with_its_logs_replayed_is_a_whole_one_to_hivex_too(self):
        for name, logs in WITH_LOGS.items():
            with self.subTest(hive=name):
                saved = self.folder / "recovered"
                keys, totals = ours("--save", saved, self.hive(name), *map(self.hive, logs))
                self.assertFalse(totals["dirty"])
                self.assert_same(keys, theirs(saved))
                again, totals = ours(saved)
                self.assertEqual((again, totals["replayed"]), (keys, None))

    def test_what_the_logs_add(self):
        for name, before, after, pages, last in (("SYSTEM_B", (33123, 74957), (35595, 78901), 315, 2130),
                                                 ("UsrClass.dat", (6205, 12369), (6238, 12531), 158, 300),
                                                 ("transactions_NTUSER.DAT", (2590, 4119), (3105, 4695), 132, 588)):
            with self.subTest(hive=name):
                logs = [self.hive(log) for log in WITH_LOGS[name]]
                _, totals = ours("--count", self.hive(name))
                self.assertEqual((totals["dirty"], totals["keys"], totals["values"]), (True, *before))
                for order in (logs, logs[::-1]):
                    _, totals = ours("--count", self.hive(name), *order)
                    self.assertEqual((totals["dirty"], totals["keys"], totals["values"]), (False, *after))
                    replayed = totals["replayed"]
                    self.assertEqual((replayed["pages"], replayed["last_sequence"], replayed["problem"]), (pages, last, ""))

    def test_a_base_block_that_is_lost_comes_from_the_log(self):
        path = self.hive("transactions_NTUSER.DAT")
        damaged = bytearray(path.read_bytes())
        damaged[:512] = bytes(512)
        path.write_bytes(damaged)
        _, totals = ours("--count", path, self.hive("transactions_ntuser.dat.log1"))
        self.assertEqual((totals["dirty"], totals["keys"], totals["values"]), (False, 3105, 4695))

    def test_an_entry_that_was_not_written_whole_ends_the_replay(self):
        path = self.hive("SYSTEM_B.LOG2")
        log = bytearray(path.read_bytes())
        log[0x1F4000 + 5000] ^= 1  # in entry 2121
        path.write_bytes(log)
        _, totals = ours("--count", self.hive("SYSTEM_B"), self.hive("SYSTEM_B.LOG1"), path)
        self.assertEqual(totals["replayed"]["last_sequence"], 2120)
        self.assertIn("entry 2121 at byte 2048000", totals["replayed"]["problem"])

    def test_a_damaged_hive_is_told_as_damaged(self):
        keys, totals = ours(self.hive("corrupted_system_hive"), status=1)
        self.assertFalse(totals["dirty"])
        self.assertIn("expected the header of a bin", totals["problems"][-1])
        self.assertTrue(all(p.startswith("damaged: ") for p in totals["problems"]))
        self.assertNotIn(("ControlSet001", "Control", "Terminal Server"), keys)

    def test_remote_desktop_settings_of_real_machines(self):
        for name, deny in (("SYSTEM", 0), ("SYSTEM_2", 1), ("SYSTEM_B", 1), ("SYSTEM_WIN_10_1709", 1)):
            with self.subTest(hive=name):
                keys, _ = ours(self.hive(name))
                values = {n: data for n, _, data in keys["ControlSet001", "Control", "Terminal Server"]}
                self.assertEqual(values["fDenyTSConnections"], f"{deny:02x}000000")
                station = dict((n, data) for n, _, data in keys["ControlSet001", "Control", "Terminal Server", "WinStations", "RDP-Tcp"])
                self.assertEqual(station["PortNumber"], "3d0d0000")


@unittest.skipUnless(hivex, "not installed: python3-hivex")
class HivesOfHivex(Test):
    """hivex writes hives as well, into one that is there: the smallest one is made here by hand."""

    def empty_hive(self):
        base = bytearray(4096)
        base[0:4] = b"regf"
        for at, value in ((4, 1), (8, 1), (20, 1), (24, 3), (32, 1), (36, 0x20), (40, 4096), (44, 1)):
            base[at:at + 4] = value.to_bytes(4, "little")
        checksum = 0
        for at in range(0, 508, 4):
            checksum ^= int.from_bytes(base[at:at + 4], "little")
        base[508:512] = checksum.to_bytes(4, "little")
        key = bytearray(84)
        key[0:4] = b"nk\x2c\x00"
        for at, value in ((16, 0), (28, 0xFFFFFFFF), (32, 0xFFFFFFFF), (40, 0xFFFFFFFF), (44, 0x78), (48, 0xFFFFFFFF), (72, 4)):
            key[at:at + 4] = value.to_bytes(4, "little")
        key[76:80] = b"ROOT"
        descriptor = bytes.fromhex("0100048000000000000000000000000000000000")
        security = b"sk\x00\x00" + (0x78).to_bytes(4, "little") * 2 + (1).to_bytes(4, "little") + len(descriptor).to_bytes(4, "little") + descriptor
        bins = bytearray(b"hbin" + bytes(4) + (4096).to_bytes(4, "little") + bytes(20))
        for cell in (key, security):
            size = -(-(len(cell) + 4) // 8) * 8
            bins += (-size).to_bytes(4, "little", signed=True) + cell.ljust(size - 4, b"\0")
        bins += (4096 - len(bins)).to_bytes(4, "little")
        path = self.folder / "hive"
        path.write_bytes(base + bins.ljust(4096, b"\0"))
        return path

    def written(self, path, build):
        hive = hivex.Hivex(str(path), write=True)
        build(hive)
        hive.commit(None)

    def test_an_empty_hive(self):
        self.assertEqual(ours(self.empty_hive())[0], {(): []})

    def test_keys_and_values_of_all_kinds(self):
        wide = "zurück".encode("utf-16-le") + b"\0\0"
        values = [{"key": "", "t": SZ, "value": wide}, {"key": "PortNumber", "t": DWORD, "value": (3389).to_bytes(4, "little")},
                  {"key": "Empty", "t": BINARY, "value": b""}, {"key": "Short", "t": BINARY, "value": b"abc"},
                  {"key": "Long", "t": BINARY, "value": bytes(range(256)) * 20}]
        path = self.empty_hive()

        def build(hive):
            node = hive.root()
            for name in ("ControlSet001", "Control", "Terminal Server"):
                node = hive.node_add_child(node, name)
            hive.node_set_values(node, values)
        self.written(path, build)
        keys, totals = ours(path)
        self.assertEqual(totals["problems"], [])
        self.assertEqual(keys["ControlSet001", "Control", "Terminal Server"], sorted((v["key"], v["t"], v["value"].hex()) for v in values))
        self.assert_same(keys, theirs(path))

    def test_many_keys_in_any_order(self):
        chance = random.Random(5)
        path = self.empty_hive()
        names = [f"{chance.choice('AaZz')}{chance.randrange(10 ** 6)}" for _ in range(600)]

        def build(hive):
            for i, name in enumerate(dict.fromkeys(n.upper() for n in names)):
                node = hive.node_add_child(hive.root(), name)
                hive.node_set_value(node, {"key": f"v{i}", "t": DWORD, "value": i.to_bytes(4, "little")})
        self.written(path, build)
        keys, totals = ours(path)
        self.assertEqual(totals["problems"], [])
        self.assert_same(keys, theirs(path))


if __name__ == "__main__":
    unittest.main()
