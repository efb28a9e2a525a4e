"""Every machine of tests/hosts as a volume: real hives written by hivex, files with access lists on NTFS, event logs."""
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import hosts
from support import run


def inspect(*args):
    """What it prints as JSON, with the exit status."""
    done = run("inspect", *args, "--json")
    if done.returncode not in (0, 1, 3) or not done.stdout:
        raise AssertionError(f"exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout) | {"exit": done.returncode}


def words(cause, expected):
    out = [cause["id"], cause["certainty"], "explains" if cause["explains"] else "not-explaining"]
    return " ".join(out[:max(len(expected.split()), 2)])


def told(result):
    """What a failed check shows."""
    lines = [f"verdict {result['verdict']}, exit {result['exit']}"]
    for cause in result["causes"]:
        lines.append(f"  found {words(cause, 'a b c')}")
        lines += [f"      {e['source']}: {e['text']}" for e in cause["evidence"]]
    # What a look at a disk never tells would hide the rest.
    lines += [f"  untested {u['id']}: {need}" for u in result["untested"] for need in u["needs"] if not need.startswith(("a ", "the c", "more "))]
    return "\n".join(lines)


class Cases(unittest.TestCase):
    maxDiff = 4000

    def check(self, result, cause, kind, case):
        expected = case["expect"]
        found = [words(c, e) for c, e in zip(result["causes"], expected + ["a b c"] * len(result["causes"]))]
        message = f"{case.get('about')}\n{told(result)}"
        self.assertEqual(found, expected, message)
        every = {c["id"] for c in result["causes"]} | {f for c in result["causes"] for f in c.get("folds", [])}
        self.assertFalse(every & set(case.get("never", [])), message)
        if "health" in case:
            self.assertEqual(result["verdict"], case["health"], message)
            self.assertEqual(result["exit"], {"healthy": 0, "unknown": 3}.get(case["health"], 1), message)
        if kind.startswith("unreadable"):
            self.assertIn(cause, {u["id"] for u in result["untested"]}, message)


@unittest.skipUnless(hosts.hivex and hosts.MAKE_EVTX.is_file(), "python3-hivex is missing, or make_evtx not built")
@unittest.skipUnless(hosts.can_mount(), "NTFS volumes can be mounted by root with ntfs-3g and FUSE only")
class Images(Cases):
    @classmethod
    def setUpClass(cls):
        cls.top = cls.enterClassContext(hosts.ntfs())
        cls.plain = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))  # shows no access lists

    def volume(self, name, machine):
        folder = (self.top if machine.shows_access_lists() else self.plain) / name
        folder.mkdir()
        hosts.make_volume(machine, folder)
        return folder

    def test_every_case_gives_the_causes_it_expects(self):
        skipped = []
        for cause, kind, case in hosts.cases():
            machine = hosts.Machine(case)
            if machine.running:  # a disk holds no running programs
                skipped.append(f"{cause}/{kind}")
                continue
            with self.subTest(case=f"{cause}/{kind}"):
                folder = self.volume(f"{cause} {kind}", machine)
                try:
                    self.check(inspect("--image", folder), cause, kind, case)
                finally:
                    shutil.rmtree(folder)
        print(f"({len(skipped)} cases need a running machine: {', '.join(skipped)})")

    def test_the_healthy_host_is_healthy(self):
        folder = self.volume("healthy", hosts.Machine())
        result = inspect("--image", folder)
        self.assertEqual((result["verdict"], result["exit"], result["causes"]), ("healthy", 0, []), told(result))

    def test_access_lists_read_back_as_they_were_given(self):
        """The tests' own machinery: what a case says is what lies on the volume."""
        for sddl in ("O:SYG:SYD:P(A;;FA;;;SY)(A;;0x120089;;;NS)", "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(D;;FR;;;WD)"):
            file = self.top / "file"
            hosts.make_file(file, {"size": 3, "sddl": sddl})
            self.assertEqual(os.getxattr(file, "system.ntfs_acl"), hosts.descriptor(sddl))


if __name__ == "__main__":
    unittest.main()
