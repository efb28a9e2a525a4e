"""A client against the lab, captured on the loopback interface: `analyze` of the capture names the cause that `diagnose` finds live,
and reads CredSSP as tshark does. Capturing takes root."""
import contextlib
import os
import pathlib
import select
import socket
import ssl
import subprocess
import tempfile
import unittest
import warnings

from support import diagnose, first_cause, free_port, lab, needs
from test_captures import analyze, number, tshark

# [MS-NLMP] 2.2.1.1 NEGOTIATE_MESSAGE
NTLM_NEGOTIATE = b"NTLMSSP\0" + bytes.fromhex("01000000 b78208e2 0000000000000000 0000000000000000 0a00614a0000000f")


def der(tag, *parts):
    body = b"".join(parts)
    return bytes([tag, len(body)]) + body


# [MS-CSSP] 2.2.1: version 6 and one negoToken
TS_REQUEST = der(0x30, der(0xA0, der(2, b"\6")), der(0xA1, der(0x30, der(0x30, der(0xA0, der(4, NTLM_NEGOTIATE))))))
PROTOCOLS = 0xB  # SSL, HYBRID, HYBRID_EX


def request():
    body = b"\xe0\0\0\0\0\0Cookie: mstshash=eltons\r\n" + bytes([1, 0, 8, 0]) + PROTOCOLS.to_bytes(4, "little")
    return b"\3\0" + (len(body) + 5).to_bytes(2, "big") + bytes([len(body)]) + body


def client_context(newest, key_log):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old versions are what is wanted
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, newest
    if key_log:
        context.keylog_filename = key_log
    return context


def connect(port, newest=ssl.TLSVersion.TLSv1_3, key_log=None, patience=5):
    """As a client does it: request, TLS, CredSSP's first step; it stops where it can't go on."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), patience) as s:
        s.settimeout(patience)
        s.sendall(request())
        answer = s.recv(4096)
        if len(answer) < 19 or answer[11] != 2 or answer[15] == 0:
            return
        with client_context(newest, key_log).wrap_socket(s) as t:
            t.sendall(TS_REQUEST)
            t.recv(4096)


@contextlib.contextmanager
def captured(port, path):
    """What passes on the loopback interface to and from the port meanwhile; it is all there at the end. Datagrams of our own
    tell that dumpcap listens and, as it keeps the order, that all before them was written."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mark:
        mark.bind(("127.0.0.1", 0))
        command = ["dumpcap", "-i", "lo", "-q", "-P", "-f", f"tcp port {port} or udp port {mark.getsockname()[1]}", "-w", "-"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        data = bytearray()

        def read_until_marked():
            text = os.urandom(16)
            while text not in data:
                mark.sendto(text, mark.getsockname())  # again, as dumpcap says that it captures before it does
                if not select.select([process.stdout], [], [], 0.1)[0]:
                    continue
                piece = os.read(process.stdout.fileno(), 65536)
                if not piece:
                    raise AssertionError(process.stderr.read().decode())
                data.extend(piece)

        try:
            process.stderr.readline()  # "Capturing on", printed when the interface is open
            read_until_marked()
            yield
            read_until_marked()
            pathlib.Path(path).write_bytes(data)
        finally:
            process.terminate()
            process.communicate(timeout=10)


@unittest.skipUnless(hasattr(os, "geteuid") and os.geteuid() == 0, "capturing takes root")
@needs("dumpcap")
class LiveCaptures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.capture = pathlib.Path(folder.name, "client.pcap")
        self.key_log = pathlib.Path(folder.name, "keys")

    def both(self, port, times=3, secrets=False, **client):
        """The live diagnosis of a port, and that of captured connections to it."""
        live = diagnose(f"127.0.0.1:{port}")
        with captured(port, self.capture):
            for _ in range(times):
                connect(port, key_log=str(self.key_log) if secrets else None, **client)
        keys = ("--keylog", str(self.key_log)) if secrets else ()
        (seen,) = analyze("--port", port, *keys, self.capture)
        self.assertEqual(len(seen["evidence"]["connections"]), times)
        return live, seen

    def check(self, *faults, **how):
        for fault in faults:
            with self.subTest(fault), lab(fault) as ports:
                live, seen = self.both(ports[fault], **how)
                self.assertIsNotNone(first_cause(live))
                self.assertEqual((seen["verdict"], first_cause(seen)), (live["verdict"], first_cause(live)))

    def test_a_healthy_host(self):
        with lab("healthy-nla") as ports:
            live, seen = self.both(ports["healthy-nla"])
            self.assertEqual((live["verdict"], live["causes"]), ("healthy", []))
            self.assertEqual((seen["verdict"], seen["causes"]), ("healthy", []))

    def test_refused_and_foreign_answers(self):
        self.check("hybrid-required", "ssl-not-allowed", "not-rdp-http", "malformed-confirm", "forwarder-fin")

    def test_tls_that_is_cut(self):
        self.check("key-unusable-reset", "key-unusable-fin", "key-unusable-alert-40")

    def test_an_expired_certificate_in_the_clear(self):
        self.check("certificate-expired", newest=ssl.TLSVersion.TLSv1_2)

    def test_an_old_host(self):
        self.check("tls-10-only")

    def test_credssp_and_certificates_with_the_secrets(self):
        self.check("ntlm-refused", "credssp-old", "nla-fin", "certificate-expired", secrets=True)

    def test_a_closed_port(self):
        live, seen = self.both(free_port())
        self.assertEqual((seen["verdict"], first_cause(seen)), (live["verdict"], first_cause(live)))

    def test_credssp_fields_are_those_of_tshark(self):
        fields = ("credssp.version", "credssp.errorCode", "ntlmssp.challenge.target_info.nb_computer_name",
                  "ntlmssp.challenge.target_info.dns_computer_name")
        for fault in ("healthy-nla", "credssp-old", "ntlm-refused"):
            for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                with self.subTest(fault=fault, newest=newest), lab(fault) as ports:
                    self.key_log.unlink(missing_ok=True)
                    _live, seen = self.both(ports[fault], times=1, secrets=True, newest=newest)
                    (theirs,) = tshark(self.capture, "tls", "credssp", *fields, options=("-o", f"tls.keylog_file:{self.key_log}"),
                                       port=ports[fault]).values()
                    nla = seen["evidence"]["connections"][0]["nla"]
                    self.assertEqual(nla["version"], int(theirs["credssp.version"][-1]))
                    code = number(theirs["credssp.errorCode"])
                    self.assertEqual(nla.get("error_code"), code and code & 0xFFFFFFFF)
                    self.assertEqual([nla[n] for n in ("netbios_computer_name", "dns_computer_name") if n in nla],
                                     [theirs[f][0] for f in fields[2:] if theirs[f]])


if __name__ == "__main__":
    unittest.main()
