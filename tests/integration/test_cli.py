"""The command line: bad input gets one clear line and exit 2; help, lists and explanations; Ctrl-C."""
import json
import os
import signal
import subprocess
import tempfile
import time
import unittest

from support import PROGRAM, diagnose, lab, run, server, free_port


class BadInput(unittest.TestCase):
    def one_line(self, *args, expect=2):
        done = run(*args)
        self.assertEqual(done.returncode, expect, done.stderr + done.stdout)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("rdpdoctor: "), done.stderr)
        return done.stderr

    def test_hosts_and_ports(self):
        for host in ("", "host:0", "host:70000", "host:abc", "host:", "[::1", "[::1]x", "a b", "1.2.3.256", "rdp://host", "-", "a..b", "x" * 300):
            with self.subTest(host=host):
                self.assertIn("expected", self.one_line("diagnose", "--", host))

    def test_options(self):
        self.assertIn("HOST", self.one_line("diagnose"))
        self.one_line("diagnose", "h", "--timeout", "0")
        self.one_line("diagnose", "h", "--timeout", "x")
        self.assertIn("expected", self.one_line("diagnose", "h", "--code", "zebra"))
        self.one_line("diagnose", "h", "--nonsense")
        self.one_line("frobnicate")
        self.one_line()

    def test_rdp_files(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("expected", self.one_line("diagnose", "--rdp", folder + "/absent.rdp"))
            for name, content in (("a.rdp", b"\x7fELF\0\0\0"), ("b.rdp", b""), ("c.rdp", b"screen mode id:i:2\r\n")):
                path = os.path.join(folder, name)
                with open(path, "wb") as f:
                    f.write(content)
                self.assertIn("expected", self.one_line("diagnose", "--rdp", path))

    def test_codes_and_faults(self):
        for code in ("0xZZ", "99999999999", "no-such-thing", "0x7FFFFFF1", ""):
            with self.subTest(code=code):
                self.assertIn("expected", self.one_line("explain", code))
        self.assertIn("expected", self.one_line("explain", "0x904", "seven"))
        self.assertIn("list faults", self.one_line("lab", "--fault", "no-such-fault"))
        self.one_line("lab", "--port", "70000", "--all")


class Explain(unittest.TestCase):
    def test_the_pair_of_the_article(self):
        done = run("explain", "0x904", "0x7")
        self.assertEqual(done.returncode, 0)
        for word in ("forwarder", "explain certificate-key-unusable", "diagnose HOST --code 0x904/0x7", "article"):
            self.assertIn(word, done.stdout)
        result = json.loads(run("explain", "0x904", "0x7", "--json").stdout)
        self.assertEqual(result["schema"], "rdpdoctor.explanation/1")
        self.assertEqual([c["value"] for c in result["codes"][:2]], [0x904, 7])
        ids = [c["id"] for c in result["causes"]]
        self.assertIn("certificate-key-unusable", ids)
        self.assertNotIn("account-locked", ids)

    def test_hex_decimal_and_name_are_the_same(self):
        answers = {run("explain", code, "--json").stdout.replace(f'"asked":"{code}"', "")
                   for code in ("0x904", "2308", "disconnectReasonAtClientWinsockFDCLOSE")}
        self.assertEqual(len(answers), 1)

    def test_a_number_of_two_fields_says_so(self):
        result = json.loads(run("explain", "0x104", "--json").stdout)
        self.assertGreaterEqual({c["family"] for c in result["codes"]}, {"disconnect", "extended"})
        self.assertIn("different", run("explain", "0x104").stdout)

    def test_every_cause_has_a_page(self):
        for line in run("list", "causes").stdout.splitlines():
            cause = line.split()[0]
            done = run("explain", cause)
            self.assertEqual(done.returncode, 0, cause)
            self.assertIn("What to do", done.stdout)


class Output(unittest.TestCase):
    def test_json_keeps_the_contract(self):
        with lab("key-unusable-reset") as ports:
            result = diagnose(f"127.0.0.1:{ports['key-unusable-reset']}", "--code", "0x904/0x7")
        self.assertEqual(list(result)[:8], ["schema", "target", "verdict", "stages", "causes", "excluded", "untested", "evidence"])
        self.assertEqual(result["schema"], "rdpdoctor.diagnosis/1")
        self.assertEqual([s["stage"] for s in result["stages"]], ["name", "tcp", "x224", "tls", "nla", "udp", "path"])
        self.assertEqual([s["outcome"] for s in result["stages"]], ["passed", "passed", "passed", "failed", "skipped", "skipped", "passed"])
        cause = result["causes"][0]
        self.assertEqual(set(cause) >= {"id", "title", "certainty", "explains", "stage", "machine", "evidence", "fixes"}, True)
        self.assertTrue(all({"id", "because"} <= set(e) for e in result["excluded"]))
        self.assertTrue(all({"id", "needs"} <= set(u) for u in result["untested"]))

    def test_no_colour_and_no_progress_without_a_terminal(self):
        with lab("healthy-nla") as ports:
            done = run("diagnose", f"127.0.0.1:{ports['healthy-nla']}")
        self.assertEqual(done.returncode, 0)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertEqual(done.stderr, "")

    def test_an_rdp_file_names_the_target(self):
        with lab("healthy-nla") as ports, tempfile.NamedTemporaryFile(suffix=".rdp") as f:
            f.write(f"screen mode id:i:2\r\nfull address:s:127.0.0.1:{ports['healthy-nla']}\r\n".encode("utf-16"))
            f.flush()
            done = run("diagnose", "--rdp", f.name)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_verbose_names_every_pdu(self):
        with lab("healthy-nla") as ports:
            text = run("diagnose", f"127.0.0.1:{ports['healthy-nla']}", "--verbose").stdout
        for word in ("requestedProtocols=0xB", "selectedProtocol=0x8 (HYBRID_EX)", "ServerHello", "TSRequest: version=", "MsvAvTimestamp="):
            self.assertIn(word, text)

    def test_a_closed_port(self):
        result = diagnose(f"127.0.0.1:{free_port()}")
        self.assertEqual((result["causes"][0]["id"], result["exit"]), ("port-closed", 1))

    def test_a_name_that_does_not_exist(self):
        result = diagnose("no-such-host.invalid")
        self.assertEqual((result["causes"][0]["id"], result["exit"]), ("name-not-found", 1))

    def test_ctrl_c_gives_what_is_known(self):
        import threading
        with server(lambda s, _: threading.Event().wait(20)) as port:
            process = subprocess.Popen([PROGRAM, "diagnose", f"127.0.0.1:{port}", "--json", "--timeout", "30"], stdout=subprocess.PIPE, text=True)
            time.sleep(0.5)  # long enough to be waiting for the host, which never answers
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=5)
        self.assertEqual(process.returncode, 4)
        result = json.loads(out)
        self.assertTrue(result["evidence"]["run"]["interrupted"])
        self.assertEqual(result["stages"][1]["outcome"], "passed")


if __name__ == "__main__":
    unittest.main()
