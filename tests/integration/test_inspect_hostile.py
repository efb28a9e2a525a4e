"""`rdpdoctor inspect` on what is no Windows volume, half of one, or made to mislead: one clear line, nothing outside read, nothing changed."""
import hashlib
import os
import pathlib
import random
import shutil
import tempfile
import time
import unittest

import hosts
from support import run
from test_inspect_images import inspect, told

CONFIG = hosts.CONFIG
MACHINE_KEYS = "ProgramData/Microsoft/Crypto/RSA/MachineKeys"


def ids(causes):
    return [c["id"] for c in causes]


def snapshot(folder):
    """All there is of the files and folders below, but what reading may change (the time of access)."""
    out = {}
    for top, folders, files in os.walk(folder):
        for path in [pathlib.Path(top, name) for name in folders + files] + [pathlib.Path(top)]:
            facts = path.lstat()
            content = ""
            if path.is_symlink():
                content = os.readlink(path)
            elif path.is_file() and facts.st_size < 1 << 24:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            out[str(path)] = (facts.st_mode, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, content)
    return out


class Test(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def refused(self, *said, path=None):
        """Exit 3 and one line of complaint (with at most one that says what is wanted), which names the path and holds these words."""
        path = path or self.folder
        began = time.monotonic()
        done = run("inspect", "--image", path)
        self.assertLess(time.monotonic() - began, 10)
        message = f"exit {done.returncode}: {done.stdout}{done.stderr}"
        self.assertEqual(done.returncode, 3, message)
        self.assertEqual(done.stdout, "", message)
        lines = done.stderr.strip().splitlines()
        self.assertIn(len(lines), (1, 2), message)
        self.assertIn(str(path), lines[0], message)
        for word in said:
            self.assertIn(word, done.stderr, message)
        return done.stderr


class NoVolume(Test):
    def test_a_path_that_is_not_there(self):
        self.refused(path=self.folder / "gone")

    def test_an_empty_folder(self):
        self.refused("empty")

    def test_a_folder_of_something_else(self):
        (self.folder / "notes.txt").write_text("x")
        self.refused("Windows/System32/config")

    def test_a_file_instead_of_a_folder(self):
        (self.folder / "disk.img").write_bytes(b"\xeb\x52\x90NTFS    " + bytes(2048))
        self.refused(path=self.folder / "disk.img")

    def test_an_empty_file(self):
        (self.folder / "disk.img").write_bytes(b"")
        self.refused(path=self.folder / "disk.img")

    def test_the_windows_folder_instead_of_the_volume(self):
        (self.folder / CONFIG).mkdir(parents=True)
        (self.folder / CONFIG / "SYSTEM").write_bytes(b"regf")
        self.refused("top", path=self.folder / "Windows")

    def test_a_folder_that_holds_volumes(self):
        for name in ("vol1", "vol2"):
            (self.folder / name / CONFIG).mkdir(parents=True)
        self.refused("vol1")

    def test_half_a_volume(self):
        (self.folder / "Windows/System32/drivers").mkdir(parents=True)
        self.refused("mounted")
        (self.folder / CONFIG).mkdir()
        self.refused("SYSTEM")

    def test_a_locked_volume(self):
        (self.folder / "dislocker-file").write_bytes(bytes(512))
        self.refused("BitLocker")

    def test_a_device_instead_of_a_folder(self):
        self.refused(path="/dev/null")

    def test_a_name_with_escape_sequences_is_not_printed_as_it_is(self):
        folder = self.folder / "a\x1b]0;x\x07b"
        folder.mkdir()
        done = run("inspect", "--image", folder)
        self.assertEqual(done.returncode, 3)
        self.assertNotIn("\x1b", done.stderr)

    def test_windows_is_a_link_out_of_the_volume(self):
        for target in ("/etc", "../../../../etc", "/"):
            with self.subTest(target=target):
                (self.folder / "Windows").unlink(missing_ok=True)
                (self.folder / "Windows").symlink_to(target)
                self.refused()


@unittest.skipUnless(hosts.hivex and hosts.MAKE_EVTX.is_file(), "python3-hivex is missing, or make_evtx not built")
class Misled(Test):
    def setUp(self):
        super().setUp()
        self.machine = hosts.Machine()
        hosts.make_volume(self.machine, self.folder)
        self.before = inspect("--image", self.folder)  # this folder shows no access lists, so all of it is not known
        self.assertNotIn("key-file-missing", ids(self.before["untested"]))
        self.outside = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def unharmed(self, *causes):
        """Inspected in time, nothing changed, and no other cause than these."""
        before = snapshot(self.folder)
        began = time.monotonic()
        result = inspect("--image", self.folder)
        self.assertLess(time.monotonic() - began, 20)
        self.assertEqual(snapshot(self.folder), before)
        self.assertEqual([c["id"] for c in result["causes"]], list(causes), told(result))
        return result

    def the_same(self):
        """Unharmed, and all was found that was found before."""
        result = self.unharmed()
        self.assertEqual((result["verdict"], ids(result["untested"])), (self.before["verdict"], ids(self.before["untested"])), told(result))

    def hive(self, result, name):
        return next(h for h in result["evidence"]["host"]["system"]["hives"] if h["name"] == name)

    def no_claim(self, result):
        self.assertEqual((result["verdict"], result["exit"]), ("unknown", 3), told(result))

    def test_nothing_is_changed(self):
        self.the_same()

    def test_hives_that_hold_nothing_of_use(self):
        random_ = random.Random(3389)
        good = (self.folder / CONFIG / "SYSTEM").read_bytes()
        for what, data in {"empty": b"", "random": random_.randbytes(100_000), "zeros": bytes(100_000), "header": good[:4096], "regf": b"regf",
                           "header and zeros": good[:4096] + bytes(len(good) - 4096)}.items():
            with self.subTest(hive=what):
                for name in ("SYSTEM", "SOFTWARE", "SECURITY"):
                    (self.folder / CONFIG / name).write_bytes(data)
                result = self.unharmed()
                self.no_claim(result)
                self.assertIn(self.hive(result, "SYSTEM")["state"], ("damaged", "unreadable"))
                self.assertTrue(self.hive(result, "SYSTEM")["detail"])

    def test_truncated_hives_raise_no_alarm(self):
        for name in ("SYSTEM", "SOFTWARE"):
            good = (self.folder / CONFIG / name).read_bytes()
            for size in range(0, len(good), 4096 - 512):
                with self.subTest(hive=name, size=size):
                    (self.folder / CONFIG / name).write_bytes(good[:size])
                    result = self.unharmed()
                    self.assertNotEqual(result["verdict"], "healthy", told(result))
            (self.folder / CONFIG / name).write_bytes(good)

    def test_one_zeroed_page_raises_no_alarm(self):
        for name in ("SYSTEM", "SOFTWARE", "SECURITY"):
            good = (self.folder / CONFIG / name).read_bytes()
            for at in range(4096, len(good), 4096):
                with self.subTest(hive=name, at=at):
                    (self.folder / CONFIG / name).write_bytes(good[:at] + bytes(4096) + good[at + 4096:])
                    self.unharmed()
            (self.folder / CONFIG / name).write_bytes(good)

    def test_hives_that_are_missing(self):
        for name in ("SECURITY", "SOFTWARE"):
            with self.subTest(hive=name):
                os.unlink(self.folder / CONFIG / name)
                result = self.unharmed()
                self.assertEqual(self.hive(result, name)["state"], "missing")
        self.assertNotEqual(result["verdict"], "healthy", told(result))

    def test_pipes_and_devices_in_place_of_hives_are_not_waited_for(self):
        for name in ("SYSTEM", "SOFTWARE", "SECURITY", "SYSTEM.LOG1"):
            (self.folder / CONFIG / name).unlink(missing_ok=True)
            os.mkfifo(self.folder / CONFIG / name)
        logs = self.folder / "Windows/System32/winevt/Logs"
        (logs / "System.evtx").unlink()
        os.mkfifo(logs / "System.evtx")
        done = run("inspect", "--image", self.folder, timeout=20)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)

    def test_folders_in_place_of_files(self):
        for path in (f"{CONFIG}/SOFTWARE", "Windows/System32/winevt/Logs/System.evtx"):
            (self.folder / path).unlink()
            (self.folder / path).mkdir()
        self.assertEqual(self.hive(self.unharmed(), "SOFTWARE")["state"], "unreadable")

    def test_links_out_of_the_volume_are_not_followed(self):
        secret = self.outside / "SYSTEM"
        shutil.copy(self.folder / CONFIG / "SYSTEM", secret)
        keys = self.outside / "keys"
        shutil.copytree(self.folder / MACHINE_KEYS, keys)
        relative = os.path.relpath(secret, self.folder / CONFIG)
        for target in (str(secret), relative, "/etc/passwd", "../../../../../../../../etc/passwd", "SYSTEM", "/proc/self/mem"):
            with self.subTest(target=target):
                (self.folder / CONFIG / "SYSTEM").unlink()
                (self.folder / CONFIG / "SYSTEM").symlink_to(target)
                result = self.unharmed()
                self.no_claim(result)
                self.assertNotIn("root:", str(result))
        shutil.copy(secret, self.folder / CONFIG / "never")
        os.replace(self.folder / CONFIG / "never", self.folder / CONFIG / "SYSTEM")
        for target in (str(keys), "..", ".", "/", os.path.relpath(keys, self.folder / MACHINE_KEYS / "..")):
            with self.subTest(machine_keys=target):
                at = self.folder / MACHINE_KEYS
                shutil.rmtree(at) if not at.is_symlink() else at.unlink()
                at.symlink_to(target)
                done = run("inspect", "--image", self.folder)
                self.assertIn(done.returncode, (0, 1, 3), done.stderr)
                self.assertNotIn(str(keys / "x"), done.stdout)

    def test_links_inside_the_volume_are_followed(self):
        at = self.folder / MACHINE_KEYS
        moved = self.folder / "Moved keys"
        os.rename(at, moved)
        at.symlink_to(os.path.relpath(moved, at.parent))
        self.the_same()

    def test_links_in_a_circle_end(self):
        at = self.folder / "ProgramData"
        os.rename(at, self.folder / "kept")
        at.symlink_to("Other")
        (self.folder / "Other").symlink_to("ProgramData")
        result = inspect("--image", self.folder)
        self.assertFalse([c for c in result["causes"] if c["certainty"] == "proven"], told(result))

    def test_names_in_another_case(self):
        os.rename(self.folder / "Windows", self.folder / "WINDOWS")
        os.rename(self.folder / "WINDOWS/System32", self.folder / "WINDOWS/system32")
        os.rename(self.folder / "WINDOWS/system32/config/SYSTEM", self.folder / "WINDOWS/system32/config/system")
        os.rename(self.folder / "ProgramData", self.folder / "PROGRAMDATA")
        self.the_same()

    def test_program_data_that_was_moved(self):
        self.volume_over({"registry": {"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList": {"ProgramData": {"expand_sz": "%SystemDrive%\\Data"}}}})
        os.rename(self.folder / "ProgramData", self.folder / "Data")
        self.the_same()

    def test_program_data_on_a_drive_that_is_not_here(self):
        self.volume_over({"registry": {"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList": {"ProgramData": {"expand_sz": "D:\\Data"}}}})
        result = self.unharmed()
        self.assertIn("D:", str(result["untested"]))

    def volume_over(self, layer):
        shutil.rmtree(self.folder / "Windows")
        shutil.rmtree(self.folder / "ProgramData", ignore_errors=True)
        hosts.make_volume(hosts.Machine(layer), self.folder)

    def test_a_control_set_that_is_not_there(self):
        for number in (2, 0, 0xFFFFFFFF):
            with self.subTest(current=number):
                hive = hosts.hivex.Hivex(str(self.folder / CONFIG / "SYSTEM"), write=True)
                select = hive.node_get_child(hive.root(), "Select")
                hive.node_set_value(select, {"key": "Current", "t": 4, "value": number.to_bytes(4, "little")})
                hive.commit(None)
                self.no_claim(self.unharmed())

    def test_huge_hives_and_logs_cost_neither_time_nor_memory(self):
        with open(self.folder / CONFIG / "SOFTWARE", "r+b") as file:
            file.truncate(64 << 30)
        with open(self.folder / "Windows/System32/winevt/Logs/System.evtx", "r+b") as file:
            file.truncate(1 << 30)
        (self.folder / CONFIG / "SYSTEM.LOG1").write_bytes(b"")
        with open(self.folder / CONFIG / "SYSTEM.LOG1", "r+b") as file:
            file.truncate(64 << 30)
        began = time.monotonic()
        done = run("inspect", "--image", self.folder, "--json", timeout=120)
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        self.assertLess(time.monotonic() - began, 60)

    def test_garbage_logs_beside_a_clean_hive_change_nothing(self):
        random_ = random.Random(7)
        for name in ("SYSTEM.LOG1", "SYSTEM.LOG2", "SOFTWARE.LOG1"):
            (self.folder / CONFIG / name).write_bytes(random_.randbytes(70_000))
        self.the_same()

    def test_hostile_words_in_values_are_not_printed_as_they_are(self):
        self.volume_over({"registry": {"HKLM\\SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName": {"ComputerName": {"sz": "\x1b]0;x\x07\u202e RDS"}}}})
        done = run("inspect", "--image", self.folder)
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\x07", done.stdout)

    @unittest.skipIf(os.geteuid() == 0 and not shutil.which("setpriv"), "root may read everything")
    def test_files_that_may_not_be_read_are_told_so(self):
        os.chmod(self.folder, 0o755)
        os.chmod(self.folder / CONFIG / "SECURITY", 0)
        import subprocess
        from support import PROGRAM
        program = shutil.copy(PROGRAM, self.outside / "rdpdoctor")
        os.chmod(self.outside, 0o755)
        os.chmod(program, 0o755)
        as_other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        done = subprocess.run([*as_other, program, "inspect", "--image", self.folder, "--json"], capture_output=True, text=True, timeout=60)
        import json
        result = json.loads(done.stdout)
        self.assertEqual(self.hive(result, "SECURITY")["state"], "unreadable", done.stderr)
        self.assertIn("denied", self.hive(result, "SECURITY")["detail"])


if __name__ == "__main__":
    unittest.main()
