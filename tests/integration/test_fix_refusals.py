"""What is not written: volumes, hives, journals and values that `fix` and `undo` must leave alone, with one line that says why."""
import json
import os
import pathlib
import shutil
import struct
import unittest

import fixing
import hosts
from fixing import difference, every_byte, everything, rdpdoctor

SYSTEM = f"{hosts.CONFIG}/SYSTEM"
TERMINAL_SERVER = ("ControlSet001", "Control", "Terminal Server")


def case(name, *more):
    return hosts.Machine(json.loads((hosts.HOSTS / f"{name}.json").read_text()), *more)


def set_value(hive_path, key, name, kind, data):
    """As somebody else would, meanwhile; data None deletes it."""
    hive = hosts.hivex.Hivex(str(hive_path), write=True)
    node = hive.root()
    for part in key:
        node = hive.node_get_child(node, part)
    values = [{"key": hive.value_key(v), "t": hive.value_type(v)[0], "value": hive.value_value(v)[1]} for v in hive.node_values(node)]
    values = [v for v in values if v["key"].lower() != name.lower()]
    if data is not None:
        values.append({"key": name, "t": kind, "value": data})
    hive.node_set_values(node, values)
    hive.commit(None)


@fixing.needs_ntfs
class FixRefusals(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(cls.enterClassContext(fixing.work_folder()))
        cls.off = fixing.Volume.of(case("remote-desktop-disabled/present"), cls.work / "remote desktop is off")
        cls.key = fixing.Volume.of(case("key-file-access/present", json.loads((hosts.HOSTS / "remote-desktop-disabled/present.json").read_text())), cls.work / "two faults")

    def volume(self, *options, of=None):
        """A copy of a volume, mounted until the test ends."""
        copy = (of or self.off).copy(self.work / f"{self.id()} {os.urandom(4).hex()}")
        self.addCleanup(copy.image.unlink)
        return self.enterContext(copy.mounted(*options))

    def says(self, done, status, *words):
        """It ended so, and gave one reason that has these words: a line of complaint, or the outcome's own."""
        self.assertEqual(done.exit, status, done)
        out = " ".join(done.out.split())
        told = out.partition("nothing was written. why ")[2]
        lines = [line for line in done.err.splitlines() if line.startswith("rdpdoctor:")] + ([told] if told else [])
        self.assertEqual(len(lines), 1, done)
        for word in words:
            self.assertIn(word.lower(), lines[0].lower(), done)

    def refuses(self, top, status, *words, fix=("enable-remote-desktop",), more=()):
        """`fix --apply`, and nothing on the volume changes."""
        before = every_byte(top)
        self.says(rdpdoctor("fix", *fix, "--image", top, "--apply", *more), status, *words)
        self.assertEqual(every_byte(top), before)

    def undo_refuses(self, top, status, *words, more=()):
        before = every_byte(top)
        self.says(rdpdoctor("undo", "--image", top, *more), status, *words)
        self.assertEqual(every_byte(top), before)

    def applied(self, top, *fix):
        done = rdpdoctor("fix", *(fix or ("enable-remote-desktop",)), "--image", top, "--apply", "--json")
        self.assertEqual(done.json["outcome"]["state"], "done", done)
        return done.json

    def journal(self, top):
        found = sorted((top / fixing.RUNS / "runs").glob("*/journal.jsonl"))
        self.assertEqual(len(found), 1)
        return found[0]

    # --- The volume ---

    def test_a_volume_that_is_mounted_read_only(self):
        self.refuses(self.volume("ro"), 3, "read-only")

    def test_a_hibernated_windows(self):
        for signature in (b"hibr", b"HIBR"):
            top = self.volume()
            (top / "hiberfil.sys").write_bytes(signature + bytes(4092))
            self.refuses(top, 3, "hiberna")

    def test_a_hibernated_windows_that_is_mounted_anew(self):
        """ntfs-3g mounts it read-only by itself: that it is hibernated says more."""
        copy = self.off.copy(self.work / "hibernated")
        with copy.mounted() as top:
            (top / "hiberfil.sys").write_bytes(b"hibr" + bytes(8188))
        with copy.mounted() as top:
            self.assertRaises(OSError, (top / "new").mkdir)
            self.refuses(top, 3, "hiberna")

    def test_what_is_left_of_a_hibernation_is_no_obstacle(self):
        top = self.volume()
        (top / "hiberfil.sys").write_bytes(bytes(4096))
        self.applied(top)

    def test_a_volume_without_windows(self):
        image = self.work / "no windows"
        with open(image, "wb") as file:
            file.truncate(16 << 20)
        hosts.subprocess.run(["mkntfs", "-F", "-q", "-Q", image], check=True, capture_output=True)
        top = self.enterContext(fixing.Volume(image).mounted())
        (top / "Photos").mkdir()
        self.refuses(top, 3, "Windows")

    def test_a_full_disk(self):
        top = self.volume()
        before = everything(top)
        with open(top / "filler", "wb") as file:
            size = 1 << 20
            while size:
                try:
                    os.write(file.fileno(), bytes(size))
                except OSError:
                    size //= 2
        self.refuses(top, 3, "bytes free")
        (top / "filler").unlink()
        self.assertEqual(difference(before, everything(top)), "")
        self.applied(top)

    def test_a_zip_archive_is_no_disk(self):
        top = self.volume()
        archive = pathlib.Path(shutil.make_archive(str(self.work / "evidence"), "zip", top))
        before = archive.read_bytes()
        done = rdpdoctor("fix", "enable-remote-desktop", "--image", archive, "--apply")
        self.says(done, 2, "--emit")
        self.assertEqual(archive.read_bytes(), before)

    def test_links_that_lead_out_of_the_volume_are_not_written_through(self):
        outside = self.work / "outside"
        outside.mkdir()
        for link in (fixing.RUNS, f"{fixing.RUNS}/runs"):
            with self.subTest(link=link):
                top = self.volume()
                (top / link).parent.mkdir(parents=True, exist_ok=True)
                os.symlink(outside, top / link)
                self.refuses(top, 3, "rdpdoctor")
                self.assertEqual(list(outside.iterdir()), [])

    # --- Hives ---

    def test_a_hive_that_was_not_written_to_its_end(self):
        top = self.volume()
        hive = bytearray((top / SYSTEM).read_bytes())
        struct.pack_into("<II", hive, 4, 8, 7)  # the sequence numbers differ
        hosts.set_checksum(hive)
        (top / SYSTEM).write_bytes(hive)
        self.refuses(top, 3, "SYSTEM")

    def test_a_damaged_hive(self):
        top = self.volume()
        hive = bytearray((top / SYSTEM).read_bytes())
        last = hive.rindex(b"hbin")
        hive[last:last + 4] = b"nibh"
        (top / SYSTEM).write_bytes(hive)
        self.refuses(top, 3, "SYSTEM")

    def test_a_hive_without_the_key_s_hive_s_file(self):
        top = self.volume()
        (top / SYSTEM).unlink()
        before = every_byte(top)
        done = rdpdoctor("fix", "enable-remote-desktop", "--image", top, "--apply")
        self.assertEqual(done.exit, 3, done)
        self.assertEqual(every_byte(top), before)

    # --- What is asked ---

    def test_an_unknown_fix_is_answered_with_the_near_name(self):
        self.refuses(self.volume(), 2, "enable-remote-desktop", fix=("enable-remote-desktp",))

    def test_an_unknown_run(self):
        top = self.volume()
        self.applied(top)
        for run in ("20200101-000000-beef", "../../../Windows", "x" * 300):
            self.undo_refuses(top, 3, more=(run,))

    def test_undo_where_nothing_was_done(self):
        top = self.volume()
        before = every_byte(top)
        done = rdpdoctor("undo", "--image", top)
        self.assertIn(done.exit, (0, 3), done)
        self.assertEqual(every_byte(top), before)

    # --- What is there ---

    def test_a_value_that_cannot_be_read(self):
        for key, what in ((r"HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server: fDenyTSConnections", "fDenyTSConnections"),):
            layer = {"unreadable": {key: "damaged"}}
            volume = fixing.Volume.of(hosts.Machine(layer), self.work / "unreadable value")
            with volume.mounted() as top:
                self.refuses(top, 3, what)

    def test_a_value_that_a_policy_owns(self):
        for name, fix in (("remote-desktop-disabled/present-by-policy", "enable-remote-desktop"),
                          ("instance-limit-zero/present-by-policy", "lift-instance-limit")):
            volume = fixing.Volume.of(case(name), self.work / name.replace("/", " "))
            with self.subTest(case=name), volume.mounted() as top:
                self.refuses(top, 3, "policy", fix=(fix,))

    def test_a_fix_that_weakens_security_wants_to_be_asked_for(self):
        self.refuses(self.volume(), 3, "--accept-risk", fix=("nla-off-for-a-while",))

    def test_one_refused_fix_refuses_all_that_were_named_with_it(self):
        self.refuses(self.volume(), 3, "--accept-risk", fix=("enable-remote-desktop", "nla-off-for-a-while"))

    # --- The journal ---

    def test_a_journal_that_was_edited(self):
        top = self.volume()
        self.applied(top)
        journal = self.journal(top)
        text = journal.read_bytes()
        edits = {
            "a number": text.replace(b'"REG_DWORD', b'"REG_QWORD', 1),
            "a line is gone": b"".join(text.splitlines(True)[:1] + text.splitlines(True)[2:]),
            "two lines are swapped": b"".join(text.splitlines(True)[i] for i in (1, 0, *range(2, len(text.splitlines())))),
            "a line is there twice": b"".join(text.splitlines(True)[:2] + text.splitlines(True)[1:]),
            "not JSON": b"no journal\n" + text,
            "the first half": text[:len(text.splitlines(True)[0]) // 2],
            "nothing": b"",
            "zeroes": bytes(len(text)),
        }
        for what, edited in edits.items():
            with self.subTest(edit=what):
                self.assertNotEqual(edited, text)
                journal.write_bytes(edited)
                before = every_byte(top)
                done = rdpdoctor("undo", "--image", top)
                self.assertEqual(every_byte(top), before)
                if what in ("nothing", "the first half", "zeroes"):  # as a crash leaves a run that never began
                    self.assertIn(done.exit, (0, 3), done)
                else:
                    self.says(done, 3, "journal", "line")
        journal.write_bytes(text)
        self.assertEqual(rdpdoctor("undo", "--image", top).exit, 0)

    def test_a_journal_of_another_machine(self):
        top = self.volume()
        self.applied(top)
        other_machine = {"registry": {r"HKLM\SOFTWARE\Microsoft\Cryptography": {"MachineGuid": {"sz": "00000000-1111-2222-3333-444444444444"}}}}
        other = fixing.Volume.of(hosts.Machine(other_machine), self.work / "another machine")
        with other.mounted() as there:
            shutil.copytree(top / fixing.RUNS, there / fixing.RUNS)
            self.undo_refuses(there, 3, "another machine")

    def test_an_interrupted_run_comes_first(self):
        top = self.volume(of=self.key)
        steps = fixing.Steps(self.work)
        count = len(steps.of("fix", "grant-key-access", "--image", self.volume(of=self.key), "--apply")[1])
        before = everything(top)
        for at in range(count, 0, -1):  # the last moment at which something is changed and the run not ended
            if at < count // 4:
                self.fail("no moment was found")
            done = steps.run("fix", "grant-key-access", "--image", top, "--apply", at=at, does="before")
            if done.exit == -9 and everything(top) != before and b'"applied"' not in self.journal(top).read_bytes():
                break
            rdpdoctor("undo", "--image", top)
            shutil.rmtree(top / fixing.RUNS)
        self.refuses(top, 3, "--resume")
        self.assertEqual(rdpdoctor("undo", "--image", top).exit, 0)
        self.assertEqual(difference(before, everything(top)), "")

    def test_an_interrupted_undo_of_an_older_run_comes_first_too(self):
        layers = [json.loads((hosts.HOSTS / f"{name}.json").read_text()) for name in ("logons-disabled/present", "key-file-access/present")]
        volume = fixing.Volume.of(case("remote-desktop-disabled/present", *layers), self.work / "older run")
        steps = fixing.Steps(self.work)
        with volume.mounted() as top:
            before = everything(top)
            older = self.applied(top, "enable-remote-desktop", "allow-logons")["run"]
            middle = everything(top)
            self.applied(top, "grant-key-access")
            later = everything(top)
        with volume.copy(self.work / "older run counted").mounted() as top:
            done, of_undo = steps.of("undo", older, "--image", top)
            self.assertEqual(done.exit, 0, done)
            self.assertEqual({p: h for p, h in everything(top).items() if later[p] != h}.keys(), {p for p in before if before[p] != middle[p]})
        second_hive = [n for n, step in enumerate(of_undo, 1) if step.startswith("rename")][-1]
        with volume.mounted() as top:
            self.assertEqual(steps.run("undo", older, "--image", top, at=second_hive, does="before").exit, -9)
            self.refuses(top, 3, older, "--resume", fix=("enable-remote-desktop", "allow-logons"))
            resumed = rdpdoctor("fix", "--resume", "--image", top)
            self.assertEqual(resumed.exit, 0, resumed)
            self.assertIn("Taken back", resumed.out)
            done = rdpdoctor("undo", "--image", top)
            self.assertEqual(done.exit, 0, done)
            self.assertEqual(difference(before, everything(top)), "")

    def test_to_resume_where_nothing_was_interrupted_is_nothing_to_do(self):
        top = self.volume(of=self.key)
        self.applied(top)  # a fault is left
        before = every_byte(top)
        done = rdpdoctor("fix", "--resume", "--image", top)
        self.assertEqual(done.exit, 0, done)
        self.assertIn("Nothing to resume", done.out)
        self.assertEqual(every_byte(top), before)

    def test_the_runs_are_for_administrators_alone(self):
        top = self.volume(of=self.key)
        self.applied(top, "grant-key-access", "enable-remote-desktop")
        allowed = hosts.descriptor("O:BAG:BAD:(A;;FA;;;SY)(A;;FA;;;BA)")[20:]
        allowed = sorted(allowed[at:at + size] for at, size in ((16, 12), (36, 16)))  # the two SIDs
        for path in (top / fixing.RUNS, *(top / fixing.RUNS).rglob("*")):
            raw = os.getxattr(path, "system.ntfs_acl")
            at = struct.unpack_from("<I", raw, 16)[0]
            count, sids = struct.unpack_from("<H", raw, at + 4)[0], []
            at += 8
            for _ in range(count):
                kind, _, size = struct.unpack_from("<BBH", raw, at)
                self.assertEqual(kind, 0)
                sids.append(raw[at + 8:at + size])
                at += size
            self.assertEqual(sorted(sids), allowed, path)

    # --- What somebody else changed ---

    def test_undo_names_what_was_changed_since_and_keeps_it_when_asked(self):
        top = self.volume(of=self.key)
        before = everything(top)
        self.applied(top, "enable-remote-desktop", "grant-key-access")
        for name, data in (("as a number", struct.pack("<I", 7)), ("gone", None)):
            with self.subTest(value=name):
                set_value(top / SYSTEM, TERMINAL_SERVER, "fDenyTSConnections", 4, data)
                self.undo_refuses(top, 3, "fDenyTSConnections")
        set_value(top / SYSTEM, TERMINAL_SERVER, "fDenyTSConnections", 4, struct.pack("<I", 7))
        changed = everything(top)[SYSTEM]
        done = rdpdoctor("undo", "--image", top, "--keep-changed")
        self.assertEqual(done.exit, 0, done)
        now = everything(top)
        self.assertEqual(now[SYSTEM], changed, "it was to be kept")
        self.assertEqual(difference({p: h for p, h in before.items() if p != SYSTEM}, {p: h for p, h in now.items() if p != SYSTEM}), "")

    def test_undo_names_a_file_whose_access_list_was_changed_since(self):
        top = self.volume(of=self.key)
        self.applied(top, "grant-key-access")
        file = next((top / "ProgramData/Microsoft/Crypto/RSA/MachineKeys").glob("f686aace*"))
        os.setxattr(file, "system.ntfs_acl", hosts.descriptor("O:SYG:SYD:P(A;;FA;;;SY)"))
        self.undo_refuses(top, 3, file.name)

    def test_undo_does_not_write_over_a_new_key_file(self):
        volume = fixing.Volume.of(case("key-file-empty/present"), self.work / "new key")
        top = self.enterContext(volume.mounted())
        file = next((top / "ProgramData/Microsoft/Crypto/RSA/MachineKeys").glob("f686aace*"))
        self.applied(top, "regenerate-certificate")
        self.assertFalse(file.exists())
        file.write_bytes(b"what Windows made")
        self.undo_refuses(top, 3, file.name)
        done = rdpdoctor("undo", "--image", top, "--keep-changed")
        self.assertEqual(done.exit, 0, done)
        self.assertEqual(file.read_bytes(), b"what Windows made")

    def test_other_changes_meanwhile_are_no_obstacle_and_stay(self):
        top = self.volume()
        self.applied(top)
        set_value(top / SYSTEM, TERMINAL_SERVER, "Another", 1, "new\0".encode("utf-16-le"))
        done = rdpdoctor("undo", "--image", top)
        self.assertEqual(done.exit, 0, done)
        values = {v[0]: v[2] for v in everything(top)[SYSTEM][0][TERMINAL_SERVER][1]}
        self.assertEqual((values["fDenyTSConnections"], values["Another"]), ("01000000", "new\0".encode("utf-16-le").hex()))

    def test_a_value_that_changes_between_plan_and_apply_is_planned_anew(self):
        top = self.volume()
        set_value(top / SYSTEM, TERMINAL_SERVER, "fDenyTSConnections", 4, struct.pack("<I", 5))
        self.applied(top)
        done = rdpdoctor("undo", "--image", top)
        self.assertEqual(done.exit, 0, done)
        values = {v[0]: v[2] for v in everything(top)[SYSTEM][0][TERMINAL_SERVER][1]}
        self.assertEqual(values["fDenyTSConnections"], "05000000")

    def test_only_shown_nothing_is_taken_back(self):
        top = self.volume()
        self.applied(top)
        before = every_byte(top)
        done = rdpdoctor("undo", "--image", top, "--dry-run")
        self.assertIn("fDenyTSConnections", done.out)
        self.assertEqual(every_byte(top), before)


if __name__ == "__main__":
    unittest.main()
