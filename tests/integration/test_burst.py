"""diagnose --burst N: a limit on connections is found, told from its rivals, and recovered from."""
import threading
import time
import unittest

from support import confirm, diagnose, first_cause, lab, read_tpkt, reset, server


def burst(port, n=16, *more):
    return diagnose(f"127.0.0.1:{port}", "--burst", n, "--no-controls", "--no-udp", *more)


def cause(result, name):
    return next((c for c in result["causes"] if c["id"] == name), None)


def fates(result, phase):
    return [c["fate"] for c in result["evidence"]["burst"].get("connections", []) if c["phase"] == phase]


def serve(s):
    """Answers the request, then waits for the peer to close."""
    if read_tpkt(s):
        s.sendall(confirm(0))
        while s.recv(4096):
            pass


class Burst(unittest.TestCase):
    def test_without_the_flag_no_burst_is_made_and_the_command_is_named(self):
        with lab("healthy-nla") as ports:
            result = diagnose(f"127.0.0.1:{ports['healthy-nla']}")
        self.assertNotIn("connections", result["evidence"].get("burst", {}))
        untested = {u["id"]: u["needs"] for u in result["untested"]}
        self.assertIn("--burst 16", " ".join(untested["connection-limit"]))

    def test_a_host_that_answers_all_is_cleared(self):
        with lab("healthy-nla") as ports:
            result = burst(ports["healthy-nla"])
        self.assertEqual(fates(result, "together"), ["answered"] * 16)
        self.assertTrue(result["evidence"]["burst"]["finished"])
        self.assertEqual(len(result["evidence"]["burst"]["connections"]), 16)
        excluded = {e["id"]: e["because"] for e in result["excluded"]}
        self.assertEqual(excluded["connection-limit"], "16 connections at once were all answered")
        self.assertEqual((result["verdict"], result["exit"]), ("healthy", 0))

    def test_a_limit_on_connections_held_at_once(self):
        held = 0
        lock = threading.Lock()
        full = {}

        def accepted(number):
            nonlocal held
            with lock:
                held += 1
                full[number] = held > 8

        def handle(s, number):
            nonlocal held
            try:
                reset(s) if full[number] else serve(s)
            finally:
                with lock:
                    held -= 1
        with server(handle, accepted=accepted) as port:
            result = burst(port)
        found = cause(result, "connection-limit")
        self.assertEqual((found["certainty"], found["explains"]), ("proven", False), result["causes"])
        self.assertEqual(fates(result, "recovery"), ["answered"])
        self.assertEqual(fates(result, "in turn"), ["answered"] * 16)
        self.assertIn("at once and drops more", found["headline"])
        self.assertIsNone(cause(result, "connection-intermittent"))

    def test_a_limit_on_connections_in_a_time(self):
        """A bucket of eighteen, refilled by one a second: the diagnosis itself takes less than it holds."""
        tokens = 18.0
        last = time.monotonic()
        passed = {}

        def accepted(number):
            nonlocal tokens, last
            now = time.monotonic()
            tokens = min(18.0, tokens + (now - last))
            last = now
            passed[number] = tokens >= 1
            tokens -= 1 if passed[number] else 0

        def handle(s, number):
            serve(s) if passed[number] else reset(s)
        with server(handle, accepted=accepted) as port:
            result = burst(port, 32)
        found = cause(result, "connection-limit")
        self.assertIsNotNone(found, [result[part] for part in ("causes", "untested", "excluded")])
        self.assertEqual(found["certainty"], "proven")
        self.assertIn("reset", fates(result, "in turn"))
        self.assertRegex(found["headline"], "too fast|more than about")

    def test_a_dead_backend_is_no_limit(self):
        with lab("intermittent-1-of-3") as ports:
            result = burst(ports["intermittent-1-of-3"])
        self.assertEqual(first_cause(result), "connection-intermittent")
        self.assertIsNone(cause(result, "connection-limit"))

    def test_a_host_that_answers_nobody_is_not_asked_more(self):
        with lab("forwarder-reset") as ports:
            result = burst(ports["forwarder-reset"])
        self.assertEqual(first_cause(result), "forwarder-without-host")
        self.assertEqual(fates(result, "together"), [])

    def test_the_number_is_bounded(self):
        with lab("healthy-nla") as ports:
            result = burst(ports["healthy-nla"], 32)
        self.assertEqual(len(result["evidence"]["burst"]["connections"]), 32)


if __name__ == "__main__":
    unittest.main()
