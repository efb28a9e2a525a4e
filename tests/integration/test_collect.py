"""`collect`: from volumes with real hives to an archive, and from that the same causes and the same repairs."""
import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import hosts
from support import PROGRAM, lab, run
from test_inspect_images import Cases, inspect, told

SECRET = "hunter2-Zx9"


def same(result):
    """What a diagnosis says, without where it was read from."""
    return [(c["id"], c["certainty"], [e["text"] for e in c["evidence"]]) for c in result["causes"]], result["verdict"]


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path, out, change):
    """The archive with other members: change(members) changes them."""
    content = members(path)
    change(content)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out


@unittest.skipUnless(hosts.hivex and hosts.MAKE_EVTX.is_file(), "python3-hivex is missing, or make_evtx not built")
class Collections(Cases):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def volume(self, case=None, name="volume"):
        folder = self.folder / name
        folder.mkdir()
        hosts.make_volume(hosts.Machine(case or {}), folder)
        return folder

    def collect(self, *args, name="case.zip", status=0):
        done = run("collect", "-o", self.folder / name, *args)
        self.assertEqual(done.returncode, status, done.stderr)
        self.said = done.stdout
        return self.folder / name

    def case(self, cause):
        return next(case for c, kind, case in hosts.cases() if c == cause and kind.startswith("present") and not hosts.Machine(case).running)

    def test_every_case_gives_the_same_causes_from_its_collection(self):
        for number, (cause, kind, case) in enumerate(hosts.cases()):
            if not kind.startswith("present"):
                continue
            with self.subTest(case=f"{cause}/{kind}"):
                volume = self.volume(case, str(number))
                collection = self.collect("--image", volume, name=f"{number}.zip")
                self.assertEqual(same(inspect("--bundle", collection)), same(inspect("--image", volume)))
                shutil.rmtree(volume)

    def test_what_it_says_and_what_is_in_it(self):
        collection = self.collect("--image", self.volume(self.case("remote-desktop-disabled")))
        self.assertIn("case.zip", self.said)
        self.assertIn("rdpdoctor analyze", self.said)
        self.assertEqual(subprocess.run(["unzip", "-tqq", collection], check=False).returncode, 0)
        content = members(collection)
        manifest = json.loads(content.pop("manifest.json"))
        self.assertEqual(manifest["schema"], "rdpdoctor.collection/1")
        self.assertEqual((manifest["role"], manifest["redacted"], manifest["computer"]), ("host", False, "RDS01"))
        self.assertEqual({f["name"]: (f["size"], f["sha256"]) for f in manifest["files"]},
                         {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in content.items()})
        self.assertEqual(json.loads(content["case.json"])["schema"], "rdpdoctor.diagnosis/1")
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith("case")], ["case.zip"])
        self.assertEqual(collection.stat().st_mode & 0o077, 0)

    def test_analyze_inspect_and_fix_read_it_as_the_machine(self):
        volume = self.volume(self.case("remote-desktop-disabled"))
        collection = self.collect("--image", volume)
        done = run("analyze", collection, "--json")
        result = json.loads(done.stdout) | {"exit": done.returncode}
        of_volume = inspect("--image", volume)
        self.assertEqual(same(result), same(of_volume), told(result))
        self.assertEqual(done.stderr, "")
        for how in ("ps1", "reg", "text"):
            scripts = [run("fix", *machine, "--emit", how) for machine in (("--image", volume), ("--bundle", collection))]
            self.assertTrue(scripts[0].stdout)
            self.assertEqual(scripts[0].stdout, scripts[1].stdout)
            self.assertEqual(scripts[0].returncode, scripts[1].returncode)

    def test_a_collection_of_a_collection_says_the_same(self):
        first = self.collect("--image", self.volume(self.case("listener-disabled")))
        second = self.collect("--bundle", first, name="second.zip")
        self.assertEqual(same(inspect("--bundle", first)), same(inspect("--bundle", second)))

    def test_without_a_case_the_machine_is_inspected_from_it(self):
        volume = self.volume(self.case("remote-desktop-disabled"))
        collection = self.collect("--image", volume)

        def no_case(content):
            del content["case.json"]
            manifest = json.loads(content["manifest.json"])
            manifest["files"] = [f for f in manifest["files"] if f["name"] != "case.json"]
            content["manifest.json"] = json.dumps(manifest)
        done = run("analyze", rewritten(collection, self.folder / "script.zip", no_case), "--json")
        self.assertEqual(same(json.loads(done.stdout)), same(inspect("--image", volume)))

    def test_redacted_it_holds_the_case_alone_and_no_name(self):
        volume = self.volume(self.case("remote-desktop-disabled"))
        collection = self.collect("--image", volume, "--redact")
        self.assertIn("no raw readings", self.said)
        content = members(collection)
        self.assertEqual(sorted(content), ["case.json", "manifest.json"])
        for name, data in content.items():
            self.assertNotIn(b"rds01", data.lower(), name)
        done = run("inspect", "--bundle", collection, "--json")
        self.assertIn("the case alone", done.stderr)
        of_volume = same(inspect("--image", volume, "--redact"))
        self.assertEqual(of_volume[0][0][0], "remote-desktop-disabled")
        self.assertEqual(same(json.loads(done.stdout)), of_volume)
        self.assertEqual(same(json.loads(run("analyze", collection, "--json").stdout)), of_volume)
        script = run("fix", "--bundle", collection, "--emit", "ps1")
        self.assertIn("fDenyTSConnections", script.stdout, script.stderr)
        named = run("collect", "--image", volume, "--redact", "-o", self.folder / "Rds01-case.zip")
        self.assertEqual(named.returncode, 2, named.stderr)
        self.assertFalse((self.folder / "Rds01-case.zip").exists())

    def test_what_is_not_as_the_manifest_says_is_named_and_not_used(self):
        collection = self.collect("--image", self.volume(self.case("remote-desktop-disabled")))

        def off(content):
            content["rdpdoctor-host.json"] = content["rdpdoctor-host.json"].replace(b"01000000", b"00000000")
        changed = rewritten(collection, self.folder / "changed.zip", off)
        done = run("inspect", "--bundle", changed, "--json")
        self.assertIn("rdpdoctor-host.json: its SHA-256 is another", done.stderr)
        self.assertEqual(len([line for line in done.stderr.splitlines() if "SHA-256" in line]), 1)
        self.assertEqual(json.loads(done.stdout)["causes"][0]["id"], "remote-desktop-disabled")  # by the case that was made there

        def case(content):
            content["case.json"] = content["case.json"].replace(b"remote", b"REMOTE")
        done = run("analyze", rewritten(collection, self.folder / "case-changed.zip", case), "--json")
        self.assertIn("case.json", done.stderr)
        self.assertEqual(json.loads(done.stdout)["causes"][0]["id"], "remote-desktop-disabled")  # inspected from the rest

        def more(content):
            content["more.reg"] = "Windows Registry Editor Version 5.00\r\n"
        done = run("inspect", "--bundle", rewritten(collection, self.folder / "more.zip", more))
        self.assertIn("more.reg: it is not in the manifest", done.stderr)

    def test_packed_again_with_its_folder_it_is_the_same_collection(self):
        collection = self.collect("--image", self.volume(self.case("remote-desktop-disabled")))

        def folder(content):
            for name in list(content):
                content[f"case 4711/{name}"] = content.pop(name)
            content["__MACOSX/._case"] = b"Mac OS X"
        again = rewritten(collection, self.folder / "again.zip", folder)
        for how in (("analyze",), ("inspect", "--bundle")):
            done = run(*how, again, "--json")
            self.assertEqual(done.stderr, "")
            self.assertEqual(same(json.loads(done.stdout)), same(json.loads(run(*how, collection, "--json").stdout)))

    def test_what_can_not_be_written_says_why(self):
        volume = self.volume()
        done = run("collect", "--image", volume, "-o", self.folder / "none" / "case.zip")
        self.assertEqual(done.returncode, 3)
        self.assertIn("No such file or directory", done.stderr)

    def test_hostile_listings_end_in_words(self):
        for number, text in enumerate(("[]", "{}", '{"schema": 1}', '{"schema": "rdpdoctor.bundle/1", "registry": [{"key": 1}, 2, {"key": "HKLM", "values": {}}]}',
                                       '{"schema": "rdpdoctor.bundle/1", "paths": [{"path": "C:\\\\x", "content": {"size": 9, "copy": "../../etc/passwd", "parts": [[0, 99]]}}]}',
                                       '{"schema": "rdpdoctor.bundle/1", "logs": [{"channel": "System", "copy": "/etc/passwd"}], "control_set": "\\u001b[2J"}',
                                       '{"schema": "rdpdoctor.bundle/1", "paths": [{"path": "C:\\\\x", "content": {"copy": "a", "parts": [[0], [-1, 2], [18446744073709551615, 1]]}}]}',
                                       "[" * 100_000)):
            path = self.folder / f"{number}.zip"
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("rdpdoctor-host.json", text)
                archive.writestr("a", "x")
            done = run("inspect", "--bundle", path)
            self.assertIn(done.returncode, (0, 1, 3), (text[:60], done.stderr))
            self.assertNotIn("\x1b[2J", done.stdout + done.stderr)

    def test_nothing_secret_of_a_volume_gets_in(self):
        case = {"registry": {
            "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp": {"Password": {"sz": SECRET}},
            "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon": {"DefaultPassword": {"sz": SECRET}}}}
        volume = self.volume(case)
        keys = volume / "ProgramData/Microsoft/Crypto/RSA/MachineKeys"
        for file in [*keys.iterdir(), *volume.glob("Users/*/NTUSER.DAT")]:
            file.write_bytes(file.read_bytes() + SECRET.encode())
        wanted = [SECRET.encode(), SECRET.encode("utf-16-le"), SECRET.encode().hex().encode(), SECRET.encode("utf-16-le").hex().encode()]
        for name, data in members(self.collect("--image", volume)).items():
            for form in wanted:
                self.assertNotIn(form, data, name)

    def test_of_a_client_it_has_what_was_tried_and_what_the_client_says(self):
        volume = self.volume()
        with lab("key-unusable-alert-40") as ports:
            collection = self.collect(f"127.0.0.1:{ports['key-unusable-alert-40']}", "--image", volume, "--code", "0x904/0x7")
        content = members(collection)
        manifest = json.loads(content["manifest.json"])
        self.assertEqual((manifest["role"], manifest["target"]), ("client", f"127.0.0.1:{ports['key-unusable-alert-40']}"))
        evidence = json.loads(content["case.json"])["evidence"]
        self.assertTrue(evidence["connections"])
        self.assertTrue(evidence["client"])
        self.assertFalse(evidence.get("host"))
        done = run("analyze", collection, "--json")
        self.assertEqual(same(json.loads(done.stdout)), same(json.loads(content["case.json"])))
        self.assertIn("collected of a client", run("inspect", "--bundle", collection).stderr)
        plan = run("fix", "--bundle", collection)
        self.assertNotIn("this is the host", plan.stdout + plan.stderr)
        named = run("fix", "enable-client-log", "--bundle", collection, "--emit", "ps1")
        self.assertIn("this Windows has no log", named.stderr)  # the collection tells, as the machine would

    def test_nothing_is_overwritten_and_usage_is_told(self):
        volume = self.volume()
        there = self.folder / "there.zip"
        there.write_text("mine")
        self.assertEqual(run("collect", "--image", volume, "-o", there).returncode, 2)
        self.assertEqual(there.read_text(), "mine")
        for args in ((), ("--image", volume), ("-o", self.folder / "a.zip"), ("--image", volume, "-o", self.folder / "a.zip", "--code", "?")):
            done = run("collect", *args)
            self.assertEqual(done.returncode, 2, (args, done.stderr))
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertEqual(run("collect", "--image", self.folder / "gone", "-o", self.folder / "a.zip").returncode, 3)
        self.assertNotEqual(run("collect", "--image", volume, "-o", self.folder / "no folder/a.zip").returncode, 0)
        self.assertFalse((self.folder / "a.zip").exists())


if __name__ == "__main__":
    unittest.main()
