"""The server's side of real captures, replayed to the probe, against what Zeek's logs say of them."""
import pathlib
import subprocess
import unittest

from support import CORPORA, attempt, diagnose, needs, read_tpkt, server

FOLDER = pathlib.Path(CORPORA or "/nonexistent", "zeek")


def segments_of_server(capture, stream):
    """What the server said in one TCP connection, segment by segment, without repeats."""
    out = subprocess.run(["tshark", "-r", str(capture), "-Y", f"tcp.stream=={stream} && tcp.srcport==3389 && tcp.len>0", "-T", "fields",
                          "-e", "tcp.seq", "-e", "tcp.payload"], capture_output=True, text=True, timeout=60).stdout
    segments = {}
    for line in out.splitlines():
        seq, payload = line.split("\t")
        segments.setdefault(int(seq), bytes.fromhex(payload))
    return [segments[k] for k in sorted(segments)]


def replay(segments):
    """The confirm upon the request, everything else upon what follows it."""
    def handle(s, _number):
        read_tpkt(s)
        s.sendall(segments[0])
        if len(segments) > 1 and s.recv(65536):
            for segment in segments[1:]:
                s.sendall(segment)
            s.recv(65536)
    return handle


def rdp_log(folder):
    """result and security_protocol of each row."""
    fields, rows = [], []
    for line in (FOLDER / "expected" / folder / "rdp.log").read_text().splitlines():
        if line.startswith("#fields"):
            fields = line.split("\t")[1:]
        elif not line.startswith("#"):
            row = dict(zip(fields, line.split("\t")))
            rows.append((row["result"], row["security_protocol"]))
    return rows


def ours(result):
    """The same two columns from our evidence."""
    x224 = attempt(result, "standard")["x224"]
    names = {1: "SSL_REQUIRED_BY_SERVER", 2: "SSL_NOT_ALLOWED_BY_SERVER", 5: "HYBRID_REQUIRED_BY_SERVER"}
    if x224["outcome"] == "negotiation_failure":
        return names[x224["failure_code"]], "-"
    chosen = {0: "RDP", 1: "SSL", 2: "HYBRID", 8: "HYBRID_EX"}[x224.get("selected", 0)]
    return None, chosen


@unittest.skipUnless(FOLDER.is_dir(), "no folder of real captures (RDPDOCTOR_CORPORA)")
@needs("tshark")
class ZeekCaptures(unittest.TestCase):
    def check(self, capture, folder):
        for stream, (result, protocol) in enumerate(rdp_log("scripts.base.protocols.rdp." + folder)):
            with self.subTest(stream=stream), server(replay(segments_of_server(FOLDER / "pcap" / capture, stream))) as port:
                got_result, got_protocol = ours(diagnose(f"127.0.0.1:{port}", "--timeout", "3"))
                self.assertEqual(got_protocol, protocol)
                if got_result:
                    self.assertEqual(got_result, result)

    def test_ssl_not_allowed_then_rdp_security(self):
        self.check("rdp-proprietary-encryption.pcap", "rdp-proprietary-encryption")

    def test_hybrid(self):
        self.check("rdp-to-ssl.pcap", "rdp-to-ssl")

    def test_hybrid_ex(self):
        self.check("rdp-no-cookie-mstshash.pcap", "rdp-no-cookie-msthash")

    def test_rdp_security_hosts(self):
        self.check("rdp-x509.pcap", "rdp-x509")
        self.check("rdp-unknown-keyboard.pcap", "rdp-unknown-keyboard")

    def test_the_tls_version_of_the_capture_is_read_from_its_server_hello(self):
        with server(replay(segments_of_server(FOLDER / "pcap" / "rdp-to-ssl.pcap", 0))) as port:
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "3")
        hellos = [c["tls"] for c in result["evidence"]["connections"] if c["tls"].get("outcome") == "server_hello"]
        self.assertTrue(hellos)
        self.assertEqual({(h["version"], h["cipher"]) for h in hellos}, {(0x0301, "0x002F")})

    def test_broken_lengths_do_not_hide_the_code(self):
        with server(replay(segments_of_server(FOLDER / "pcap" / "rdp-invalid-length.pcap", 0))) as port:
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "3")
        self.assertIn(attempt(result, "standard")["x224"]["outcome"], ("confirmed", "malformed", "negotiation_failure"))


if __name__ == "__main__":
    unittest.main()
