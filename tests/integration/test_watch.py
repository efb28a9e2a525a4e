"""watch: rounds, changes, the log that survives a kill, the summary; and what it refuses."""
import json
import os
import pty
import select
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from support import PROGRAM, confirm, free_port, lab, read_tpkt, reset, run, server


def lines_of(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f.read().splitlines()]


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.log = os.path.join(self.folder.name, "w.jsonl")

    def watch(self, port, *args):
        return run("watch", f"127.0.0.1:{port}", "--interval", 1, "--log", self.log, *args)

    def start(self, port, *args, **kwargs):
        process = subprocess.Popen([PROGRAM, "watch", f"127.0.0.1:{port}", "--interval", "1", "--log", self.log, *args],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process


class Watch(Folder):
    def test_a_healthy_host(self):
        with lab("healthy-nla") as ports:
            done = self.watch(ports["healthy-nla"], "--for", "3s")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stderr, "")
        self.assertIn("none failed", done.stdout)
        self.assertIn("could have been missed", done.stdout)
        self.assertIn(self.log, done.stdout)
        self.assertEqual(done.stdout.count("  healthy ("), 1)  # one line: nothing changed after it
        events = lines_of(self.log)
        self.assertEqual([e["event"] for e in events], ["start", "change", "end"])
        self.assertEqual(events[0]["schema"], "rdpdoctor.watch/1")
        self.assertEqual((events[1]["outcome"], events[1]["healthy"]), ("healthy", True))
        self.assertEqual(len(events[1]["certificate"]), 40)

    def test_a_host_that_fails_now_and_then(self):
        """Fails in rounds 3 to 5 of its life: one attempt a round, so the round is the connection's number."""
        def handle(s, number):
            if read_tpkt(s):
                if 3 <= number <= 5:
                    return reset(s)
                s.sendall(confirm(0))
        with server(handle) as port:
            done = self.watch(port, "--for", "7s", "--json")
        self.assertEqual(done.returncode, 1, done.stderr)
        summary = json.loads(done.stdout)
        self.assertEqual(summary["schema"], "rdpdoctor.watch-summary/1")
        self.assertEqual((summary["rounds"], summary["failed"]), (7, 3))
        self.assertEqual({o["outcome"]: o["rounds"] for o in summary["outcomes"]}, {"healthy": 4, "x224-reset": 3})
        self.assertEqual(summary["when"]["shape"], "one row")
        self.assertEqual(summary["when"]["longest_row"]["rounds"], 3)
        self.assertEqual(summary["diagnosis"]["schema"], "rdpdoctor.diagnosis/1")
        self.assertEqual(summary["diagnosis"]["causes"][0]["id"], "connection-intermittent")
        changes = [e for e in lines_of(self.log) if e["event"] == "change"]
        self.assertEqual([(c["round"], c["outcome"], c.get("before_rounds")) for c in changes],
                         [(1, "healthy", None), (3, "x224-reset", 2), (6, "healthy", 3)])

    def test_a_host_that_goes_away_is_judged_by_what_it_is_since(self):
        with lab("healthy-nla") as ports:
            port = ports["healthy-nla"]
            process = self.start(port, "--for", "8s", "--json")
            self.until_logged("healthy")
        out, err = process.communicate(timeout=60)
        summary = json.loads(out)
        self.assertEqual(summary["when"]["shape"], "since", err)
        self.assertEqual(summary["outcomes"][-1]["outcome"], "tcp-refused")
        self.assertEqual(summary["diagnosis"]["causes"][0]["id"], "port-closed")

    def until_logged(self, word, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if os.path.exists(self.log) and any(e.get("outcome") == word for e in lines_of(self.log)):
                return
            threading.Event().wait(0.05)  # a poll interval
        self.fail(f"no {word} in the log")

    def test_every_round_fails(self):
        done = self.watch(free_port(), "--for", "3s")
        self.assertEqual(done.returncode, 1)
        self.assertIn("every round failed", done.stdout)
        self.assertIn("rdpdoctor explain port-closed", done.stdout)

    def test_an_interrupt_ends_it_with_its_summary(self):
        with lab("healthy-nla") as ports:
            process = self.start(ports["healthy-nla"])
            process.stdout.readline()
            self.assertIn("healthy", process.stdout.readline())  # the first round is over
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("none failed", out)
        self.assertEqual(lines_of(self.log)[-1], lines_of(self.log)[-1] | {"event": "end", "interrupted": True})

    def test_an_interrupt_before_the_first_round_has_ended(self):
        with server(lambda s, _n: s.recv(1) and s.recv(4096)) as port:
            process = self.start(port)
            self.assertIn("watching", process.stdout.readline())
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, out, err), (4, "", ""))

    def test_the_log_survives_a_kill_and_is_gone_on_with(self):
        with lab("intermittent-1-of-3") as ports:
            process = self.start(ports["intermittent-1-of-3"])
            process.stdout.readline()
            process.stdout.readline()
            process.kill()
            process.communicate(timeout=30)
            before = lines_of(self.log)  # every line is whole
            self.assertEqual([e["event"] for e in before[:2]], ["start", "change"])
            with open(self.log, "a") as f:
                f.write('{"event":"cha')  # what a torn write would leave
            self.watch(ports["intermittent-1-of-3"], "--for", "2s")
        with open(self.log) as f:
            lines = f.read().splitlines()
        self.assertEqual([json.loads(line) for line in lines[:len(before)]], before)
        self.assertEqual(lines[len(before)], '{"event":"cha')
        after = [json.loads(line) for line in lines[len(before) + 1:]]
        self.assertEqual((after[0]["event"], after[-1]["event"]), ("start", "end"))

    def test_the_log_has_a_name_of_its_own(self):
        with lab("healthy-nla") as ports:
            done = run("watch", f"127.0.0.1:{ports['healthy-nla']}", "--for", "1s", cwd=self.folder.name)
        names = os.listdir(self.folder.name)
        self.assertEqual(len(names), 1)
        self.assertRegex(names[0], r"^rdpdoctor-watch-127\.0\.0\.1-\d{4}-\d\d-\d\d\.jsonl$")
        self.assertIn(names[0], done.stdout)

    def test_a_terminal_gets_a_live_line_and_a_pipe_gets_none(self):
        ours, theirs = pty.openpty()
        with lab("healthy-nla") as ports:
            process = subprocess.Popen([PROGRAM, "watch", f"127.0.0.1:{ports['healthy-nla']}", "--interval", "1", "--for", "2s",
                                        "--log", self.log], stdout=subprocess.PIPE, stderr=theirs, text=True,
                                       env={**os.environ, "LC_ALL": "C.UTF-8"})
            os.close(theirs)
            shown = b""
            while True:
                ready, _, _ = select.select([ours], [], [], 30)
                try:
                    got = os.read(ours, 4096) if ready else b""
                except OSError:
                    break
                if not got:
                    break
                shown += got
            out, _ = process.communicate(timeout=30)
        os.close(ours)
        self.assertIn("▁", shown.decode())
        self.assertIn("2 rounds: 2 healthy", shown.decode())
        self.assertNotIn("\r", out)


class BadInput(Folder):
    def one_line(self, *args, expect=2):
        done = run("watch", *args, cwd=self.folder.name)
        self.assertEqual(done.returncode, expect, done.stderr + done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(os.listdir(self.folder.name), [], "nothing is written")

    def test_spans_intervals_and_hosts(self):
        for span in ("10", "0s", "-1m", "1.5h", "10x", "h", "1000d", "99999999999999999999s", "1m 2s"):
            with self.subTest(span=span):
                self.one_line("127.0.0.1", f"--for={span}")
        for interval in ("0", "0.5", "x", "-1", "1e3", "9999"):
            with self.subTest(interval=interval):
                self.one_line("127.0.0.1", f"--interval={interval}")
        self.one_line("a b")
        self.one_line()
        self.one_line("127.0.0.1", "--rdp", "x.rdp")

    def test_logs_that_are_none(self):
        self.one_line("127.0.0.1", "--log", "/no/such/folder/w.jsonl")
        self.one_line("127.0.0.1", "--log", "/")
        self.one_line("127.0.0.1", "--log", "/dev/null")
        with tempfile.TemporaryDirectory() as other:
            path = os.path.join(other, "precious.txt")
            with open(path, "w") as f:
                f.write("my words\n")
            self.one_line("127.0.0.1", "--log", path)
            with open(path) as f:
                self.assertEqual(f.read(), "my words\n")


if __name__ == "__main__":
    unittest.main()
