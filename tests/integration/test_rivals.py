"""Servers written apart from the lab, so that the lab does not merely agree with our own misreadings."""
import contextlib
import socket
import threading
import unittest

from support import attempt, confirm, diagnose, first_cause, lab, negotiation_failure, read_tpkt, requested_protocols, reset, server


def key_unusable(how):
    def handle(s, _number):
        asked = requested_protocols(read_tpkt(s))
        if asked is None or asked & 3 == 0:
            s.sendall(negotiation_failure(5))
            return
        s.sendall(confirm(2 if asked & 2 else 1))
        if s.recv(65536):
            if how == "reset":
                reset(s)
            elif isinstance(how, int):
                s.sendall(bytes([21, 3, 3, 0, 2, 2, how]))
    return handle


class KeyUnusable(unittest.TestCase):
    def test_every_ending_of_a_broken_key_is_named_as_such(self):
        for how in ("fin", "reset", 40, 80):
            with self.subTest(how=how), server(key_unusable(how)) as port:
                result = diagnose(f"127.0.0.1:{port}", "--code", "0x904/0x7")
                self.assertEqual(first_cause(result), "certificate-key-unusable")
                self.assertEqual(result["causes"][0]["certainty"], "likely")
                self.assertTrue(result["causes"][0]["explains"])
                self.assertEqual((result["verdict"], result["exit"]), ("failing", 1))


class Middlebox(unittest.TestCase):
    """A relay in front of a healthy host that resets a connection when it sees a ClientHello go by."""

    @staticmethod
    def relay(to_port, is_hello):
        def handle(client, _number):
            with socket.create_connection(("127.0.0.1", to_port)) as host:
                def back():
                    with contextlib.suppress(OSError):  # reset() below closes both ends under this thread
                        while data := host.recv(65536):
                            client.sendall(data)
                        client.close()
                threading.Thread(target=back, daemon=True).start()
                stream = b""
                while data := client.recv(65536):
                    stream += data
                    if is_hello(data, stream):
                        return reset(client)
                    host.sendall(data)
        return handle

    def test_a_filter_that_looks_at_single_segments(self):
        with lab("healthy-nla") as ports:
            filter_ = self.relay(ports["healthy-nla"], lambda data, _: data[:2] == b"\x16\x03" and len(data) > 5 and data[5] == 1)
            with server(filter_) as port:
                result = diagnose(f"127.0.0.1:{port}", "--code", "0x904/0x7")
        self.assertEqual(first_cause(result), "reset-in-path")
        self.assertNotIn("certificate-key-unusable", [c["id"] for c in result["causes"]])

    def test_a_filter_that_reassembles(self):
        def is_hello(_, stream):
            at = stream.find(b"\x16\x03")
            return at >= 0 and len(stream) > at + 5 and stream[at + 5] == 1
        with lab("healthy-nla") as ports, server(self.relay(ports["healthy-nla"], is_hello)) as port:
            result = diagnose(f"127.0.0.1:{port}", "--code", "0x904/0x7")
        self.assertNotEqual(first_cause(result), "certificate-key-unusable")
        self.assertEqual(first_cause(result), "reset-in-path")


class Forwarder(unittest.TestCase):
    def test_accept_then_close_or_reset(self):
        for close in (lambda s, _: None, lambda s, _: reset(s), lambda s, _: s.recv(1000)):
            with server(close) as port:
                result = diagnose(f"127.0.0.1:{port}", "--code", "0x904/0x7")
            self.assertEqual(first_cause(result), "forwarder-without-host")
            self.assertNotIn("certificate-key-unusable", [c["id"] for c in result["causes"]])


class Negotiation(unittest.TestCase):
    def test_every_failure_code(self):
        expected = {1: "tls-required", 2: "tls-not-allowed", 3: "certificate-missing", 4: "negotiation-refused",
                    5: "nla-required", 6: "negotiation-refused", 7: "negotiation-refused", 0x80000001: "negotiation-refused"}
        for code, cause in expected.items():
            def handle(s, _number, code=code):
                read_tpkt(s)
                s.sendall(negotiation_failure(code))
            with self.subTest(code=code), server(handle) as port:
                result = diagnose(f"127.0.0.1:{port}")
                self.assertEqual(first_cause(result), cause)
                self.assertEqual(attempt(result, "standard")["x224"]["failure_code"], code)


class Politeness(unittest.TestCase):
    def test_a_host_never_sees_more_than_four_connections_at_a_time(self):
        lock, now, most = threading.Lock(), [0], [0]

        def handle(s, _number):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            try:
                asked = requested_protocols(read_tpkt(s)) or 0
                s.sendall(confirm(2 if asked & 2 else 1) if asked & 3 else negotiation_failure(5))
                while s.recv(4096):
                    pass
            finally:
                with lock:
                    now[0] -= 1
        with server(handle) as port:
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "3")
        self.assertLessEqual(len(result["evidence"]["connections"]), 24)
        self.assertLessEqual(most[0], 4)


class Hostile(unittest.TestCase):
    """Whatever the peer does, the diagnosis ends within its deadline and says something."""

    def check(self, handle, *expected):
        import time
        with server(handle) as port:
            began = time.monotonic()
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "3")
            self.assertLess(time.monotonic() - began, 3 * 1.1 + 1)
        self.assertIn(first_cause(result), expected)
        self.assertLessEqual(len(result["evidence"]["connections"]), 24)

    def test_silence(self):
        self.check(lambda s, _: s.recv(1000) and threading.Event().wait(8), "listener-unresponsive")

    def test_a_byte_at_a_time_for_ever(self):
        def drip(s, _):
            for b in confirm(2):
                s.sendall(bytes([b]))
                threading.Event().wait(1)
        self.check(drip, "listener-unresponsive", "slow-path")

    def test_endless_tpkt(self):
        def flood(s, _):
            s.sendall(b"\x03\x00\xff\xff")
            for _ in range(200):
                s.sendall(b"A" * 65536)
        self.check(flood, "not-rdp", "listener-unresponsive")

    def test_zero_lengths_and_garbage(self):
        for junk in (b"\x03\x00\x00\x00", b"\x03\x00\x00\x04", b"\x03\x00\x00\x07\x02\xd0\x00", b"\x00" * 64, b"\xff" * 64,
                     b"\x03\x00\x00\x13" + b"\xff" * 15):
            def handle(s, _, junk=junk):
                s.recv(1000)
                s.sendall(junk)
            with self.subTest(junk=junk):
                self.check(handle, "not-rdp")

    def test_endless_tls(self):
        def flood(s, _):
            read_tpkt(s)
            s.sendall(confirm(2))
            s.recv(1000)
            for _ in range(100):
                s.sendall(b"\x16\x03\x03\x40\x00" + b"\x02\x00\xff\xff" + b"B" * 16380)
        with server(flood) as port:
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "3")
        self.assertEqual(result["verdict"], "failing")

    def test_terminal_escapes_in_a_banner_do_not_reach_the_terminal(self):
        from support import run
        with server(lambda s, _: s.sendall(b"SSH-2.0-\x1b]0;owned\x07\x1b[31mred\r\n") and s.recv(100)) as port:
            done = run("diagnose", f"127.0.0.1:{port}")
        self.assertNotIn("\x1b", done.stdout)
        self.assertIn("SSH", done.stdout)


if __name__ == "__main__":
    unittest.main()
