"""Journals that somebody else made, on a volume that somebody else gives us: the chain is no signature. Nothing outside of the volume is
touched, nothing is written without a sound reason, nothing hangs, and nothing reaches the terminal that steers it."""
import hashlib
import json
import os
import pathlib
import shutil
import unittest

import fixing
import hosts
from fixing import every_byte, everything, rdpdoctor


def chained(rows):
    """Journal lines with the chain as it must be: anybody can compute it."""
    lines = []
    for row in rows:
        row = {k: v for k, v in row.items() if k != "chain"}
        if lines:
            row["chain"] = hashlib.sha256(lines[-1].encode()).hexdigest()
        lines.append(json.dumps(row, separators=(",", ":"), ensure_ascii=False))
    return "".join(line + "\n" for line in lines)


@fixing.needs_ntfs
class HostileJournals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(cls.enterClassContext(fixing.work_folder()))
        case = json.loads((hosts.HOSTS / "key-file-empty/present.json").read_text())
        cls.volume = fixing.Volume.of(hosts.Machine(case), cls.work / "volume", size=64 << 20)
        with cls.volume.mounted() as top:
            done = rdpdoctor("fix", "regenerate-certificate", "--image", top, "--apply", "--json")
            assert done.exit == 0, done
            cls.run_name = done.json["run"]
            text = cls.journal(top).read_text()
            cls.rows = [json.loads(line) for line in text.splitlines()]
            assert chained(cls.rows) == text, "the chain is another than these tests know"

    @classmethod
    def journal(cls, top):
        return top / fixing.RUNS / "runs" / cls.run_name / "journal.jsonl"

    def edited(self, change):
        rows = json.loads(json.dumps(self.rows))
        change(rows)
        return chained(rows)

    def undo(self, top, *words):
        """It is refused, and nothing changed, neither on the volume nor beside it."""
        before = every_byte(top)
        done = rdpdoctor("undo", "--image", top, timeout=30)
        self.assertEqual(done.exit, 3, done)
        for word in words:
            self.assertIn(word, " ".join(f"{done.out} {done.err}".split()))
        self.assertEqual(every_byte(top), before, done)
        self.assertEqual([p.name for p in top.parent.iterdir()], ["volume"])
        return done

    def test_names_that_lead_elsewhere(self):
        aside = next(n for n, row in enumerate(self.rows) if "as" in row)
        key = next(n for n, row in enumerate(self.rows) if "key" in row)
        edits = [(aside, "as", name) for name in ("../../../../../../escaped", "..", "", "a/b", "a\\b", "journal.jsonl", ".", "x" * 5000)]
        edits += [(aside, "path", path) for path in (r"D:\escaped", r"\\server\share\escaped", "/etc/passwd", "", "C:\\", r"C:\Windows")]
        edits += [(key, "key", name) for name in (r"HKLM\..\SYSTEM", "HKXX\\A", "", "HKLM", r"HKLM\NOSUCHHIVE\A")]
        with self.volume.copy(self.work / "names").mounted() as top:
            for row, field, value in edits:
                with self.subTest(field=field, value=value[:40]):
                    self.journal(top).write_text(self.edited(lambda rows: rows[row].update({field: value})))
                    self.undo(top)

    def test_the_top_of_the_volume_is_the_top(self):
        aside = next(n for n, row in enumerate(self.rows) if "as" in row)
        with self.volume.copy(self.work / "top").mounted() as top:
            self.journal(top).write_text(self.edited(lambda rows: rows[aside].update(path=r"C:\..\..\..\not outside")))
            done = rdpdoctor("undo", "--image", top)
            self.assertIn(done.exit, (0, 3), done)
            self.assertEqual((top / "not outside").exists(), done.exit == 0)
            self.assertEqual([p.name for p in top.parent.iterdir()], ["volume"])

    def test_rows_that_do_not_fit(self):
        def swap(rows):
            rows[1], rows[2] = rows[2], rows[1]

        edits = {
            "a number too far": lambda rows: rows[1].update(entry=4_000_000_000),
            "a negative one": lambda rows: rows[1].update(entry=-1),
            "the entries swapped": swap,
            "another schema": lambda rows: rows[0].update(rdpdoctor="journal/9"),
            "another run": lambda rows: rows[0].update(run="20200101-000000-0000"),
            "an unknown change": lambda rows: rows[1].update(change="format C:"),
            "an unknown state": lambda rows: rows[-1].update(state="perfect"),
            "before is a number": lambda rows: rows[1].update(before=7),
            "nested very deep": lambda rows: rows[1].update(before=json.loads("[" * 900 + "]" * 900)),
            "no machine": lambda rows: rows[0].update(machine={"name": "", "guid": ""}),
        }
        with self.volume.copy(self.work / "rows").mounted() as top:
            for what, edit in edits.items():
                with self.subTest(edit=what):
                    self.journal(top).write_text(self.edited(edit))
                    self.undo(top)

    def test_a_journal_that_is_no_file_or_too_much_of_one(self):
        outside = self.work / "outside.jsonl"
        outside.write_text(chained(self.rows))
        makers = {
            "a pipe": os.mkfifo,
            "a folder": os.mkdir,
            "a link": lambda path: os.symlink(outside, path),
            "seventeen megabytes": lambda path: path.write_text(chained(self.rows) + " " * (17 << 20)),
            "a very long line": lambda path: path.write_text('{"rdpdoctor":"journal/1","x":"' + "a" * (4 << 20)),
        }
        for what, make in makers.items():
            with self.subTest(journal=what), self.volume.copy(self.work / what).mounted() as top:
                self.journal(top).unlink()
                make(self.journal(top))
                before = everything(top)
                done = rdpdoctor("undo", "--image", top, timeout=30)
                self.assertEqual(everything(top), before, done)
                self.assertEqual(outside.read_text(), chained(self.rows))
                # Without an end of its line it is a run that never began.
                self.assertEqual(done.exit, 0 if what == "a very long line" else 3, done)

    def test_what_it_says_does_not_steer_the_terminal(self):
        def paint(rows):
            for row in rows:
                for field in ("says", "fix"):
                    if field in row:
                        row[field] = "\x1b]0;owned\x07\x1b[2J\u202e\r\n" + row[field]
            rows[0]["machine"]["name"] = "\x1b[31mRDS01"

        with self.volume.copy(self.work / "painted").mounted() as top:
            self.journal(top).write_text(self.edited(paint))
            for args in (("--dry-run",), ("--dry-run", "--json"), ()):
                done = rdpdoctor("undo", "--image", top, *args)
                for char in "\x1b\x07\r" + ("" if "--json" in args else "\u202e"):
                    self.assertNotIn(char, done.out + done.err)

    def test_a_hive_that_is_a_link(self):
        """One that leads out of the volume is not opened; one that stays inside is followed and stays what it is."""
        case = json.loads((hosts.HOSTS / "remote-desktop-disabled/present.json").read_text())
        volume = fixing.Volume.of(hosts.Machine(case), self.work / "links")
        outside = self.work / "SYSTEM of this machine"
        for inside in (False, True):
            with self.subTest(inside=inside), volume.mounted() as top:
                hive = top / hosts.CONFIG / "SYSTEM"
                target = top / "elsewhere" if inside else outside
                shutil.move(hive, target)
                os.symlink("../../../elsewhere" if inside else outside, hive)
                held = target.read_bytes()
                done = rdpdoctor("fix", "enable-remote-desktop", "--image", top, "--apply")
                self.assertEqual(done.exit, 0 if inside else 3, done)
                self.assertTrue(hive.is_symlink())
                self.assertEqual(target.read_bytes() == held, not inside)
                if inside:
                    self.assertEqual(rdpdoctor("undo", "--image", top).exit, 0)
                self.assertEqual(target.read_bytes(), held)
                hive.unlink()
                shutil.move(target, hive)

    def test_folders_among_the_runs_that_are_none(self):
        with self.volume.copy(self.work / "folders").mounted() as top:
            runs = top / fixing.RUNS / "runs"
            for name in ("zzzz", "zz zz", "z..z", "z\u202ez", "z" * 200, "99999999-999999-ffff"):
                shutil.copytree(runs / self.run_name, runs / name)
            (runs / "zzz-a-file").write_text("no folder")
            before = everything(top)
            done = rdpdoctor("undo", "--image", top, timeout=30)
            self.assertIn(done.exit, (0, 3), done)
            if done.exit == 3:  # a copy under another name is not taken for a run of its own
                self.assertEqual(everything(top), before)
                done = rdpdoctor("undo", self.run_name, "--image", top, timeout=30)
                self.assertEqual(done.exit, 0, done)
            self.assertNotIn("\u202e", done.out + done.err)


if __name__ == "__main__":
    unittest.main()
