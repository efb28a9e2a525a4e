"""Every fault of tests/hosts that has a fix, on a real NTFS volume: found, planned, fixed, gone; undone, and all as it was."""
import concurrent.futures
import json
import pathlib
import re
import struct
import subprocess
import tempfile
import unittest

import fixing
import hosts
import test_inspect_corpora as corpora
from fixing import causes_of, difference, every_byte, everything, rdpdoctor

# Faults that no fix changes on a disk, with what the plan says instead. "running": only the machine itself can do it, and a script
# for it can be made. "by hand": the plan is what a person does. Otherwise a word of the reason.
NOT_ON_A_DISK = {
    "address-dynamic/present": "no DHCP server",
    "firewall-rule-missing/present-blocked": "changes nobody else's rule",
    "firewall-rule-missing/present-limited": "--accept-risk",
    "firewall-rule-missing/present-policy-only": "has to come by policy",
    "firewall-rule-missing/present-shields-up": "--accept-risk",
    "instance-limit-zero/present-by-policy": "change the policy",
    "listener-disabled/present-gone": "healthy host of the same version",
    "listener-disabled/present-other-left": "healthy host of the same version",
    "listener-foreign-protocol/present-in-use": "already",
    "listener-foreign-protocol/present-own-missing": "sfc /scannow",
    "port-held-by-other-program/present-logged": "already",
    "profile-hive-damaged/present-all": "from a backup",
    "profile-hive-damaged/present-empty": "from a backup",
    "remote-desktop-disabled/present-by-policy": "change the policy",
    "remote-desktop-disabled/present-policy-unreadable": "can't be read",
    "security-layer-weak/present-by-policy": "change the policy",
    "self-signed-store-missing/present": "running",
    "self-signed-store-missing/present-expired": "running",
    "self-signed-store-missing/present-still-serves": "running",
    "service-library-replaced/present-missing": "sfc /scanfile",
    "service-stopped/present-crashing": "already",
    "service-stopped/present-gone": "healthy host of the same version",
}


def shown(key):
    """A key of a hive as an administrator writes it."""
    return re.sub(r"(?i)\bControlSet001\b", "CurrentControlSet", "\\".join(key))


def differing(before, after):
    """What was changed, in the words of a plan: "HKLM\\…: value", "HKLM\\key", "C:\\path"."""
    out = set()
    for path in set(before) | set(after):
        a, b = before.get(path), after.get(path)
        if a == b:
            continue
        if not a or not b or not isinstance(a[0], dict) or not isinstance(b[0], dict) or a[1] != b[1]:
            out.add("C:\\" + path.replace("/", "\\"))
            continue
        top = "HKLM\\" + path.rsplit("/", 1)[1]
        for key in set(a[0]) | set(b[0]):
            name = shown((top, *key))
            if key not in a[0] or key not in b[0]:
                out.add(name)
                continue
            values = [{v[0].lower(): v for v in side[0][key][1]} for side in (a, b)]
            out |= {f"{name}: {v or '(default)'}".lower() for v in set(values[0]) | set(values[1]) if values[0].get(v) != values[1].get(v)}
            if a[0][key][0] != b[0][key][0]:
                out.add(name)
    return {what.lower() for what in out}


def belongs(what, target):
    """`what` is the target, lies below it, or had to be made above it."""
    return what == target or what.startswith((target + "\\", target + ": ")) or target.startswith((what + "\\", what + ": "))


@fixing.needs_ntfs
class FixImages(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(cls.enterClassContext(fixing.work_folder()))

    def test_every_fault_is_fixed_and_the_fix_taken_back(self):
        todo = []
        for cause, kind, case in hosts.cases(("present",)):
            machine = hosts.Machine(case)
            if not machine.running and machine.shows_access_lists():  # a disk holds no running programs
                todo.append((cause, kind, machine))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            ended = [(f"{cause}/{kind}", pool.submit(self.follow, cause, kind, machine)) for cause, kind, machine in todo]
        came_to = {}
        for name, follow in ended:
            with self.subTest(case=name):
                came_to[name] = follow.result()
        with self.subTest("no entry of the table is left over"):
            self.assertEqual(set(NOT_ON_A_DISK) - {n for n, how in came_to.items() if how != "fixed"}, set())
        print("(" + ", ".join(f"{list(came_to.values()).count(how)} {how}" for how in sorted(set(came_to.values()))) + ")")

    def follow(self, cause, kind, machine):
        """One machine, from fault to fault. What it came to."""
        name = f"{cause}/{kind}"
        volume = fixing.Volume.of(machine, self.work / name.replace("/", " "))
        try:
            with volume.mounted() as top:
                found = causes_of(top)
                self.assertIn(cause, found)
                if not (fixes := found[cause].get("fixes", [])):
                    return "without a fix"
                return self.follow_fixes(name, top, found, fixes)
        finally:
            volume.image.unlink()

    def follow_fixes(self, name, top, found, fixes):
        before, bytes_before = everything(top), every_byte(top)
        planned = None
        whys = []
        for fix in fixes:
            done = rdpdoctor("fix", fix, "--image", top, "--json")
            plan = done.fix(fix)
            self.assertIsNotNone(plan, done)
            self.assertEqual(every_byte(top), bytes_before, f"planning {fix} wrote something")
            if plan["state"] == "planned" and plan["changes"] and not plan["needs_running"]:
                planned = plan
                self.assertEqual(done.exit, 1, done)
                break
            whys.append((plan, done))
        if not planned:
            return self.not_on_a_disk(name, top, whys, bytes_before)
        self.assertNotIn(name, NOT_ON_A_DISK, "this is fixed on the disk now")
        self.by_itself(top, found, planned)
        self.apply_and_undo(name.split("/")[0], top, found, planned, before)
        return "fixed"

    def not_on_a_disk(self, name, top, plans, bytes_before):
        said = NOT_ON_A_DISK.get(name)
        words = "; ".join(f"{p['id']} {p['state']}{' (needs a running machine)' if p['needs_running'] else ''}: {p['why']} {p['advice']}" for p, _ in plans)
        self.assertIsNotNone(said, f"no fix does it here: {words}")
        if said == "running":
            plan = next((p for p, _ in plans if p["needs_running"]), None)
            self.assertIsNotNone(plan, words)
            script = rdpdoctor("fix", plan["id"], "--image", top, "--emit", "ps1")
            self.assertEqual(script.exit, 0, script)
            self.assertIn("-Undo", script.out)
        elif said == "by hand":
            self.assertTrue(any(p["advice"] for p, _ in plans), words)
        else:
            self.assertIn(said, words)
        fix = plans[0][0]["id"]
        done = rdpdoctor("fix", fix, "--image", top, "--apply")
        self.assertIn(done.exit, (0, 3) if plans[0][0]["state"] == "already" or plans[0][0]["advice"] else (3,), done)
        self.assertEqual(every_byte(top), bytes_before, "a plan that is nothing was applied")
        return f"not on a disk ({said})" if said in ("running", "by hand") else "refused"

    def by_itself(self, top, found, planned):
        """Without its name the same fix is chosen, where there is a fault that is more than possible."""
        done = rdpdoctor("fix", "--image", top, "--json")
        if done.json["before"]["verdict"] == "healthy":  # what was found is worth a note and no fault
            self.assertEqual((done.exit, done.json["fixes"]), (0, []), done)
            return
        if not any(planned["id"] in c.get("fixes", []) and c["certainty"] != "possible" for c in found.values()):
            return
        mine = done.fix(planned["id"])
        self.assertIsNotNone(mine, done)
        self.assertEqual((mine["state"], mine["changes"]), (planned["state"], planned["changes"]), done)

    def apply_and_undo(self, cause, top, found, planned, before):
        fix = planned["id"]
        applied = rdpdoctor("fix", fix, "--image", top, "--apply", "--json")
        self.assertIn(applied.exit, (0, 1), applied)
        self.assertEqual(applied.json["outcome"]["state"], "done", applied)
        after, left = everything(top), causes_of(top)
        self.assertNotIn(cause, left, f"{fix} did not help: {applied}")
        self.assertEqual(applied.exit, 1 if set(left) & set(planned["for_causes"]) else 0, f"left: {list(left)}\n{applied}")
        self.assertEqual({c["id"] for c in applied.json["after"]["causes"]}, set(left), applied)
        self.only_what_was_planned(planned, before, after)
        again = rdpdoctor("fix", fix, "--image", top, "--apply", "--json")
        self.assertEqual(again.exit, 0, again)
        self.assertEqual(difference(after, everything(top)), "", "applied twice")
        self.assertEqual(len(list((top / fixing.RUNS / "runs").iterdir())), 1, "the second time, nothing was to be done")
        undone = rdpdoctor("undo", "--image", top, "--json")
        self.assertEqual(undone.exit, 0, undone)
        self.assertEqual(difference(before, everything(top)), "", f"undo of {fix}")
        self.assertEqual(set(causes_of(top)), set(found), "the fault is back")

    def only_what_was_planned(self, planned, before, after):
        targets = {c["target"].lower() for c in planned["changes"]}
        changed = differing(before, after)
        self.assertEqual({c for c in changed if not any(belongs(c, t) for t in targets)}, set(), f"changed without being planned: {targets}")
        self.assertEqual({t for t in targets if not any(belongs(c, t) for c in changed)}, set(), f"planned and not changed: {changed}")

    def test_several_faults_of_a_machine_are_fixed_in_one_run(self):
        layers = [json.loads((hosts.HOSTS / f"{name}.json").read_text())
                  for name in ("remote-desktop-disabled/present", "key-file-access/present", "drain-mode/present", "schannel-protocol-disabled/present")]
        volume = fixing.Volume.of(hosts.Machine(*layers), self.work / "several")
        with volume.mounted() as top:
            before, found = everything(top), causes_of(top)
            applied = rdpdoctor("fix", "--image", top, "--apply", "--json")
            self.assertEqual((applied.exit, applied.json["after"]["verdict"]), (0, "healthy"), applied)
            self.assertEqual(len(list((top / fixing.RUNS / "runs").iterdir())), 1)
            self.assertEqual(causes_of(top), {})
            undone = rdpdoctor("undo", "--image", top)
            self.assertEqual(undone.exit, 0, undone)
            self.assertEqual(difference(before, everything(top)), "")
            self.assertEqual(set(causes_of(top)), set(found))

    def test_two_runs_are_taken_back_one_by_one(self):
        layers = [json.loads((hosts.HOSTS / f"{name}.json").read_text()) for name in ("remote-desktop-disabled/present", "drain-mode/present")]
        volume = fixing.Volume.of(hosts.Machine(*layers), self.work / "two")
        with volume.mounted() as top:
            states = [everything(top)]
            for fix in ("enable-remote-desktop", "allow-logons"):
                done = rdpdoctor("fix", fix, "--image", top, "--apply")
                self.assertIn(done.exit, (0, 1), done)
                states.append(everything(top))
            self.assertNotEqual(states[1], states[2])
            for before in (states[1], states[0]):
                done = rdpdoctor("undo", "--image", top)
                self.assertEqual(done.exit, 0, done)
                self.assertEqual(difference(before, everything(top)), "")
            done = rdpdoctor("undo", "--image", top)
            self.assertEqual(difference(states[0], everything(top)), "")

    def test_an_older_run_below_a_newer_one_is_not_taken_back_before_it(self):
        volume = fixing.Volume.of(hosts.Machine(), self.work / "one above the other")
        with volume.mounted() as top:
            states, runs = [everything(top)], []
            for port in ("3390", "3391"):
                done = rdpdoctor("fix", "restore-listener-port", "--port", port, "--image", top, "--apply", "--json")
                self.assertEqual(done.json["outcome"]["state"], "done", done)
                runs.append(done.json["run"])
                states.append(everything(top))
            done = rdpdoctor("undo", runs[0], "--image", top)
            self.assertEqual(done.exit, 3, done)
            self.assertIn("PortNumber", done.out)
            self.assertEqual(difference(states[2], everything(top)), "")
            for run, before in ((runs[1], states[1]), (runs[0], states[0])):
                done = rdpdoctor("undo", run, "--image", top)
                self.assertEqual((done.exit, difference(before, everything(top))), (0, ""), done)

    def test_every_fix_by_its_name_on_a_healthy_machine(self):
        """With all that it may be told: it writes nothing before --apply, and undo takes all back; what can't be done on a disk makes a script or says why."""
        names = [line.split()[0] for line in rdpdoctor("list", "fixes").out.splitlines() if line.strip()]
        self.assertGreater(len(names), 30)
        told = ("--server", "srv-fin-02", "--address", "192.0.2.7", "--interface", "Ethernet", "--mtu", "1400", "--port", "3390", "--accept-risk")
        volume = fixing.Volume.of(hosts.Machine(), self.work / "by name")
        done_here = []
        with volume.mounted() as top:
            before = everything(top)
            for name in names:
                with self.subTest(fix=name):
                    bytes_before = every_byte(top)
                    plan = rdpdoctor("fix", name, *told, "--image", top, "--json")
                    self.assertIn(plan.exit, (0, 1, 3), plan)
                    self.assertEqual(every_byte(top), bytes_before)
                    mine = plan.fix(name)
                    script = rdpdoctor("fix", name, *told, "--image", top, "--emit", "ps1")
                    self.assertEqual(every_byte(top), bytes_before)
                    does = mine["changes"] or mine["needs_running"]
                    if mine["state"] == "already":  # of a service it says so, since Windows starts it with the disk
                        self.assertEqual(script.exit, 0, script)
                    else:
                        self.assertEqual((script.exit, bool(script.out.strip())), (0, True) if does else (3, False), f"{plan}\n{script}")
                    if mine["advice"]:
                        self.assertIn(mine["advice"][0].split()[-1], rdpdoctor("fix", name, *told, "--image", top, "--emit", "text").out)
                    applied = rdpdoctor("fix", name, *told, "--image", top, "--apply", "--json")
                    if mine["state"] == "planned" and mine["changes"] and not mine["needs_running"]:
                        self.assertEqual(applied.json["outcome"]["state"], "done", applied)
                        done_here.append(name)
                        undone = rdpdoctor("undo", "--image", top)
                        self.assertEqual(undone.exit, 0, undone)
                    else:
                        self.assertEqual(every_byte(top), bytes_before, applied)
                    self.assertEqual(difference(before, everything(top)), "")
        self.assertGreater(len(done_here), 3, done_here)

    def test_a_folder_without_access_lists(self):
        """A volume's copy, or a mount that shows none: the registry can be repaired there, access lists can't."""
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder)
            if hosts.is_ntfs(top):
                self.fail("the tests' own folder is on NTFS")
            cases = ("remote-desktop-disabled/present", "key-file-access/present")
            hosts.make_volume(hosts.Machine(*[json.loads((hosts.HOSTS / f"{case}.json").read_text()) for case in cases]), top)
            before = everything(top)
            done = rdpdoctor("fix", "grant-key-access", "--image", top, "--apply")
            self.assertEqual(done.exit, 3, done)
            self.assertIn("ntfs-3g", done.out)
            self.assertFalse((top / fixing.RUNS).exists())
            done = rdpdoctor("fix", "enable-remote-desktop", "--image", top, "--apply")
            self.assertEqual(done.exit, 0, done)
            self.assertNotIn("remote-desktop-disabled", causes_of(top))
            self.assertEqual((top / fixing.RUNS / "runs").stat().st_mode & 0o777, 0o700)
            done = rdpdoctor("undo", "--image", top)
            self.assertEqual((done.exit, difference(before, everything(top))), (0, ""), done)

    def test_a_healthy_machine_needs_nothing(self):
        volume = fixing.Volume.of(hosts.Machine(), self.work / "healthy")
        with volume.mounted() as top:
            before = every_byte(top)
            for more in ((), ("--apply",)):
                done = rdpdoctor("fix", "--image", top, *more)
                self.assertEqual(done.exit, 0, done)
            self.assertEqual(every_byte(top), before)


@fixing.needs_ntfs
@unittest.skipUnless(corpora.HIVES.is_dir(), "no folder of real hives (RDPDOCTOR_CORPORA)")
class FixRealHives(unittest.TestCase):
    """Hives that Windows 7, 8.1 and 10 wrote, of twenty and more thousand keys: nothing but what was planned differs, and undo gives each byte back."""

    @staticmethod
    def closed(name, *logs):
        """The hive with its logs written into it, as Windows leaves it when it shuts down."""
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(folder, file) for file in (name, *logs)]
            for file in files:
                file.write_bytes(corpora.real(file.name))
            saved = pathlib.Path(folder, "saved")
            if logs:
                subprocess.run([fixing.HIVE_DUMP, "--count", "--save", saved, *files], check=True, capture_output=True)
            hive = bytearray((saved if logs else files[0]).read_bytes())
        struct.pack_into("<I", hive, 8, *struct.unpack_from("<I", hive, 4))
        hosts.set_checksum(hive)
        return bytes(hive)

    def test_real_hives_are_changed_and_put_back(self):
        for build, fixes, files in (("7601", ("restore-listener-port", "--port", "3390"), ("SYSTEM",)),
                                    ("9600", ("enable-remote-desktop", "open-firewall-port"), ("SYSTEM_2",)),
                                    ("16299", ("enable-remote-desktop", "open-firewall-port", "raise-outstanding-connections"), ("SYSTEM_WIN_10_1709",)),
                                    ("17134", ("enable-remote-desktop", "restore-listener-port", "--port", "3390"), ("SYSTEM_B", "SYSTEM_B.LOG1", "SYSTEM_B.LOG2"))):
            with self.subTest(hive=files[0]), fixing.work_folder() as work:
                hive = self.closed(*files)
                volume = fixing.Volume.of(hosts.Machine(), f"{work}/volume", size=5 * len(hive) + (40 << 20))
                with volume.mounted() as top:
                    (top / hosts.CONFIG / "SYSTEM").write_bytes(hive)
                    (top / hosts.CONFIG / "SOFTWARE").write_bytes(corpora.software_hive(build))
                    self.change_and_put_back(top, fixes, hive)

    def change_and_put_back(self, top, fixes, hive):
        before = everything(top)
        self.assertIsInstance(before[f"{hosts.CONFIG}/SYSTEM"][0], dict)
        applied = rdpdoctor("fix", *fixes, "--image", top, "--apply", "--json")
        self.assertIn(applied.exit, (0, 1), applied)
        self.assertEqual(applied.json["outcome"]["state"], "done", applied)
        targets = {shown(change["target"].split("\\")).lower() for change in applied.json["outcome"]["changes"]}
        changed = differing(before, everything(top))
        self.assertEqual({c for c in changed if not any(belongs(c, t) for t in targets)}, set())
        self.assertEqual({t for t in targets if not any(belongs(c, t) for c in changed)}, set())
        undone = rdpdoctor("undo", "--image", top)
        self.assertEqual(undone.exit, 0, undone)
        self.assertTrue((top / hosts.CONFIG / "SYSTEM").read_bytes() == hive, "not the same bytes")
        self.assertEqual(difference(before, everything(top)), "")


if __name__ == "__main__":
    unittest.main()
