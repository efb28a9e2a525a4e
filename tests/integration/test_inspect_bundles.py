"""Every machine of tests/hosts as what a collector takes of it: registry exports, event logs, a listing of files; as folders and as zip archives."""
import json
import pathlib
import subprocess
import tempfile
import unittest
import zipfile

import hosts
from support import run
from test_inspect_images import Cases, inspect, told


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def reg_value(name, kind, data):
    """A value as regedit writes it."""
    shown = quoted(name) if name else "@"
    text = data.decode("utf-16-le", "replace").rstrip("\0") if kind == 1 else ""
    if kind == 1 and "\n" not in text and (text + "\0").encode("utf-16-le") == data:
        return f"{shown}={quoted(text)}"
    if kind == 4 and len(data) == 4:
        return f"{shown}=dword:{int.from_bytes(data, 'little'):08x}"
    form = "hex" if kind == 3 else f"hex({kind:x})"
    lines, line = [], f"{shown}={form}:"
    for i, byte in enumerate(data):
        line += f"{byte:02x}" + ("," if i + 1 < len(data) else "")
        if len(line) > 76 and i + 1 < len(data):
            lines.append(line + "\\")
            line = "  "
    return "\r\n".join(lines + [line])


def reg_file(top, key):
    """The export of one key and all below it."""
    lines = ["Windows Registry Editor Version 5.00", ""]

    def add(name, key):
        lines.append(f"[{name}]")
        lines.extend(reg_value(*value) for value in key.values.values())
        lines.append("")
        for child in key.keys.values():
            add(f"{name}\\{child.name}", child)
    add(top, key)
    return b"\xff\xfe" + "\r\n".join(lines).encode("utf-16-le")


def with_access_lists(name, key):
    if key.sddl:
        yield name, key.sddl
    for child in key.keys.values():
        yield from with_access_lists(f"{name}\\{child.name}", child)


def listing(machine, case):
    files = [{"path": path, "size": file.get("size", 0), "modified": file.get("modified", "2026-01-01T00:00:00Z"), "folder": file.get("folder", False)}
             | {k: file[k] for k in ("sddl", "no_security") if k in file} for path, file in machine.files.items()]
    out = {"schema": "rdpdoctor.bundle/1", "files": files, "covers": {"files": ["C:\\Windows", "C:\\ProgramData", "C:\\Users", "C:\\Program Files"]},
           "keys": [{"key": name[1:], "sddl": sddl} for name, sddl in with_access_lists("", machine.registry)],
           "unreadable": [{"path": path, "why": why} for path, why in case.get("unreadable", {}).items()]}
    running = case.get("running", {})
    if "services" in running:
        out["services"] = [s | {"pid": s.get("process_id", 0)} for s in running["services"]]
    if "listening" in running:
        out["listening"] = [s | {"pid": s.get("process_id", 0)} for s in running["listening"]]
    return out


def readable(key):
    """A collector has not got what it could not read."""
    key.keys = {name: readable(child) for name, child in key.keys.items() if not child.unreadable}
    return key


def make_bundle(machine, case, folder):
    for key, name in machine.bad_values:
        machine.registry.find(key.split("\\")).values.pop(name.lower())
    readable(machine.registry)
    for name, key in machine.registry.below(["HKLM"]).keys.items():
        if name.upper() not in machine.bad_hives:
            (folder / f"{name}.reg").write_bytes(reg_file(f"HKEY_LOCAL_MACHINE\\{name.upper()}", key))
    for name, key in machine.registry.below(["HKU"]).keys.items():
        (folder / f"user {name}.reg").write_bytes(reg_file(f"HKEY_USERS\\{key.name}", key))
    (folder / "rdpdoctor-host.json").write_text(json.dumps(listing(machine, case)))
    events = machine.events + [{"channel": "System", "provider": "EventLog", "id": 6013, "at": machine.now}]
    subprocess.run([hosts.MAKE_EVTX, folder], input=json.dumps(events), text=True, check=True)


def zipped(folder, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"collected/{file.name}")


@unittest.skipUnless(hosts.MAKE_EVTX.is_file(), "make_evtx is not built")
class Bundles(Cases):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_every_case_gives_the_causes_it_expects(self):
        skipped = []
        for number, (cause, kind, case) in enumerate(hosts.cases()):
            if any(file and ("hex" in file or "text" in file) for file in case.get("files", {}).values()):  # a listing has no content
                skipped.append(f"{cause}/{kind}")
                continue
            with self.subTest(case=f"{cause}/{kind}"):
                folder = self.folder / str(number)
                folder.mkdir()
                make_bundle(hosts.Machine(case), case, folder)
                if number % 2:
                    zipped(folder, self.folder / f"{number}.zip")
                    folder = self.folder / f"{number}.zip"
                self.check(inspect("--bundle", folder), cause, kind, case)
        print(f"({len(skipped)} cases need what is in files: {', '.join(skipped)})")

    def test_the_healthy_host_is_healthy(self):
        make_bundle(hosts.Machine(), {}, self.folder)
        result = inspect("--bundle", self.folder)
        self.assertEqual((result["verdict"], result["exit"], result["causes"]), ("healthy", 0, []), told(result))

    def test_half_a_bundle_claims_nothing_of_the_other_half(self):
        """Each part by itself: what is not in it is not known, and neither well nor ill."""
        make_bundle(hosts.Machine(), {}, self.folder)
        for part in sorted(self.folder.iterdir()):
            with self.subTest(part=part.name), tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, part.name).write_bytes(part.read_bytes())
                result = inspect("--bundle", folder)
                self.assertEqual((result["verdict"], result["causes"]), ("unknown", []), told(result))

    def test_what_is_no_bundle_is_told_in_one_line(self):
        (self.folder / "empty").mkdir()
        (self.folder / "notes").mkdir()
        (self.folder / "notes/readme.txt").write_text("nothing of use")
        with zipfile.ZipFile(self.folder / "empty.zip", "w"):
            pass
        with zipfile.ZipFile(self.folder / "other.zip", "w") as archive:
            archive.writestr("../../evil.reg", "Windows Registry Editor Version 5.00\r\n")
            archive.writestr("a.txt", "x")
        (self.folder / "cut.zip").write_bytes((self.folder / "other.zip").read_bytes()[:-30])
        for name in ("empty", "notes", "empty.zip", "other.zip", "cut.zip", "gone"):
            with self.subTest(name=name):
                done = run("inspect", "--bundle", self.folder / name)
                self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
                self.assertIn(len(done.stderr.strip().splitlines()), (1, 2), done.stderr)
                self.assertIn(name, done.stderr)

    def test_a_volume_in_a_zip_is_read_as_one(self):
        if not hosts.hivex:
            self.skipTest("python3-hivex is missing")
        volume = self.folder / "volume"
        hosts.make_volume(hosts.Machine({"registry": {"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server": {"fDenyTSConnections": {"dword": 1}}}}), volume)
        with zipfile.ZipFile(self.folder / "volume.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(p for p in volume.rglob("*") if p.is_file()):
                archive.write(file, file.relative_to(volume))
        for option in ("--bundle", "--image"):
            result = inspect(option, self.folder / "volume.zip")
            self.assertEqual([c["id"] for c in result["causes"]][:1], ["remote-desktop-disabled"], told(result))


if __name__ == "__main__":
    unittest.main()
