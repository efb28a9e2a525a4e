"""rdpdoctor client-log: refused in one line where there is no Windows; under Wine turned on and off by its value, and what can't be read said."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from support import run

PROGRAM = os.environ.get("RDPDOCTOR_WINDOWS", "")
WINE = os.environ.get("WINE", "/usr/lib/wine/wine64")
KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Microsoft-Windows-TerminalServices-RDPClient/Analytic"


def wine(*args, timeout=120):
    return subprocess.run([WINE, *args], capture_output=True, timeout=timeout, env={**os.environ, "WINEDEBUG": "-all"})


class ElsewhereThanOnWindows(unittest.TestCase):
    def test_each_says_so_in_one_line_and_writes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "log.zip")
            for args in (["on"], ["on", "--apply"], ["off"], ["off", "--apply"], ["export", "-o", out]):
                with self.subTest(args=args):
                    done = run("client-log", *args)
                    self.assertEqual(done.returncode, 2)
                    self.assertEqual(done.stdout, "")
                    self.assertEqual(len(done.stderr.splitlines()), 1)
                    self.assertIn("does not run Windows", done.stderr)
            self.assertFalse(out.exists())

    def test_what_is_wanted_has_to_be_said(self):
        for args in ([], ["export"], ["dance"], ["export", "-o", "x.zip", "--since", "1h", "--around", "2026-11-21T14:05:00Z"]):
            with self.subTest(args=args):
                self.assertEqual(run("client-log", *args).returncode, 2)


@unittest.skipUnless(PROGRAM and pathlib.Path(PROGRAM).is_file() and pathlib.Path(WINE).is_file(), "no Windows build or no Wine")
class UnderWine(unittest.TestCase):
    def setUp(self):
        self.assertEqual(wine("reg", "add", KEY, "/v", "Enabled", "/t", "REG_DWORD", "/d", "0", "/f").returncode, 0)
        self.addCleanup(wine, "reg", "delete", KEY, "/f")

    def enabled(self):
        text = wine("reg", "query", KEY, "/v", "Enabled").stdout.decode()
        return int(re.search(r"REG_DWORD\s+0x([0-9a-f]+)", text)[1], 16)

    def client_log(self, *args):
        done = wine(PROGRAM, "client-log", *args)
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    def test_the_log_is_shown_then_turned_on_then_off_as_it_was(self):
        status, text = self.client_log("on")
        self.assertEqual(status, 1, text)
        self.assertIn("client-log on --apply", text)
        self.assertEqual(self.enabled(), 0)

        status, text = self.client_log("on", "--apply")
        self.assertEqual(status, 0, text)
        self.assertEqual(self.enabled(), 1)

        status, text = self.client_log("off")
        self.assertEqual(status, 1, text)
        self.assertEqual(self.enabled(), 1)

        status, text = self.client_log("off", "--apply")
        self.assertEqual(status, 0, text)
        self.assertEqual(self.enabled(), 0)

        status, text = self.client_log("off", "--apply")
        self.assertEqual(status, 0, text)
        self.assertIn("Nothing to take back", text)

    def test_a_log_that_somebody_else_turned_on_stays_on(self):
        wine("reg", "add", KEY, "/v", "Enabled", "/t", "REG_DWORD", "/d", "1", "/f")
        self.assertEqual(self.client_log("on", "--apply")[0], 0)
        status, text = self.client_log("off", "--apply")
        self.assertEqual(status, 0, text)
        self.assertIn("not by rdpdoctor", text)
        self.assertEqual(self.enabled(), 1)

    def test_what_the_event_log_does_not_tell_is_not_taken_for_empty(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "log.zip")
            status, text = self.client_log("export", "-o", "Z:" + str(out).replace("/", "\\"))
            self.assertEqual(status, 3, text)
            self.assertEqual(text.count("can't be read"), 3, text)
            self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
