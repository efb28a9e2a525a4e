"""`rdpdoctor inspect --image` on real hives (regipy's) laid out as volumes, and real certificates in the machine's stores."""
import lzma
import pathlib
import struct
import subprocess
import tempfile
import unittest

import hosts
from support import CORPORA, run
from test_inspect_images import inspect, told

FOLDER = pathlib.Path(CORPORA or "/nonexistent")
HIVES = FOLDER / "hives-regipy"


def real(name):
    return lzma.decompress((HIVES / f"{name}.xz").read_bytes())


def software_hive(build):
    """Their SOFTWARE hives are not in the collection: one without policies, so that what SYSTEM says counts."""
    version = {"CurrentBuildNumber": {"sz": build}, "SystemRoot": {"sz": "C:\\Windows"}}
    registry = {"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion": version, "HKLM\\SOFTWARE\\Policies\\Microsoft": {}}
    for protocol in ("{5828227c-20cf-4408-b73f-73ab70b8849f}", "{18b726bb-6fe6-4fb9-9276-ed57ce7c7cb2}"):  # Windows' own, from 8 on and of 7
        registry[f"HKLM\\SOFTWARE\\Classes\\CLSID\\{protocol}\\InprocServer32"] = {"": {"expand_sz": "%SystemRoot%\\System32\\rdpcorets.dll"}}
    machine = hosts.Machine({"registry": registry}, healthy=False)
    with tempfile.TemporaryDirectory() as folder:
        hosts.make_volume(machine, pathlib.Path(folder))
        return pathlib.Path(folder, hosts.CONFIG, "SOFTWARE").read_bytes()


@unittest.skipUnless(hosts.hivex and hosts.MAKE_EVTX.is_file(), "python3-hivex is missing, or make_evtx not built")
@unittest.skipUnless(HIVES.is_dir(), "no folder of real hives (RDPDOCTOR_CORPORA)")
class RealHives(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def volume(self, system, *logs, **others):
        config = self.folder / hosts.CONFIG
        config.mkdir(parents=True)
        (config / "SYSTEM").write_bytes(real(system))
        for number, log in enumerate(logs, 1):
            (config / f"SYSTEM.LOG{number}").write_bytes(real(log))
        for name, data in others.items():
            (config / name).write_bytes(data)
        return inspect("--image", self.folder)

    def ids(self, result):
        return {c["id"]: c for c in result["causes"]}

    def hive(self, result, name="SYSTEM"):
        return next(h for h in result["evidence"]["host"]["system"]["hives"] if h["name"] == name)

    def test_windows_7_has_remote_desktop_on_and_nla_off(self):
        result = self.volume("SYSTEM", SOFTWARE=software_hive("7601"))
        found = self.ids(result)
        self.assertIn("nla-off", found, told(result))
        self.assertNotIn("remote-desktop-disabled", found, told(result))
        self.assertEqual(self.hive(result)["state"], "clean")
        self.assertFalse([c for c in result["causes"] if c["explains"]], told(result))

    def test_windows_8_and_10_have_remote_desktop_off(self):
        for name, build, logs, state in (("SYSTEM_2", "9600", (), "dirty"), ("SYSTEM_WIN_10_1709", "16299", (), "dirty"),
                                         ("SYSTEM_B", "17134", ("SYSTEM_B.LOG1", "SYSTEM_B.LOG2"), "recovered")):
            with self.subTest(hive=name):
                self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
                result = self.volume(name, *logs, SOFTWARE=software_hive(build))
                self.assertIn("remote-desktop-disabled", self.ids(result), told(result))
                self.assertEqual(result["causes"][0]["id"], "remote-desktop-disabled", told(result))
                self.assertNotIn("nla-off", self.ids(result), told(result))
                self.assertEqual(result["exit"], 1)
                self.assertEqual(self.hive(result)["state"], state, self.hive(result))

    def test_a_dirty_hive_says_so_and_a_recovered_one_how_much(self):
        result = self.volume("SYSTEM_B", "SYSTEM_B.LOG1", "SYSTEM_B.LOG2")
        self.assertIn("1622", self.hive(result)["detail"])
        self.assertIn("1621", self.hive(result)["detail"])
        text = run("inspect", "--image", self.folder).stdout
        self.assertIn("recovered", text)

    def test_a_damaged_hive_is_never_remote_desktop_off(self):
        result = self.volume("corrupted_system_hive")
        self.assertEqual(result["causes"], [], told(result))
        self.assertEqual((result["verdict"], result["exit"]), ("unknown", 3), told(result))
        self.assertEqual(self.hive(result)["state"], "damaged")
        self.assertIn("remote-desktop-disabled", {u["id"] for u in result["untested"]})
        self.assertIn("damaged", run("inspect", "--image", self.folder).stdout)

    def test_without_the_software_hive_what_it_tells_is_untested(self):
        result = self.volume("SYSTEM")
        self.assertEqual(self.hive(result, "SOFTWARE")["state"], "missing")
        self.assertNotEqual(result["verdict"], "healthy")
        self.assertNotIn("self-signed-store-missing", self.ids(result), told(result))

    def test_without_the_software_hive_a_policy_may_say_otherwise(self):
        result = self.volume("SYSTEM_B", "SYSTEM_B.LOG1", "SYSTEM_B.LOG2")
        self.assertNotIn("remote-desktop-disabled", {c["id"] for c in result["causes"] if c["certainty"] == "proven"}, told(result))
        self.assertNotEqual(result["verdict"], "healthy", told(result))

    def test_a_real_security_hive_has_its_logon_rights(self):
        result = self.volume("SYSTEM", SECURITY=real("SECURITY"))
        self.assertEqual(self.hive(result, "SECURITY")["state"], "dirty", told(result))
        self.assertNotIn("logon-right-missing", self.ids(result), told(result))


def blob(der, thumbprint):
    """A certificate as the registry's stores hold it: properties, the certificate last."""
    def element(number, data):
        return struct.pack("<III", number, 1, len(data)) + data
    return element(3, thumbprint) + element(32, der)


@unittest.skipUnless(hosts.hivex and hosts.MAKE_EVTX.is_file(), "python3-hivex is missing, or make_evtx not built")
@unittest.skipUnless(FOLDER.is_dir(), "no folder of real certificates (RDPDOCTOR_CORPORA)")
class RealCertificates(unittest.TestCase):
    def test_certificates_that_nothing_names_raise_no_alarm(self):
        """In My they are those of other programs, in Remote Desktop those of before."""
        import hashlib
        ders = []
        for path in sorted(FOLDER.glob("certs-*/**/*")):
            if path.suffix in (".pem", ".crt", ".der", ".cer"):
                done = subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER"], capture_output=True)
                if done.returncode == 0:
                    ders.append(done.stdout)
        self.assertGreater(len(ders), 10)
        for store in ("MY", "Remote Desktop"):
            with self.subTest(store=store), tempfile.TemporaryDirectory() as folder:
                registry = {}
                for der in ders:
                    thumbprint = hashlib.sha1(der).digest()
                    key = f"HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\{store}\\Certificates\\{thumbprint.hex().upper()}"
                    registry[key] = {"Blob": {"binary": blob(der, thumbprint).hex()}}
                hosts.make_volume(hosts.Machine({"registry": registry}), pathlib.Path(folder))
                result = inspect("--image", folder)
                self.assertEqual(result["causes"], [], told(result))


if __name__ == "__main__":
    unittest.main()
