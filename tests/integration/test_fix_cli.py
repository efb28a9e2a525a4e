"""The commands fix and undo as they are typed: what they print, their exit status, and that nothing is written unasked."""
import hashlib
import json
import pathlib
import shutil
import tempfile
import unittest

import hosts
from support import lab, run


def fingerprint(folder):
    """Every file below it, by content."""
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


class Wrong(unittest.TestCase):
    """What can be said without a machine."""

    def refused(self, *args, status=2):
        done = run(*args)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        return done.stderr

    def test_without_anything_it_says_what_to_give(self):
        self.assertIn("--image DIR", self.refused("fix"))
        self.assertIn("the path of a journal", self.refused("undo"))

    def test_an_unknown_fix_is_told_with_near_names(self):
        self.assertIn("grant-key-access", self.refused("fix", "grant-key-acess"))
        self.assertIn("enable-listener", self.refused("fix", "show", "listener"))
        self.assertNotIn("\x1b", self.refused("fix", "\x1b[2J"))

    def test_apply_needs_a_mounted_volume(self):
        self.assertIn("--apply needs --image DIR", self.refused("fix", "enable-listener", "--apply"))
        self.assertIn("--image DIR", self.refused("fix", "--bundle", "x.zip", "--apply"))
        with tempfile.NamedTemporaryFile(suffix=".zip") as archive:
            self.assertIn("archive", self.refused("fix", "--image", archive.name, "--apply"))

    def test_wishes_that_exclude_each_other_are_refused(self):
        for args in (("--apply", "--emit", "ps1"), ("--resume", "--apply"), ("--json", "--emit", "ps1"), ("--bundle", "b"), ("--emit", "exe"), ("-o", "f"),
                     ("--for", "1d"), ("--user", "anna"), ("--mtu", "10"), ("--port", "70000"), ("--code", "what")):
            with self.subTest(args=args):
                self.refused("fix", "enable-listener", "--image", "/nowhere", *args)
        self.refused("fix", "enable-listener", "--image", "/nowhere", "--resume")
        self.refused("undo", "--image", "/nowhere", "--apply", "--dry-run")

    def test_what_is_no_windows_volume_is_refused(self):
        with tempfile.TemporaryDirectory() as empty:
            for args in (("fix",), ("fix", "--apply"), ("fix", "enable-listener"), ("fix", "--emit", "ps1"), ("fix", "--resume"), ("undo",)):
                with self.subTest(args=args):
                    self.refused(*args, "--image", empty, status=3)
            self.assertEqual(list(pathlib.Path(empty).iterdir()), [])
        self.refused("fix", "--image", "/nowhere/at/all", status=3)

    def test_a_diagnosis_that_is_none_is_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write("{")
            file.flush()
            self.assertIn(file.name, self.refused("fix", "--diagnosis", file.name))
        self.refused("fix", "--diagnosis", "/nowhere.json", status=3)

    def test_list_and_show(self):
        listed = run("fix", "list")
        self.assertEqual(listed.returncode, 0)
        self.assertEqual(listed.stdout, run("list", "fixes").stdout)
        ids = [line.split()[0] for line in listed.stdout.splitlines()]
        self.assertEqual(ids, sorted(ids))
        self.assertGreater(len(ids), 30)
        for fix in ids:
            shown = run("fix", "show", fix)
            self.assertEqual(shown.returncode, 0)
            for word in ("on the", "risk", "interrupts", "takes effect", "check", "named by"):
                self.assertIn(f"  {word}", shown.stdout, fix)
            self.assertLessEqual(max(map(len, shown.stdout.splitlines())), 100, fix)

    def test_a_fix_without_a_machine_is_described(self):
        done = run("fix", "enable-listener")
        self.assertEqual(done.returncode, 2)
        self.assertIn("named by", done.stdout)
        self.assertIn("--image DIR", done.stderr)


class Scripts(unittest.TestCase):
    """Without a machine at hand."""

    def test_a_script_of_a_named_fix_needs_no_machine(self):
        done = run("fix", "enable-remote-desktop", "--emit", "ps1")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("fDenyTSConnections", done.stdout)
        done = run("fix", "enable-remote-desktop", "--emit", "text")
        self.assertEqual(done.returncode, 0)
        self.assertIn("reg add", done.stdout)

    def test_never_half_a_script(self):
        """One fix of the two lacks what it has to be told."""
        done = run("fix", "enable-remote-desktop", "clear-saved-credentials", "--emit", "ps1")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stdout, "")
        self.assertIn("clear-saved-credentials", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_one_script_is_for_one_machine(self):
        done = run("fix", "enable-remote-desktop", "force-tcp", "--emit", "ps1")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("each of the two machines", done.stderr)

    def test_what_weakens_security_needs_its_own_word(self):
        done = run("fix", "nla-off-for-a-while", "--emit", "ps1")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("--accept-risk", done.stderr)
        done = run("fix", "nla-off-for-a-while", "--emit", "ps1", "--accept-risk", "--for", "30m")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_script_goes_into_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "fix.ps1"
            done = run("fix", "enable-listener", "--emit", "ps1", "-o", file)
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            self.assertTrue(file.read_bytes().endswith(b"\r\n"))
            self.assertEqual(file.read_text(), run("fix", "enable-listener", "--emit", "ps1").stdout)
            done = run("fix", "enable-listener", "--emit", "ps1", "-o", f"{folder}/missing/fix.ps1")
            self.assertEqual(done.returncode, 3)
            self.assertIn("missing/fix.ps1", done.stderr)

    def test_a_plan_by_a_diagnosis_alone_leads_to_a_script(self):
        with lab("key-unusable-reset") as ports, tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            diagnosis = run("diagnose", f"127.0.0.1:{ports['key-unusable-reset']}", "--json", "--no-controls", "--no-udp").stdout
            file.write(diagnosis)
            file.flush()
            planned = json.loads(run("fix", "--diagnosis", file.name, "--json").stdout)
            shown = run("fix", "--diagnosis", file.name)
            script = run("fix", "--diagnosis", file.name, "--emit", "ps1")
        self.assertEqual(planned["target"], "")
        self.assertEqual(planned["before"]["causes"][0]["id"], "certificate-key-unusable")
        fix = planned["fixes"][0]
        self.assertEqual((fix["id"], fix["state"], fix["for_causes"]), ("grant-key-access", "planned", ["certificate-key-unusable"]))
        self.assertFalse(fix["changes"][0]["before_known"])
        self.assertEqual(shown.returncode, 1)
        self.assertIn(f"rdpdoctor fix grant-key-access --diagnosis {file.name} --emit ps1 -o fix-host.ps1", shown.stdout)
        self.assertEqual(script.returncode, 0, script.stderr)
        self.assertIn("MachineKeys", script.stdout)


@unittest.skipUnless(hosts.hivex and hosts.MAKE_EVTX.is_file(), "python3-hivex is missing, or make_evtx not built")
@unittest.skipUnless(hosts.can_mount(), "NTFS volumes can be mounted by root with ntfs-3g and FUSE only")
class Volumes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = cls.enterClassContext(hosts.ntfs())
        cls.cases = {f"{cause}/{kind}": case for cause, kind, case in hosts.cases(("present",))}

    def volume(self, *cases):
        folder = self.top / "volume"
        folder.mkdir()
        self.addCleanup(shutil.rmtree, folder)
        hosts.make_volume(hosts.Machine(*(self.cases[c] for c in cases)), folder)
        return folder

    def json(self, *args, status):
        done = run(*args, "--json")
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_plan_apply_and_undo(self):
        volume = self.volume("remote-desktop-disabled/present", "key-file-access/present")
        before = fingerprint(volume)
        shown = run("fix", "--image", volume)
        self.assertEqual(shown.returncode, 1)
        self.assertIn("REG_DWORD 1 → 0", shown.stdout)
        self.assertIn(f"  apply   rdpdoctor fix --image {volume} --apply\n", shown.stdout)
        self.assertIn("Nothing was written.", shown.stdout)
        plan = self.json("fix", "--image", volume, status=1)
        self.assertEqual(plan["schema"], "rdpdoctor.plan/1")
        self.assertEqual([f["id"] for f in plan["fixes"]], ["enable-remote-desktop", "grant-key-access"])
        self.assertEqual((plan["machine"]["name"], plan["not_ready"], plan["outcome"]), ("RDS01", "", None))
        self.assertEqual(fingerprint(volume), before)

        applied = self.json("fix", "--image", volume, "--apply", status=0)
        self.assertTrue(applied["applied"])
        self.assertEqual({c["standing"] for c in applied["outcome"]["changes"]}, {"after"})
        self.assertEqual((applied["before"]["verdict"], applied["after"]["verdict"]), ("failing", "healthy"))
        self.assertTrue(pathlib.Path(applied["journal"]).is_file())
        self.assertNotEqual(fingerprint(volume), before)
        again = run("fix", "--image", volume, "--apply")
        self.assertEqual(again.returncode, 0)
        self.assertIn("Nothing to do", again.stdout)

        shown = self.json("undo", "--image", volume, "--dry-run", status=1)
        self.assertEqual((shown["schema"], shown["applied"], shown["run"]), ("rdpdoctor.undo/1", False, applied["run"]))
        undone = self.json("undo", applied["journal"], status=0)  # the volume by the journal's own place
        self.assertTrue(undone["applied"])
        now = {name: digest for name, digest in fingerprint(volume).items() if "rdpdoctor" not in name}
        self.assertEqual(now, before)
        self.assertEqual(self.json("undo", "--image", volume, status=0)["outcome"]["state"], "nothing-to-do")

    def test_a_named_fix_needs_no_finding_and_says_so(self):
        volume = self.volume("remote-desktop-disabled/present")
        shown = run("fix", "raise-outstanding-connections", "--image", volume)
        self.assertIn(shown.returncode, (0, 1))
        if shown.returncode == 1:
            self.assertIn("nothing that was found calls for it", shown.stdout)
        self.assertNotIn("enable-remote-desktop", shown.stdout)

    def test_what_needs_the_machine_to_run_is_a_script(self):
        volume = self.volume("remote-desktop-disabled/present")
        before = fingerprint(volume)
        shown = run("fix", "sync-clock", "--image", volume)
        self.assertIn("--emit ps1", shown.stdout)
        done = run("fix", "sync-clock", "enable-remote-desktop", "--image", volume, "--apply")
        self.assertEqual(done.returncode, 3)
        self.assertIn("Not applied: nothing was written.", done.stdout)
        self.assertEqual(fingerprint(volume), before)
        script = run("fix", "sync-clock", "enable-remote-desktop", "--image", volume, "--emit", "ps1")
        self.assertEqual(script.returncode, 0, script.stderr)
        self.assertIn("w32tm", script.stdout)

    def test_a_refused_fix_gives_way_to_the_next_one(self):
        volume = self.volume("key-file-access/present-denied")
        plan = self.json("fix", "--image", volume, status=1)
        self.assertEqual([(f["id"], f["state"]) for f in plan["fixes"]], [("grant-key-access", "refused"), ("regenerate-certificate", "planned")])
        self.assertTrue(plan["fixes"][0]["why"])
        done = run("fix", "grant-key-access", "--image", volume, "--apply")
        self.assertEqual(done.returncode, 3)
        self.assertIn("nothing was written", done.stdout)

    def test_what_is_only_possible_is_named_and_not_planned(self):
        volume = self.volume("drain-mode/present-until-restart")
        plan = self.json("fix", "--image", volume, status=3)
        self.assertEqual(plan["fixes"], [])
        self.assertEqual(plan["untreated"], [{"cause": "drain-mode", "certainty": "possible", "fixes": ["allow-logons"]}])

    def test_a_policy_is_reported_and_nothing_is_written(self):
        volume = self.volume("remote-desktop-disabled/present-by-policy")
        before = fingerprint(volume)
        done = run("fix", "--image", volume, "--apply")
        self.assertEqual(done.returncode, 3)
        self.assertIn("policy", done.stdout)
        self.assertEqual(fingerprint(volume), before)

    def test_a_healthy_machine_has_nothing_to_do(self):
        volume = self.volume()
        self.assertEqual(self.json("fix", "--image", volume, status=0)["fixes"], [])
        done = run("fix", "--image", volume, "--apply")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Nothing to do", done.stdout)
        self.assertFalse((volume / "ProgramData" / "rdpdoctor").exists())

    def test_a_reg_file_comes_with_the_one_that_takes_it_back(self):
        volume = self.volume("remote-desktop-disabled/present")
        with tempfile.TemporaryDirectory() as folder:
            done = run("fix", "--image", volume, "--emit", "reg", "-o", f"{folder}/fix.reg")
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
            self.assertIn('"fDenyTSConnections"=dword:00000000', pathlib.Path(folder, "fix.reg").read_text())
            self.assertIn('"fDenyTSConnections"=dword:00000001', pathlib.Path(folder, "fix-undo.reg").read_text())
        done = run("fix", "--image", volume, "--emit", "reg")
        self.assertIn("-o FILE.reg", done.stderr)

    def test_no_reg_file_is_made_of_what_is_no_registry_value(self):
        done = run("fix", "grant-key-access", "--emit", "reg")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("--emit ps1", done.stderr)

    def test_an_inspection_names_the_command_that_plans_the_repair(self):
        volume = self.volume("remote-desktop-disabled/present")
        self.assertIn(f"rdpdoctor fix enable-remote-desktop --image {volume}\n", run("inspect", "--image", volume).stdout)

    def test_what_was_inspected_elsewhere_is_planned_blind(self):
        volume = self.volume("remote-desktop-disabled/present")
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(run("inspect", "--image", volume, "--json").stdout)
            file.flush()
            shown = run("fix", "--diagnosis", file.name)
            self.assertEqual(shown.returncode, 1)
            self.assertIn("--emit ps1 -o fix-host.ps1", shown.stdout)
            self.assertIn("powershell -ExecutionPolicy Bypass -File fix-host.ps1 -Apply", shown.stdout)
            script = run("fix", "--diagnosis", file.name, "--emit", "ps1")
            self.assertEqual(script.returncode, 0, script.stderr)
            self.assertIn("fDenyTSConnections", script.stdout)


if __name__ == "__main__":
    unittest.main()
