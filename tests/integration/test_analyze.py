"""rdpdoctor analyze: several files of one fault are one case with one answer that cites each; kinds by content, bundles,
bad input, redaction, and the exit status of all of them."""
import gzip
import io
import json
import pathlib
import re
import tempfile
import unittest
import zipfile

import make_evidence as make
from support import CORPORA, confirm, lab, negotiation_failure, run

CLIENT = ("10.20.0.5", 51234)
HOST = ("10.20.0.9", 3389)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, name):
        return self.folder / name

    def write(self, name, content):
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def events(self, name, *events):
        make.write_events(self.path(name), *events)
        return self.path(name)

    def capture(self, name, *connections):
        """connections: (script, seconds, client)"""
        capture = make.Capture()
        for script, seconds, client in connections:
            capture.connection(client, HOST, script, seconds)
        capture.write(self.path(name))
        return self.path(name)

    def resets_at_client_hello(self, name="client.pcap", times=3):
        script = [("client", make.connection_request()), ("host", confirm(8)), ("client", make.client_hello()),
                  ("host", "reset")]
        return self.capture(name, *[(script, 10.0 * i, (CLIENT[0], CLIENT[1] + i)) for i in range(times)])

    def analyze(self, *args, exits=(0, 1, 3)):
        done = run("analyze", *args, "--json")
        self.assertIn(done.returncode, exits, done.stderr)
        cases = [json.loads(line) for line in done.stdout.splitlines()]
        return done, cases

    def one_case(self, *args, exits=(0, 1, 3)):
        done, cases = self.analyze(*args, exits=exits)
        self.assertEqual(len(cases), 1, [c["target"] for c in cases])
        return cases[0]

    def assert_first(self, case, *ids):
        self.assertTrue(case["causes"], case["untested"])
        self.assertIn(case["causes"][0]["id"], ids, case["causes"][0])

    def assert_cites(self, case, *sources):
        cited = " ".join(line["source"] for line in case["causes"][0]["evidence"])
        for source in sources:
            self.assertIn(source, cited)


class SeveralFilesOneCase(Files):
    """The rows of the join of both ends: what the host logs beside what the client sees."""

    def test_the_hosts_log_says_why_the_client_was_reset(self):
        capture = self.resets_at_client_hello()
        skew = 2.3
        system = self.events("System.xml", *[
            make.event("Schannel", 36870, 10.0 * i + skew + 0.05, 4711 + i,
                       data=[("Type", "server"), ("ErrorCode", "0x8009030D"), ("ErrorStatus", "10001")]) for i in range(3)])
        rdp = self.events("RdpCoreTS.xml", *[
            make.accepted((CLIENT[0], CLIENT[1] + i), 10.0 * i + skew + 0.01, 50 + i) for i in range(3)])
        case = self.one_case(capture, system, rdp, exits=(1,))
        self.assert_first(case, "certificate-key-unusable")
        self.assertTrue(case["causes"][0]["explains"])
        self.assert_cites(case, "client.pcap", "System.xml")
        clocks = case["evidence"]["clocks"]
        offset = next(c for c in clocks if c["source"] == "RdpCoreTS.xml" and c["against"] == "client.pcap")
        self.assertAlmostEqual(offset["ahead_ms"], skew * 1000, delta=100)
        self.assertEqual(offset["pairs"], 3)
        text = run("analyze", capture, system, rdp).stdout
        self.assertRegex(text, r"RdpCoreTS\.xml is 2\.\d s ahead of client\.pcap \(3 connections")
        self.assertNotIn("from here", text)
        self.assertNotIn("probe tls", text)

    def test_a_connection_that_the_host_never_logged(self):
        script = [("client", make.connection_request()), ("host", "fin"), ("client", "fin")]
        capture = self.capture("client.pcap", *[(script, 10.0 * i, (CLIENT[0], CLIENT[1] + i)) for i in range(3)])
        others = [make.accepted(("10.20.0.77", 40000 + i), 7200.0 * i - 3600, 50 + i) for i in range(2)]
        case = self.one_case(capture, self.events("RdpCoreTS.xml", *others), exits=(1,))
        self.assert_first(case, "forwarder-without-host", "wrong-machine", "connection-limit")
        self.assertIn("the host's own log", json.dumps(case["causes"][0]["evidence"]))
        self.assertTrue(all(c["host_log"] == "absent" for c in case["evidence"]["connections"]))

    def test_tls_has_nothing_in_common(self):
        script = [("client", make.connection_request()), ("host", confirm(8)), ("client", make.client_hello()),
                  ("host", bytes([21, 3, 3, 0, 2, 2, 40])), ("host", "fin"), ("client", "fin")]
        capture = self.capture("client.pcap", (script, 0.0, CLIENT), (script, 9.0, (CLIENT[0], CLIENT[1] + 1)))
        system = self.events("System.xml", *[make.event("Schannel", 36874, 9.0 * i + 0.05, 100 + i,
                                                       data=[("Protocol", "TLS 1.2")]) for i in range(2)])
        rdp = self.events("RdpCoreTS.xml", *[make.accepted((CLIENT[0], CLIENT[1] + i), 9.0 * i + 0.01, 50 + i)
                                             for i in range(2)])
        case = self.one_case(capture, system, rdp, exits=(1,))
        self.assert_first(case, "tls-version-mismatch", "tls-cipher-mismatch")
        self.assert_cites(case, "client.pcap", "System.xml")

    def test_the_dialogs_code_and_the_hosts_log(self):
        words = self.write("dialog.txt", "Remote Desktop Connection\r\nError code: 0x807\r\n")
        logs = self.events("RdpCoreTS.xml", make.accepted(CLIENT, 1.0, 5),
                           make.rdpcorets(140, 1.5, 6, [("IPString", CLIENT[0])]))
        case = self.one_case(words, logs, exits=(1,))
        self.assert_first(case, "logon-refused")
        self.assert_cites(case, "RdpCoreTS.xml")

    def test_the_log_of_another_computer_proves_nothing(self):
        script = [("client", make.connection_request()), ("host", "fin"), ("client", "fin")]
        capture = self.capture("client.pcap", *[(script, 10.0 * i, (CLIENT[0], CLIENT[1] + i)) for i in range(3)])
        others = [make.accepted(("10.20.0.77", 40000 + i), 7200.0 * i - 3600, 50 + i) for i in range(2)]
        log = self.events("RdpCoreTS.xml", *others)
        text = run("analyze", capture, log).stdout
        self.assertIn("the log of srv01.corp.example", text)
        case = self.one_case(capture, log, self.write("x.rdp", "full address:s:srv02.corp.example\r\n"), exits=(1,))
        self.assertTrue(all("unreadable" in c["host_log"] for c in case["evidence"]["connections"]))
        self.assertNotIn("covers the time", json.dumps(case["causes"]))

    def test_the_hosts_limit_and_its_licences(self):
        admin = make.PREFIX + "TerminalServices-RemoteConnectionManager"
        script = [("client", make.connection_request()), ("host", "reset")]
        capture = self.capture("client.pcap", *[(script, 10.0 * i, (CLIENT[0], CLIENT[1] + i)) for i in range(3)])
        rdp = self.events("RdpCoreTS.xml", *[make.accepted((CLIENT[0], CLIENT[1] + i), 10.0 * i + 0.01, 50 + i) for i in range(3)])
        case = self.one_case(capture, rdp, self.events("Admin.xml", make.event(admin, 1006, 5, 2, channel=admin + "/Admin")), exits=(1,))
        self.assert_first(case, "connection-limit")
        self.assertTrue(case["causes"][0]["explains"])
        for number, cause in ((1069, "licensing"), (50280, "licensing"), (1070, "drain-mode"), (1071, "drain-mode")):
            case = self.one_case(self.write("dialog.txt", "Error code: 0x3\r\n"),
                                 self.events("System.xml", make.event(admin, number, 1.5, 7)), exits=(1,))
            self.assert_first(case, cause)
            self.assertTrue(case["causes"][0]["explains"], number)

    def test_a_diagnosis_and_a_capture_are_one_case(self):
        with lab("key-unusable-reset") as ports:
            port = ports["key-unusable-reset"]
            diagnosis = run("diagnose", f"127.0.0.1:{port}", "--json", "--no-udp").stdout
        capture = make.Capture()
        script = [("client", make.connection_request()), ("host", confirm(8)), ("client", make.client_hello()),
                  ("host", "reset")]
        capture.connection(("127.0.0.1", 40001), ("127.0.0.1", port), script)
        capture.write(self.path("client.pcap"))
        case = self.one_case(self.write("diagnosis.json", diagnosis), self.path("client.pcap"), exits=(1,))
        self.assert_first(case, "certificate-key-unusable")
        sources = {c["source"] for c in case["evidence"]["connections"]}
        self.assertEqual(sources, {"probe", "client.pcap"})


class Kinds(Files):
    def test_gzip_standard_input_folder_and_zip_give_what_the_file_gives(self):
        capture = self.resets_at_client_hello()
        plain = self.one_case(capture)["causes"][0]["id"]
        packed = self.write("x.bin", gzip.compress(capture.read_bytes()))
        self.assertEqual(self.one_case(packed)["causes"][0]["id"], plain)
        with capture.open("rb") as given:
            done = run("analyze", "-", "--json", stdin=given)
        self.assertEqual(json.loads(done.stdout)["causes"][0]["id"], plain)
        bundle = io.BytesIO()
        with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(capture, "net/client.pcap")
            archive.writestr("SRV01_netstat-anob.txt", "TCP 0.0.0.0:3389 LISTENING\r\nError code: 0x904\r\n" * 100)
            archive.writestr("setup.exe", bytes(range(256)))
        case = self.one_case(self.write("case.zip", bundle.getvalue()))
        self.assertEqual(case["causes"][0]["id"], plain)
        sources = {s["source"]: s for s in case["evidence"]["sources"]}
        self.assertIn("case.zip/client.pcap", sources)
        self.assertEqual((sources["case.zip"]["records"], sources["case.zip"]["left_out"]), (3, 2))
        self.assertFalse(case["evidence"].get("told"))
        folder = self.path("folder")
        folder.mkdir()
        (folder / "a.pcap").write_bytes(capture.read_bytes())
        (folder / "random.bin").write_bytes(bytes(range(256)))
        text = run("analyze", folder).stdout
        self.assertIn("folder: folder, 1 of 2 files read", text)
        self.assertIn("random.bin", run("analyze", folder, "--verbose").stderr)

    def test_a_registry_export_is_told_as_such(self):
        done = run("analyze", self.write("ts.reg", "Windows Registry Editor Version 5.00\r\n\r\n"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("registry export", done.stderr)

    def test_nothing_of_remote_desktop_is_one_line(self):
        capture = make.Capture()
        capture.connection(CLIENT, ("10.20.0.9", 80), [("client", b"GET / HTTP/1.0\r\n\r\n"), ("host", b"HTTP/1.0 200\r\n")])
        capture.write(self.path("web.pcap"))
        done = run("analyze", self.path("web.pcap"))
        self.assertEqual(done.returncode, 3)
        self.assertIn("nothing of Remote Desktop", done.stdout)
        self.assertIn("5 packets", done.stdout)
        self.assertIn("--port", done.stdout)

    def test_another_port_counts_when_it_is_named(self):
        capture = make.Capture()
        capture.connection(CLIENT, ("10.20.0.9", 4000), [("client", 3.0), ("host", "reset")])
        capture.write(self.path("x.pcap"))
        self.assertIn("nothing of Remote Desktop", run("analyze", self.path("x.pcap")).stdout)
        case = self.one_case(self.path("x.pcap"), "--port", "4000")
        self.assertEqual(case["target"]["port"], 4000)


class BadInput(Files):
    def test_a_missing_file_is_a_line_and_the_others_are_judged(self):
        done = run("analyze", self.path("none.pcap"))
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"none\.pcap.*not found")
        self.assertEqual(done.stdout, "")
        done = run("analyze", self.path("none.pcap"), self.resets_at_client_hello())
        self.assertEqual(done.returncode, 1)
        self.assertIn("none.pcap", done.stderr)
        self.assertIn("10.20.0.9", done.stdout)

    def test_a_capture_cut_off_is_used_as_far_as_it_goes_and_said(self):
        whole = self.resets_at_client_hello().read_bytes()
        done, cases = self.analyze(self.write("cut.pcap", whole[:-20]), exits=(1,))
        read = cases[0]["evidence"]["sources"][0]
        self.assertTrue(read.get("problem"), read)
        self.assertIn("10.20.0.9", cases[0]["target"]["addresses"])

    def test_every_kind_of_rubbish_ends_with_a_line(self):
        for name, content in {"empty": b"", "binary": bytes(range(256)) * 40, "zip": b"PK\x03\x04" + b"\0" * 40,
                              "gzip": b"\x1f\x8b\x08" + b"\xff" * 40, "evtx": b"ElfFile\0" + b"\xff" * 200,
                              "pcap": b"\xd4\xc3\xb2\xa1" + b"\xff" * 20, "pcapng": b"\x0a\x0d\x0d\x0a" + b"\xff" * 40,
                              "json": b'{"target": 7}', "deep": b'{"target":' + b"[" * 5000}.items():
            with self.subTest(name):
                done = run("analyze", self.write(name, content))
                self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
                self.assertTrue(done.stderr.strip() or "nothing of Remote Desktop" in done.stdout)

    def test_wrong_usage(self):
        for args in [(), ("x.pcap", "--port", "0"), ("x.pcap", "--code", "no-such-code"), ("x.pcap", "--nothing")]:
            self.assertEqual(run("analyze", *args).returncode, 2, args)

    def test_escape_sequences_do_not_reach_the_terminal(self):
        evil = json.dumps({"target": {"host": "\x1b[31mevil\x07", "asked": "x"}, "told": [
            {"source": "\x1b]0;x\x07", "family": "disconnect", "value": 2308, "words": "a\nb\x1b[2J"}]})
        done = run("analyze", self.write("evil.json", evil), "--verbose")
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\x07", done.stdout)


class Redaction(Files):
    def test_no_name_address_or_user_is_printed_and_the_causes_are_the_same(self):
        capture = self.resets_at_client_hello("qwclient7.pcap")
        system = self.events("QWSRV01_System.xml", make.event(
            "Schannel", 36870, 0.1, 4711, computer="QWSRV01.qwcorp.example",
            data=[("Type", "server"), ("ErrorCode", "0x8009030D"), ("ErrorStatus", "10001")]))
        security = self.events("Security.xml", make.event(
            make.PREFIX + "Security-Auditing", 4625, 0.2, 9, computer="QWSRV01.qwcorp.example", channel="Security",
            data=[("TargetUserName", "qwalice"), ("TargetDomainName", "QWCORP"), ("Status", "0xC000006D"),
                  ("LogonType", "10"), ("IpAddress", CLIENT[0]), ("WorkstationName", "QWCLIENT7")]))
        log = self.write("xfreerdp.log", "[02:14:00:000] [1:1] [ERROR][com.freerdp.core] - connect to "
                                         "qwsrv01.qwcorp.example:3389 as qwalice failed ERRCONNECT_TLS_CONNECT_FAILED "
                                         "[0x00020008]\n")
        files = (capture, system, security, log)
        secrets = re.compile(r"qw(alice|srv01|client7|corp)|10\.20\.0\.", re.IGNORECASE)
        plain = run("analyze", *files, "--json")
        self.assertRegex(plain.stdout, secrets)
        for args in (["--json"], ["--verbose"], []):
            done = run("analyze", *files, "--redact", *args)
            self.assertNotRegex(done.stdout + done.stderr, secrets)
        redacted = run("analyze", *files, "--redact", "--json")

        def causes(done):
            return [[(c["id"], c["certainty"], c["explains"]) for c in json.loads(line)["causes"]]
                    for line in done.stdout.splitlines()]
        self.assertEqual(causes(redacted), causes(plain))
        self.assertEqual(redacted.returncode, plain.returncode)


class Hosts(Files):
    def test_one_object_for_each_host_worst_first(self):
        capture = make.Capture()
        for i in range(6):
            host = (f"10.20.1.{i + 1}", 3389)
            answer = negotiation_failure(5) if i == 3 else confirm(0)
            capture.connection((CLIENT[0], 50000 + i), host,
                               [("client", make.connection_request(0 if i != 3 else 1)), ("host", answer),
                                ("client", "fin"), ("host", "fin")], i)
        capture.write(self.path("many.pcap"))
        _, cases = self.analyze(self.path("many.pcap"))
        self.assertEqual(len(cases), 6)
        self.assertEqual(cases[0]["target"]["host"], "10.20.1.4")
        self.assertIn(cases[0]["verdict"], ("failing", "degraded"))
        only = self.one_case(self.path("many.pcap"), "--host", "10.20.1.2")
        self.assertEqual(only["target"]["host"], "10.20.1.2")
        self.assertEqual(run("analyze", self.path("many.pcap"), "--host", "nobody").returncode, 3)


def identities(case):
    """Names and addresses of a case that --redact must not let through."""
    evidence = case["evidence"]
    found = {case["target"]["host"], *case["target"]["addresses"]}
    for connection in evidence.get("connections", []):
        found.add(connection.get("seen", {}).get("client", "").rsplit(":", 1)[0])
        found |= {connection.get("nla", {}).get(key, "") for key in ("netbios_computer_name", "dns_computer_name")}
        found |= {c.get("common_name", "") for c in connection.get("tls", {}).get("chain", [])}
    for entry in evidence.get("events", []):
        found.add(entry.get("computer", ""))
        found |= {v["value"] for v in entry.get("data", []) if v.get("name") in ("TargetUserName", "IpAddress", "ClientIP")
                  and v.get("value")}
    ordinary = {"localhost", "local", "127.0.0.1", "::1", "0.0.0.0"}
    return {f.lower() for f in found if len(f) > 3 and f.lower() not in ordinary}


@unittest.skipUnless(CORPORA, "RDPDOCTOR_CORPORA is not set")
class RealData(unittest.TestCase):
    def files(self):
        corpora = pathlib.Path(CORPORA)
        yield from sorted((corpora / "zeek").rglob("*.pcap"))
        for folder in ("evtx-to-mitre", "evtx-omerbenamram"):
            yield from sorted((corpora / folder).glob("*.evtx"))

    def test_every_file_gives_an_answer_and_the_same_one_redacted(self):
        seen = 0
        for file in self.files():
            with self.subTest(file.name):
                plain, hidden = run("analyze", file, "--json"), run("analyze", file, "--json", "--redact")
                self.assertIn(plain.returncode, (0, 1, 3), plain.stderr)
                self.assertEqual(plain.returncode, hidden.returncode)
                cases = [json.loads(line) for line in plain.stdout.splitlines()]
                others = [json.loads(line) for line in hidden.stdout.splitlines()]
                self.assertEqual([[(c["id"], c["certainty"]) for c in case["causes"]] for case in cases],
                                 [[(c["id"], c["certainty"]) for c in case["causes"]] for case in others])
                text = hidden.stdout.lower()
                for case in cases:
                    for name in identities(case):
                        self.assertNotRegex(text, rf"(?<![\w.]){re.escape(name)}(?![\w.])")
                seen += 1
        self.assertGreater(seen, 20)

    def test_no_terminal_answer_speaks_of_a_probe_that_never_was(self):
        for file in self.files():
            with self.subTest(file.name):
                self.assertNotRegex(run("analyze", file).stdout, r"\[probe |--timeout|passes from here|Not told from here")


if __name__ == "__main__":
    unittest.main()
