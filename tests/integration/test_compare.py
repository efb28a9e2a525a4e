"""compare A.json B.json: where two runs against one host put the fault, and what it refuses."""
import json
import os
import subprocess
import tempfile
import unittest

from support import PROGRAM, diagnose, free_port, lab, run


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def put(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def compare(self, a, b, expect):
        done = run("compare", self.put("a.json", a), self.put("b.json", b), "--json")
        self.assertEqual(done.returncode, expect, done.stderr + done.stdout)
        result = json.loads(done.stdout)
        self.assertEqual(result["schema"], "rdpdoctor.comparison/1")
        return result


def as_port(result, port):
    """The same run, as if it had been against this port."""
    result["target"]["port"] = port
    result["evidence"]["target"]["port"] = port
    return result


def probe(port, *args):
    return diagnose(f"127.0.0.1:{port}", "--no-udp", "--no-controls", *args)


class Compare(Folder):
    @classmethod
    def setUpClass(cls):
        with lab("healthy-nla", "key-unusable-reset", "tls-intercepted") as ports:
            cls.healthy, cls.again, cls.broken, cls.opened = (
                json.dumps(as_port(probe(ports[fault]), 3389))
                for fault in ("healthy-nla", "healthy-nla", "key-unusable-reset", "tls-intercepted"))
        cls.closed = json.dumps(as_port(probe(free_port()), 3389))

    def both(self, a, b, expect):
        return self.compare(json.loads(a), json.loads(b), expect)

    def test_two_healthy_runs(self):
        result = self.both(self.healthy, self.again, 0)
        self.assertEqual((result["localizes"], result["differences"]), ("unknown", []))

    def test_the_same_failure_from_both(self):
        result = self.both(self.broken, self.broken, 1)
        self.assertEqual(result["localizes"], "host")
        self.assertEqual(result["a"]["causes"][0]["id"], "certificate-key-unusable")
        self.assertEqual(result["a"]["fails_at"], "tls")

    def test_fails_from_one_and_passes_from_the_other(self):
        for a, b in ((self.closed, self.healthy), (self.healthy, self.closed)):
            result = self.both(a, b, 1)
            self.assertEqual(result["localizes"], "path")
            self.assertEqual([d["stage"] for d in result["differences"]], ["tcp"])

    def test_tls_that_is_opened_on_the_way(self):
        result = self.both(self.healthy, self.opened, 1)
        self.assertEqual(result["localizes"], "path")
        tls = next(d for d in result["differences"] if d["stage"] == "tls")
        self.assertTrue(tls["matters"])

    def test_different_failures(self):
        self.assertEqual(self.both(self.broken, self.closed, 1)["localizes"], "unknown")

    def test_a_bare_case_file_is_read_too(self):
        a, b = json.loads(self.broken)["evidence"], json.loads(self.broken)
        self.assertEqual(self.compare(a, b, 1)["localizes"], "host")

    def test_for_a_person(self):
        done = run("compare", self.put("a.json", json.loads(self.closed)), self.put("b.json", json.loads(self.healthy)))
        self.assertEqual(done.returncode, 1)
        for words in ("tcp fails from A and passes from B", "It points to the way between", "why", "next"):
            self.assertIn(words, done.stdout)


class BadInput(Folder):
    def one_line(self, *args):
        done = run("compare", *args)
        self.assertEqual(done.returncode, 2, done.stderr + done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("rdpdoctor: "))
        return done.stderr

    def test_files_that_are_no_runs(self):
        good = self.put("good.json", {"target": {"host": "srv"}})
        self.one_line(good)
        self.one_line(good, os.path.join(self.folder.name, "absent"))
        self.one_line(good, self.folder.name)
        for content in (b"", b"\0" * 100, b"{", b"[]", b"{}", b"7", b'{"evidence":7}', b'{"schema":"rdpdoctor.explanation/1"}',
                        b"[" * 1_000_000, b'{"evidence":' * 500_000, b'{"target":{"port":-1}}', b"\xff\xfe{\0}\0"):
            with self.subTest(content=content[:20]):
                self.one_line(good, self.put("bad.json", content))

    def test_files_beyond_all_bounds(self):
        good = self.put("good.json", {"target": {"host": "srv"}})
        big = self.put("big.json", b'{"target":{"host":"' + b"x" * (16 << 20) + b'"}}')
        self.assertIn("16 MiB", self.one_line(good, big))
        many = self.put("many.json", b'{"connections":[' + b",".join([b"{}"] * 2_000_000) + b"]}")
        self.one_line(good, many)
        self.one_line(good, self.put("some.json", {"target": {"host": "srv"}, "connections": [{}] * 1001}))

    def test_runs_of_two_hosts(self):
        text = self.one_line(self.put("a.json", {"target": {"host": "one"}}), self.put("b.json", {"target": {"host": "two"}}))
        self.assertIn("one host", text)

    def test_memory_stays_bounded(self):
        """The worst that fits into 16 MiB and is read: lists in lists, below each bound."""
        chain = {"tls": {"chain": [{}] * 99}}
        evil = self.put("evil.json", {"target": {"host": "srv"}, "connections": [chain] * 990})
        code = ("import resource, subprocess, sys\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
                "sys.exit(subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode)")
        done = subprocess.run(["python3", "-c", code, PROGRAM, "compare", evil, evil], timeout=120, check=False)
        self.assertIn(done.returncode, (0, 1))


if __name__ == "__main__":
    unittest.main()
