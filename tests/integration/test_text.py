"""Pasted text, lines of logs and .rdp files: `explain --text`, `explain -`, and what `diagnose --rdp` says of a file."""
import json
import os
import tempfile
import unittest

from support import free_port, lab, run

FREERDP = """\
[12:38:15:001] [14128:14129] [INFO][com.freerdp.core] - connecting to srv-fin-02.contoso.example:3389
[12:38:15:007] [14128:14129] [WARN][com.freerdp.core.nego] - Error: HYBRID_REQUIRED_BY_SERVER
[12:38:15:008] [14128:14129] [ERROR][com.freerdp.core.nego] - Protocol Security Negotiation Failure
[12:38:15:008] [14128:14129] [ERROR][com.freerdp.core] - rdp_client_connect:freerdp_set_last_error_ex ERRCONNECT_SECURITY_NEGO_CONNECT_FAILED [0x0002000C]
"""
XRDP = """\
[20240212-19:37:11] [INFO ] Socket 12: AF_INET6 connection received from ::ffff:192.0.2.9 port 50122
[20240212-19:37:11] [ERROR] Cannot read private key file /etc/xrdp/key.pem: Permission denied
[20240212-19:37:11] [INFO ] Security protocol: configured [RDP], requested [SSL|HYBRID|HYBRID_EX|RDP], selected [RDP]
"""
GUACD = "Aug  7 08:50:58 host guacd[14247]: RDP server closed/refused connection: Server refused connection (wrong security type?)\n"


def explained(text, *args):
    done = run("explain", "--text", text, "--json", *args)
    return done.returncode, json.loads(done.stdout)


def ids(result):
    return [c["id"] for c in result["causes"]]


def codes(result):
    return [(c.get("family"), c["value"]) for c in result["codes"]]


def signs(result):
    return [s["id"] for s in result["signs"]]


class PastedText(unittest.TestCase):
    def test_a_dialog_is_two_codes_each_in_its_field(self):
        status, result = explained("Error code: 0x904\nExtended error code: 0x7")
        self.assertEqual(status, 0)
        self.assertEqual(result["schema"], "rdpdoctor.explanation/1")
        self.assertEqual(codes(result)[:2], [("disconnect", 0x904), ("extended", 7)])
        self.assertEqual(ids(result)[:2], ["forwarder-without-host", "certificate-key-unusable"])
        self.assertIn("diagnose HOST --code 0x904/0x7", result["next"])

    def test_text_and_code_rank_alike(self):
        by_code = json.loads(run("explain", "0x904", "0x7", "--json").stdout)
        self.assertEqual(ids(explained("0x904/0x7")[1]), ids(by_code))

    def test_a_mail_with_a_dialog_names_the_cause_and_lists_rivals(self):
        status, result = explained(
            "Hi all,\nsince the update on Monday (KB5074109) my PC says\n"
            "> An authentication error has occurred.\n> The function requested is not supported.\n"
            "> This could be due to CredSSP\n> encryption oracle remediation.\nCan you call me? room 516, 0x7\n")
        self.assertEqual(status, 0)
        self.assertEqual(result["codes"], [])
        self.assertEqual(signs(result), ["mstsc-authentication-error", "mstsc-function-not-supported", "mstsc-credssp-oracle"])
        self.assertEqual(ids(result)[0], "credssp-version-mismatch")
        self.assertEqual(result["causes"][0]["certainty"], "likely")
        self.assertIn("ntlm-refused", ids(result))

    def test_the_next_step_names_the_host_of_the_text_and_the_first_two_causes(self):
        _, result = explained(FREERDP)
        first, second = ids(result)[:2]
        self.assertIn("srv-fin-02.contoso.example", result["next"])
        self.assertIn(first, result["next"])
        self.assertIn(second, result["next"])

    def test_words_that_say_one_thing_are_likely_and_vague_ones_are_possible(self):
        for text, cause in (("The connection was denied because the user account is not authorized for remote login.", "logon-right-missing"),
                            ("because there are no Remote Desktop License Servers available to provide a license", "licensing"),
                            ("Remote Desktop can\u2019t find the computer \u201cSRV01\u201d", "name-not-found"),
                            ("Event ID 36870, Schannel", "certificate-key-unusable")):
            with self.subTest(text=text):
                _, result = explained(text)
                self.assertEqual(ids(result)[0], cause)
                self.assertEqual(result["causes"][0]["certainty"], "likely")
        _, result = explained("An internal error has occurred")
        self.assertGreaterEqual(len(result["causes"]), 4)
        self.assertEqual({c["certainty"] for c in result["causes"]}, {"possible"})

    def test_nothing_recognized_is_one_clear_line_and_could_not_find_out(self):
        for text in ("It does not work, please help.", "ptr 0x7ffd904c000006d at 0x7 of 10.0.0.5:3389"):
            done = run("explain", "--text", text)
            self.assertEqual(done.returncode, 3)
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.stderr.count("\n"), 1)
            self.assertIn("expected a code", done.stderr)
        status, result = explained("please help")
        self.assertEqual((status, result["codes"], result["signs"], result["causes"]), (3, [], [], []))

    def test_standard_input_in_both_spellings(self):
        for args in (("-",), ("--text", "-")):
            done = run("explain", *args, "--json", input="Error 2308")
            self.assertEqual(done.returncode, 0)
            self.assertEqual(codes(json.loads(done.stdout)), [("disconnect", 2308)])

    def test_a_code_and_a_text_at_once_is_wrong_usage(self):
        self.assertEqual(run("explain", "0x904", "--text", "x").returncode, 2)
        self.assertEqual(run("explain").returncode, 2)

    def test_escape_sequences_of_a_text_do_not_reach_the_terminal(self):
        done = run("explain", "--text", "\x1b[2J\x1b]0;x\x07 connection refused \x9b31m")
        self.assertEqual(done.returncode, 0)
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn("\x07", done.stdout)


class Logs(unittest.TestCase):
    def test_freerdp(self):
        _, result = explained(FREERDP)
        self.assertEqual(codes(result), [("negotiation-failure", 5), ("freerdp", 0x2000C)])
        self.assertEqual(ids(result)[0], "nla-required")
        self.assertEqual(result["causes"][0]["certainty"], "likely")

    def test_xrdp(self):
        _, result = explained(XRDP)
        self.assertEqual(signs(result), ["xrdp-key-unreadable"])
        self.assertEqual(ids(result)[0], "certificate-key-unusable")

    def test_guacd(self):
        _, result = explained(GUACD)
        self.assertEqual(signs(result), ["freerdp-server-refused"])
        self.assertEqual({c["certainty"] for c in result["causes"]}, {"possible"})

    def test_a_healthy_debug_log_tells_nothing(self):
        text = "".join(f"[10:00:00:{i:03}] [1:2] [DEBUG][com.freerdp.core.{w}] - {m}\n" for i, (w, m) in enumerate((
            ("nego", "Enabling security layer negotiation: TRUE"), ("nego", "state: NEGO_STATE_NLA"), ("nego", "RDP_NEG_RSP"),
            ("nla", "SEC_I_CONTINUE_NEEDED [0x00090312]"), ("rdp", "flags 0x0904 length 516 channel 0x3ec"),
            ("settings", "freerdp_connect:freerdp_set_last_error_ex resetting error state"), ("gfx", "AVC444 codec 0x0E surface 0x204"))))
        self.assertEqual(explained(text)[0], 3)


class RdpFiles(unittest.TestCase):
    def diagnose(self, content):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.rdp")
            with open(path, "wb") as f:
                f.write(content)
            return run("diagnose", "--rdp", path, "--timeout", "2", "--json")

    def test_host_and_port_come_from_the_file_and_its_gateway_and_nla_are_told(self):
        with lab("healthy-nla") as ports:
            done = self.diagnose((f"full address:s:127.0.0.1\r\nserver port:i:{ports['healthy-nla']}\r\n"
                                  "gatewayhostname:s:gw.contoso.example\r\ngatewayusagemethod:i:1\r\nenablecredsspsupport:i:0\r\n").encode("utf-16"))
        self.assertEqual(json.loads(done.stdout)["target"]["port"], ports["healthy-nla"])
        self.assertIn("RD Gateway gw.contoso.example", done.stderr)
        self.assertIn("NLA off", done.stderr)

    def test_a_gateway_that_is_not_used_is_not_told_and_a_bad_line_is(self):
        done = self.diagnose(f"full address:s:127.0.0.1:{free_port()}\ngatewayhostname:s:gw\ngatewayusagemethod:i:0\nnonsense\n".encode())
        self.assertNotIn("Gateway", done.stderr)
        self.assertIn("line 4 is not a setting: nonsense", done.stderr)


if __name__ == "__main__":
    unittest.main()
