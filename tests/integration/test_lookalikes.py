"""Faults that look like other faults: what must not be blamed, and what must be said instead."""
import ssl
import subprocess
import tempfile
import threading
import unittest

from support import confirm, diagnose, first_cause, needs, read_tpkt, reset, server


def ids(result):
    return [c["id"] for c in result["causes"]]


class TlsHost:
    """A healthy host that chooses TLS: X.224 by hand, then Python's own TLS."""

    def __init__(self, folder, ciphers=None, key="rsa:2048"):
        cert, key_file = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", key, "-nodes", "-keyout", key_file, "-out", cert, "-days", "90", "-subj", "/CN=look"],
                       check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key_file)
        if ciphers:
            self.context.maximum_version = ssl.TLSVersion.TLSv1_2
            self.context.set_ciphers(ciphers)

    def __call__(self, s, _number):
        read_tpkt(s)
        s.sendall(confirm(1))
        self.tls(s)

    def tls(self, s):
        try:
            with self.context.wrap_socket(s, server_side=True) as t:
                t.recv(100)
        except (ssl.SSLError, OSError):
            s.close()


@needs("openssl")
class Lookalikes(unittest.TestCase):
    def test_one_dead_backend_of_two_is_intermittent_and_not_a_fault_of_the_offer(self):
        with tempfile.TemporaryDirectory() as folder:
            host = TlsHost(folder)

            def balanced(s, number):
                if number % 2:
                    return host(s, number)
                read_tpkt(s)
                s.sendall(confirm(1))
                s.recv(65536)
                return reset(s)
            with server(balanced) as port:
                result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual(first_cause(result), "connection-intermittent", ids(result))
        for wrong in ("tls-version-mismatch", "tls-cipher-mismatch", "certificate-key-unusable", "reset-in-path"):
            self.assertNotIn(wrong, ids(result))

    def test_suites_that_do_not_fit_the_certificate_are_no_broken_key(self):
        with tempfile.TemporaryDirectory() as folder, server(TlsHost(folder, "ECDHE-ECDSA-AES256-GCM-SHA384")) as port:
            result = diagnose(f"127.0.0.1:{port}")
        key = [c for c in result["causes"] if c["id"] == "certificate-key-unusable"]
        self.assertIn("tls-cipher-mismatch", ids(result))
        self.assertTrue(all(c["certainty"] == "possible" for c in key), result["causes"])

    def test_a_tls_server_on_the_port_is_not_a_forwarder(self):
        with tempfile.TemporaryDirectory() as folder:
            host = TlsHost(folder)
            with server(lambda s, _: host.tls(s)) as port:
                result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual(first_cause(result), "not-rdp", ids(result))

    def test_a_slow_healthy_host_raises_no_alarm(self):
        with tempfile.TemporaryDirectory() as folder:
            host = TlsHost(folder)

            def slow(s, number):
                threading.Event().wait(1.5)
                return host(s, number)
            with server(slow) as port:
                result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual((result["verdict"], ids(result)), ("healthy", []))

    def test_a_limit_on_parallel_connections_is_not_called_intermittent(self):
        with tempfile.TemporaryDirectory() as folder:
            host, lock, busy = TlsHost(folder), threading.Lock(), [0]

            def limited(s, number):
                with lock:
                    full = busy[0] >= 2
                    busy[0] += not full
                if full:
                    return reset(s)
                try:
                    threading.Event().wait(0.2)
                    host(s, number)
                finally:
                    with lock:
                        busy[0] -= 1
            with server(limited) as port:
                result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual(first_cause(result), "connection-limit", ids(result))
        self.assertNotIn("connection-intermittent", ids(result))

    def test_a_protocol_that_was_not_asked_for_is_a_broken_answer(self):
        def wrong(s, _):
            read_tpkt(s)
            s.sendall(confirm(0x20))
        with server(wrong) as port:
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "4")
        self.assertEqual(first_cause(result), "not-rdp", ids(result))
        self.assertLess(result["evidence"]["run"]["ms"], 2000)

    def test_a_handshake_cut_after_its_server_hello_has_an_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            host = TlsHost(folder)

            def cut(s, _):
                read_tpkt(s)
                s.sendall(confirm(1))
                incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                tls = host.context.wrap_bio(incoming, outgoing, server_side=True)
                incoming.write(s.recv(65536))
                try:
                    tls.do_handshake()
                except ssl.SSLError:
                    pass
                s.sendall(outgoing.read()[:400])
            with server(cut) as port:
                result = diagnose(f"127.0.0.1:{port}")
        self.assertEqual(result["verdict"], "failing")
        self.assertTrue(result["causes"])
        self.assertTrue(all(c["certainty"] != "proven" for c in result["causes"]))


if __name__ == "__main__":
    unittest.main()
