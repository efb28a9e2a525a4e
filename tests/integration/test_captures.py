"""Real captures of Remote Desktop: what `analyze` reads of them against Zeek's logs, Suricata's expectations and tshark's fields."""
import hashlib
import json
import pathlib
import re
import subprocess
import unittest

from support import CORPORA, needs, run

ROOT = pathlib.Path(CORPORA or "/nonexistent")
ZEEK = ROOT / "zeek"
CAPTURES = sorted([*ZEEK.glob("pcap/rdp-*.pcap"), *ROOT.glob("suricata-verify/**/*.pcap")])
PORT = 3389

SELECTED = {0: "RDP", 1: "SSL", 2: "HYBRID", 4: "RDSTLS", 8: "HYBRID_EX", 16: "RDSAAD"}
FAILURES = {1: "SSL_REQUIRED_BY_SERVER", 2: "SSL_NOT_ALLOWED_BY_SERVER", 3: "SSL_CERT_NOT_ON_SERVER", 4: "INCONSISTENT_FLAGS",
            5: "HYBRID_REQUIRED_BY_SERVER", 6: "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER"}
# Zeek's words for what the evidence has as numbers: base/protocols/rdp/consts.zeek
LAYOUTS = {0x409: "English - United States", 0x4041E: "Thai (Best Guess for 263198)"}
BUILDS = {2600: "RDP 5.1", 6000: "RDP 6.0", 9600: "RDP 8.1"}
LEVELS = {0: "None", 1: "Low", 2: "Client compatible", 3: "High", 4: "FIPS"}
METHODS = {0: "None", 1: "40bit", 2: "128bit", 8: "56bit", 16: "FIPS"}
VERSIONS = {0x0301: "TLSv10", 0x0302: "TLSv11", 0x0303: "TLSv12", 0x0304: "TLSv13"}


def analyze(*args):
    """What `analyze --json` prints: an object per host."""
    done = run("analyze", "--json", "--verbose", *args)
    if done.returncode not in (0, 1, 3):
        raise AssertionError(f"exit {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def connections(capture):
    """The connections of a capture in order of time."""
    found = [c for host in analyze(capture) for c in host["evidence"].get("connections", [])]
    return sorted(found, key=lambda c: (c["seen"]["at"], c["seen"]["client"]))


def by_client_port(capture):
    return {int(c["seen"]["client"].rsplit(":", 1)[1]): c for c in connections(capture)}


def cookie(connection):
    """As its line of --verbose has it."""
    found = re.search(r"Cookie: mstshash=(.*), (?:no )?RDP_NEG_REQ", (connection.get("pdus") or [""])[0])
    return found.group(1) if found else None


def zeek_log(folder, name):
    """Rows by the client's port."""
    path = ZEEK / "expected" / f"scripts.base.protocols.rdp.{folder}" / name
    fields, rows = [], {}
    for line in path.read_text().splitlines():
        if line.startswith("#fields"):
            fields = line.split("\t")[1:]
        elif not line.startswith("#"):
            row = dict(zip(fields, line.split("\t")))
            rows[int(row["id.orig_p"])] = row
    return rows


def word(value):
    """A value as Zeek writes it."""
    return "-" if value in (None, "", 0, []) else str(value)


def as_rdp_log(c):
    """The columns of rdp.log from our evidence; those of the session only where it could be read."""
    x224, session = c["x224"], c.get("session") or {}
    row = {"cookie": (cookie(c) or "(empty)").replace("\\", "\\\\")}
    if x224["outcome"] == "negotiation_failure":
        row.update(result=FAILURES[x224["failure_code"]], security_protocol="-")
    else:
        answered = "mcs_result" in session
        encrypted = c["tls"]["outcome"] == "completed"
        row.update(result="encrypted" if encrypted else "Success" if answered else "-", security_protocol=SELECTED[x224.get("selected", 0)])
    seen = bool(session.get("client_name"))
    row.update(
        client_channels=word(",".join(session.get("channels", []))),
        keyboard_layout=LAYOUTS[session["keyboard_layout"]] if seen else "-",
        client_build=BUILDS[session["client_build"]] if seen else "-",
        client_name=word(session.get("client_name")),
        client_dig_product_id=(session.get("client_product_id") or "(empty)") if seen else "-",
        desktop_width=word(session.get("desktop_width")),
        desktop_height=word(session.get("desktop_height")),
        cert_type=word(session.get("certificate")),
        encryption_level=LEVELS[session["encryption_level"]] if "encryption_level" in session else "-",
        encryption_method=METHODS[session["encryption_method"]] if "encryption_method" in session else "-")
    return row


def as_ssl_log(c):
    tls = c["tls"]
    leaf = tls["chain"][0] if tls.get("chain") else {}
    return {"version": VERSIONS[tls["version"]], "cipher": tls["cipher"],
            "server_name": word(tls.get("client_hello", {}).get("server_name")), "last_alert": word(tls.get("alert")),
            "established": "T" if tls["outcome"] == "completed" else "F",
            "cert_chain_fps": ",".join(x["sha256_thumbprint"] for x in tls.get("chain", [])),
            "subject": word(leaf.get("subject")), "issuer": word(leaf.get("issuer"))}


@unittest.skipUnless(CAPTURES, "no folder of real captures (RDPDOCTOR_CORPORA)")
class ZeekLogs(unittest.TestCase):
    maxDiff = None

    def check(self, capture, folder, name, ours):
        found = by_client_port(ZEEK / "pcap" / capture)
        rows = zeek_log(folder, name)
        self.assertEqual(sorted(found), sorted(rows))
        for port, row in rows.items():
            mine = ours(found[port])
            self.assertEqual(mine, {k: row[k] for k in mine}, port)

    def test_rdp_log(self):
        for capture, folder in (("rdp-proprietary-encryption", "rdp-proprietary-encryption"), ("rdp-to-ssl", "rdp-to-ssl"),
                                ("rdp-no-cookie-mstshash", "rdp-no-cookie-msthash"), ("rdp-x509", "rdp-x509"),
                                ("rdp-unknown-keyboard", "rdp-unknown-keyboard")):
            with self.subTest(capture):
                self.check(f"{capture}.pcap", folder, "rdp.log", as_rdp_log)

    def test_ssl_log(self):
        for capture, folder in (("rdp-to-ssl", "rdp-to-ssl"), ("rdp-no-cookie-mstshash", "rdp-no-cookie-msthash")):
            with self.subTest(capture):
                self.check(f"{capture}.pcap", folder, "ssl.log", as_ssl_log)

    def test_broken_lengths_claim_nothing(self):
        found = connections(ZEEK / "pcap" / "rdp-invalid-length.pcap")
        self.assertEqual([(c["x224"]["outcome"], c["tls"]["outcome"]) for c in found], [("not_tried", "not_tried")])

    def test_suricata_expects_the_same_of_an_old_client(self):
        (c,) = connections(ROOT / "suricata-verify" / "rdp-protocol" / "RDP-003.pcap")
        session = c["session"]
        self.assertEqual(cookie(c), "A70067")
        self.assertEqual((session["client_name"], session["client_product_id"], session["desktop_height"], session["client_build"]),
                         ("ISD2-KM84178", "55274-OEM-0011903-00107", 864, 2600))
        self.assertEqual(session["channels"], ["rdpdr", "cliprdr", "rdpsnd"])


def tshark(capture, decode_as, display, *fields, options=(), port=PORT):
    """{client's port: {field: values in order}}, of both directions. The port is decoded as `decode_as` says: what
    tshark takes for TPKT it does not read as TLS, and the other way round."""
    command = ["tshark", "-r", str(capture), "-o", "tcp.reassemble_out_of_order:TRUE", "-d", f"tcp.port=={port},{decode_as}", *options,
               "-Y", display, "-T", "fields", "-e", "tcp.srcport", "-e", "tcp.dstport", "-E", "aggregator=;"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise AssertionError(done.stderr)
    out = {}
    for line in done.stdout.splitlines():
        source, target, *values = line.split("\t")
        row = out.setdefault(int(source if int(target) == port else target), {f: [] for f in fields})
        for field, value in zip(fields, values):
            row[field] += [v for v in value.split(";") if v != ""]
    return out


def number(values):
    return int(values[0], 0) if values else None


@unittest.skipUnless(CAPTURES, "no folder of real captures (RDPDOCTOR_CORPORA)")
@needs("tshark")
class Tshark(unittest.TestCase):
    maxDiff = None

    def test_the_negotiation_of_every_connection(self):
        fields = ("rdp.rt_cookie", "rdp.negReq.requestedProtocols", "rdp.negReq.selectedProtocol", "rdp.negFailure.failureCode")
        for capture in CAPTURES:
            if capture.name == "rdp-invalid-length.pcap":
                continue  # tshark reads an answer to a request that is none
            theirs = tshark(capture, "tpkt", "rdp or cotp", *fields)
            mine = by_client_port(capture)
            self.assertEqual(sorted(mine), sorted(theirs), capture.name)
            for port, row in theirs.items():
                with self.subTest(capture=capture.name, port=port):
                    x224 = mine[port]["x224"]
                    text = row["rdp.rt_cookie"][0] if row["rdp.rt_cookie"] else None
                    self.assertEqual(cookie(mine[port]), text and text.removeprefix("Cookie: mstshash="))
                    self.assertEqual(mine[port]["asked"].get("protocols"), number(row["rdp.negReq.requestedProtocols"]))
                    self.assertEqual(x224.get("selected"), number(row["rdp.negReq.selectedProtocol"]))
                    self.assertEqual(x224.get("failure_code"), number(row["rdp.negFailure.failureCode"]))

    def test_the_tls_of_every_connection(self):
        fields = ("tls.handshake.type", "tls.handshake.version", "tls.handshake.ciphersuite", "tls.handshake.certificate",
                  "tls.handshake.extensions_server_name", "tls.alert_message.desc")
        compared = 0
        for capture in CAPTURES:
            theirs = tshark(capture, "tls", "tls.handshake or tls.alert_message.desc", *fields)
            for port, mine in by_client_port(capture).items():
                if port not in theirs:
                    self.assertEqual(mine["tls"]["outcome"], "not_tried", (capture.name, port))
                    continue
                with self.subTest(capture=capture.name, port=port):
                    row, tls = theirs[port], mine["tls"]
                    hello = tls["client_hello"]
                    self.assertEqual(number(row["tls.handshake.version"]), hello["versions"][0])
                    self.assertEqual(int(row["tls.handshake.version"][-1], 0), tls["version"])
                    self.assertEqual(len(row["tls.handshake.ciphersuite"]) - 1, hello["cipher_suites"])
                    self.assertEqual(row["tls.handshake.extensions_server_name"][:1], [n for n in [hello.get("server_name")] if n])
                    self.assertEqual(row["tls.alert_message.desc"], [])
                    self.assertEqual(len(row["tls.handshake.certificate"]), len(tls["chain"]))
                    self.assertEqual([hashlib.sha256(bytes.fromhex(der)).hexdigest() for der in row["tls.handshake.certificate"]],
                                     [x["sha256_thumbprint"] for x in tls["chain"]])
                    compared += 1
        self.assertEqual(compared, 3)

    def test_the_session_of_every_connection(self):
        fields = ("rdp.client.name", "rdp.client.build", "rdp.desktop.width", "rdp.desktop.height", "rdp.encryptionLevel",
                  "rdp.encryptionMethod", "rdp.name")
        for capture in CAPTURES:
            theirs = tshark(capture, "tpkt", "rdp.client.name or rdp.encryptionLevel", *fields)
            mine = by_client_port(capture)
            for port, row in theirs.items():
                with self.subTest(capture=capture.name, port=port):
                    session = mine[port]["session"]
                    self.assertEqual(session["client_name"], row["rdp.client.name"][0])
                    for name, field in (("client_build", "rdp.client.build"), ("desktop_width", "rdp.desktop.width"),
                                        ("desktop_height", "rdp.desktop.height"), ("encryption_level", "rdp.encryptionLevel"),
                                        ("encryption_method", "rdp.encryptionMethod")):
                        self.assertEqual(session.get(name), number(row[field]), name)
                    self.assertEqual(session["channels"], row["rdp.name"])


if __name__ == "__main__":
    unittest.main()
