"""RDP over UDP: the lab's UDP side through real diagnoses, other people's decoder for what we send, and real captures."""
import contextlib
import pathlib
import socket
import subprocess
import threading
import unittest

from support import CORPORA, diagnose, first_cause, lab, needs

FOLDER = pathlib.Path(CORPORA or "/nonexistent", "zeek")


def udp_payloads(capture):
    """(port it was sent from, bytes) of each UDP datagram."""
    out = subprocess.run(["tshark", "-r", str(capture), "-Y", "udp", "-T", "fields", "-e", "udp.srcport", "-e", "udp.payload"],
                         capture_output=True, text=True, timeout=60, check=True).stdout
    return [(int(port), bytes.fromhex(payload)) for port, payload in (line.split("\t") for line in out.splitlines())]


class UdpSocket:
    """A UDP port of the test's own, of the same number as a TCP port; answer(datagram) gives bytes or None."""

    def __init__(self, port, answer):
        self.got = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.answer = answer
        self.thread = threading.Thread(target=self.loop, daemon=True)
        self.thread.start()

    def loop(self):
        while True:
            try:
                datagram, sender = self.socket.recvfrom(65536)
            except OSError:
                return
            if datagram == b"end":
                return
            self.got.append(datagram)
            answer = self.answer(datagram)
            if answer is not None:
                self.socket.sendto(answer, sender)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"end", self.socket.getsockname())
        self.thread.join(10)
        self.socket.close()


@contextlib.contextmanager
def host_with(answer):
    """The lab's host that speaks RDP security, without an NTLM that says it is Windows, and this UDP beside it; gives both."""
    with lab("healthy-rdp-security") as ports, UdpSocket(ports["healthy-rdp-security"], answer) as udp:
        yield ports["healthy-rdp-security"], udp


def syn_ack(datagram):
    """As a Windows host answers, written independently of the program's own codec."""
    if len(datagram) < 16 or datagram[7] & 0x05 != 0x01:
        return None
    out = datagram[8:12] + b"\x00\x40\x00\x05" + b"\x55\x66\x77\x88\x04\xd0\x04\xd0"
    return out.ljust(1232, b"\0")


class LabUdp(unittest.TestCase):
    def test_each_behaviour_gives_its_cause(self):
        faults = {"healthy-with-udp": None, "healthy-nla": None, "udp-silent": "udp-blocked", "udp-drops-large": "udp-lossy",
                  "udp-drops-some": "udp-lossy"}
        with lab(*faults) as ports:
            for fault, cause in faults.items():
                with self.subTest(fault=fault):
                    result = diagnose(f"127.0.0.1:{ports[fault]}")
                    self.assertEqual(first_cause(result), cause)
                    self.assertEqual(result["verdict"], "degraded" if cause else "healthy")
                    self.assertTrue(all(not c["explains"] for c in result["causes"]))
                    self.assertLessEqual(len(result["evidence"]["udp"]), 24)

    def test_no_udp_sends_none(self):
        with lab("udp-silent") as ports:
            result = diagnose(f"127.0.0.1:{ports['udp-silent']}", "--no-udp")
        self.assertEqual(result["evidence"].get("udp", []), [])
        self.assertEqual(result["causes"], [])
        self.assertIn("udp-blocked", [u["id"] for u in result["untested"]])

    def test_a_silent_host_costs_a_second_and_no_more(self):
        with lab("udp-silent") as ports:
            result = diagnose(f"127.0.0.1:{ports['udp-silent']}")
        first = result["evidence"]["udp"][0]["started_ms"]
        self.assertTrue(all(u["outcome"] == "silent" for u in result["evidence"]["udp"]))
        self.assertTrue(all(u["started_ms"] + u["ms"] < first + 1200 for u in result["evidence"]["udp"]))

    def test_a_closed_port_is_not_asked_again_and_again(self):
        with lab("healthy-nla") as ports:
            result = diagnose(f"127.0.0.1:{ports['healthy-nla']}")
        self.assertEqual({u["outcome"] for u in result["evidence"]["udp"]}, {"refused"})
        self.assertLess(len(result["evidence"]["udp"]), 6)

    def test_a_host_that_fails_before_is_not_asked(self):
        with lab("silent-at-accept") as ports:
            result = diagnose(f"127.0.0.1:{ports['silent-at-accept']}", "--timeout", "2")
        self.assertEqual(result["evidence"].get("udp", []), [])


class OwnServer(unittest.TestCase):
    def test_answers_of_another_hand_are_understood(self):
        with host_with(syn_ack) as (port, _):
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "5")
        syns = [u for u in result["evidence"]["udp"] if u["what"] == "syn"]
        self.assertEqual([u["outcome"] for u in syns], ["answered"] * 3)
        self.assertTrue(all(u["answer_version"] == 1 and u["up_mtu"] == 1232 and not u.get("problem") for u in syns))

    def test_silence_of_a_host_that_may_not_offer_udp_is_no_alarm(self):
        with host_with(lambda _: None) as (port, _):
            result = diagnose(f"127.0.0.1:{port}", "--timeout", "5")
        self.assertNotIn("udp-blocked", [c["id"] for c in result["causes"]])
        self.assertIn("udp-blocked", [u["id"] for u in result["untested"]])

    def test_another_program_on_the_udp_port_is_told(self):
        for name, answer in (("text", lambda _: b"who are you?"), ("echo", lambda d: d), ("empty", lambda _: b"")):
            with self.subTest(name), host_with(answer) as (port, _):
                result = diagnose(f"127.0.0.1:{port}", "--timeout", "5")
                self.assertEqual({u["outcome"] for u in result["evidence"]["udp"]}, {"not_rdpeudp"})
                self.assertNotIn("udp-blocked", [c["id"] for c in result["causes"]])
                self.assertNotIn("udp-lossy", [c["id"] for c in result["causes"]])

    @needs("tshark", "text2pcap")
    def test_tshark_decodes_what_we_send(self):
        with host_with(lambda d: syn_ack(d) if len(d) < 1132 else None) as (port, udp):
            diagnose(f"127.0.0.1:{port}", "--timeout", "5")
        self.assertGreater(len(udp.got), 6)
        self.assertLessEqual(len(udp.got), 24)
        for datagram, (version, cookie, flags) in zip(udp.got, self.tshark(udp.got), strict=True):
            self.assertEqual(datagram[:4], b"\xff" * 4)
            self.assertIn((version, cookie), {("", ""), ("0x0002", ""), ("0x0101", "00" * 32)})
            self.assertEqual(int(flags, 16), 0x1001 if version else 0x0001)
            self.assertFalse(any(datagram[20:]))
        self.assertEqual({len(d) for d in udp.got}, {20, 600, 1000, 1132, 1232})

    def tshark(self, datagrams):
        """(version, cookie hash, flags) of each, as tshark reads it."""
        dump = "".join(f"{at:06x} " + d[at:at + 16].hex(" ") + "\n" for d in datagrams for at in range(0, len(d), 16))
        capture = subprocess.run(["text2pcap", "-q", "-u", "60000,3389", "-", "-"], input=dump.encode(), capture_output=True,
                                 timeout=60, check=True).stdout
        fields = ["rdpudp.synex.version", "rdpudp.synex.cookiehash", "rdpudp.flags", "_ws.malformed"]
        out = subprocess.run(["tshark", "-r", "-", "-T", "fields", "-E", "separator=;", *(a for f in fields for a in ("-e", f))],
                             input=capture, capture_output=True, timeout=60, check=True).stdout.decode()
        rows = [line.split(";") for line in out.splitlines()]
        self.assertEqual({malformed for *_, malformed in rows}, {""})
        return [tuple(row[:3]) for row in rows]


@unittest.skipUnless(FOLDER.is_dir(), "no folder of real captures (RDPDOCTOR_CORPORA)")
@needs("tshark")
class ZeekCaptures(unittest.TestCase):
    """A Windows host's own answer, with the number of our SYN in it."""

    def replayed(self, capture):
        real = next(payload for port, payload in udp_payloads(FOLDER / "pcap" / capture) if port == 3389)
        with host_with(lambda d: d[8:12] + real[4:]) as (port, _):
            return [u for u in diagnose(f"127.0.0.1:{port}", "--timeout", "5")["evidence"]["udp"] if u["what"] == "syn"]

    def test_an_answer_of_version_2(self):
        for u in self.replayed("rdpeudp-handshake-success.pcap"):
            self.assertEqual((u["outcome"], u["answer_version"], u["answer_flags"], u["answer_bytes"], u["down_mtu"]),
                             ("answered", 2, 0x1005, 1232, 1232))

    def test_an_answer_of_version_0x0101(self):
        for u in self.replayed("rdpeudp2-handshake-success.pcap"):
            self.assertEqual((u["outcome"], u["answer_version"]), ("answered", 0x0101))

    def test_real_clients_send_what_we_send(self):
        """But for the correlation id, which names a session: ours is the same SYN without it."""
        for capture in ("rdpeudp-handshake-fail.pcap", "rdpeudp2-handshake-success.pcap"):
            port, real = udp_payloads(FOLDER / "pcap" / capture)[0]
            self.assertNotEqual(port, 3389)
            self.assertEqual((len(real), real[:8].hex(), real[12:16].hex()), (1232, "ffffffff00401801", "04d004d0"))
            self.assertFalse(any(real[52:]))  # the cookie hash, if there is one, is of zeros


if __name__ == "__main__":
    unittest.main()
