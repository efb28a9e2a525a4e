"""The Windows program under Wine, against the lab on the Linux side: the same causes."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import unittest

from support import lab, run

PROGRAM = os.environ.get("RDPDOCTOR_WINDOWS", "")
WINE = os.environ.get("WINE", "/usr/lib/wine/wine64")


def windows(*args, timeout=120):
    return subprocess.run([WINE, PROGRAM, *args], capture_output=True, timeout=timeout, env={**os.environ, "WINEDEBUG": "-all"})


@unittest.skipUnless(PROGRAM and pathlib.Path(PROGRAM).is_file() and pathlib.Path(WINE).is_file(), "no Windows build or no Wine")
class Windows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        windows("--version")  # makes the prefix, once, before two would at the same time

    def test_every_fault_is_the_same_cause_there(self):
        expected = {line.split()[0]: line.split()[1] for line in run("list", "faults").stdout.splitlines()}
        with lab(*expected) as ports, concurrent.futures.ThreadPoolExecutor(2) as pool:
            def first(fault):
                # Wine does not tell that a UDP port is closed: a Windows host would seem to have its UDP blocked.
                no_udp = [] if "udp" in fault else ["--no-udp"]
                done = windows("diagnose", f"127.0.0.1:{ports[fault]}", "--json", "--timeout", "6", *no_udp)
                causes = json.loads(done.stdout)["causes"]
                return causes[0]["id"] if causes else "(healthy)"
            got = dict(zip(expected, pool.map(first, expected)))
        self.assertEqual(got, expected)

    def test_it_is_one_file_of_less_than_twelve_megabytes(self):
        self.assertLess(pathlib.Path(PROGRAM).stat().st_size, 12_000_000)

    def test_text_exit_status_and_bad_input(self):
        with lab("key-unusable-fin") as ports:
            done = windows("diagnose", f"127.0.0.1:{ports['key-unusable-fin']}", "--code", "0x904/0x7")
        self.assertEqual(done.returncode, 1)
        self.assertIn("The host cannot use its certificate's private key.", done.stdout.decode())
        self.assertEqual(windows("diagnose", "host:70000").returncode, 2)
        self.assertIn("0x904", windows("explain", "2308").stdout.decode())


if __name__ == "__main__":
    unittest.main()
