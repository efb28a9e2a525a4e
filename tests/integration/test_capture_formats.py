"""Captures as files: counts and times against capinfos on every real one, and the same facts from every format they are saved in."""
import datetime
import gzip
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from support import CORPORA, needs, run

ROOT = pathlib.Path(CORPORA or "/nonexistent")
CAPTURES = sorted([*ROOT.glob("zeek/pcap/*.pcap"), *ROOT.glob("suricata-verify/**/*.pcap")])


def analyze(*files):
    """The object per host that `analyze --json` prints."""
    done = run("analyze", "--json", *files)
    if done.returncode not in (0, 1, 3):
        raise AssertionError(f"exit {done.returncode}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def facts(file):
    """What must be the same whatever the file's format: its connections and UDP exchanges without the file's name."""
    out = []
    for host in analyze(file):
        for kind in ("connections", "udp"):
            for fact in host["evidence"].get(kind, []):
                fact.pop("source", None)
                out.append(json.dumps(fact, sort_keys=True))
    return sorted(out)


def capinfos(file):
    """Packets, and the first and last one's milliseconds since 1970."""
    fields = subprocess.run(["capinfos", "-T", "-r", "-M", "-S", "-c", "-a", "-e", str(file)], capture_output=True, text=True, check=True).stdout.split("\t")
    return int(fields[1]), *(int(seconds) * 1000 + int(rest[:3]) for seconds, rest in (f.strip().split(".") for f in fields[2:4]))


def ms(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(moment.timestamp() * 1000)


@unittest.skipUnless(CAPTURES, "no folder of real captures (RDPDOCTOR_CORPORA)")
class CaptureFormats(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def saved_as(self, capture, name, *options):
        """The capture through editcap."""
        out = self.folder / name
        subprocess.run(["editcap", *options, str(capture), str(out)], capture_output=True, check=True)
        return out

    @needs("capinfos")
    def test_packets_and_times_are_those_of_capinfos(self):
        for capture in CAPTURES:
            with self.subTest(capture=capture.name):
                packets, first, last = capinfos(capture)
                for host in analyze(capture):
                    source, = host["evidence"]["sources"]
                    self.assertEqual(source["kind"], "capture")
                    self.assertEqual(source["records"], packets)
                    self.assertEqual((ms(source["first"]), ms(source["last"])), (first, last))
                    self.assertEqual(source.get("damaged", 0), 0)

    @needs("editcap")
    def test_every_format_tells_the_same(self):
        for capture in CAPTURES:
            with self.subTest(capture=capture.name):
                expected = facts(capture)
                if "rdpeudp" not in capture.name:
                    self.assertTrue(expected)
                packed = self.folder / "packed.pcap.gz"
                packed.write_bytes(gzip.compress(capture.read_bytes()))
                for other in (self.saved_as(capture, "a.pcapng", "-F", "pcapng"), self.saved_as(capture, "b.pcap", "-F", "nsecpcap"),
                              self.saved_as(capture, "c.pcap", "-F", "modpcap"), packed):
                    self.assertEqual(facts(other), expected, other.name)

    @needs("editcap")
    def test_a_packet_that_was_captured_twice_is_no_repeat(self):
        capture = ROOT / "zeek/pcap/rdp-to-ssl.pcap"
        doubled = self.folder / "doubled.pcap"
        data, at, out = capture.read_bytes(), 24, bytearray()
        out += data[:24]
        while at < len(data):
            end = at + 16 + int.from_bytes(data[at + 8:at + 12], "little")
            out += data[at:end] * 2
            at = end
        doubled.write_bytes(out)
        self.assertEqual(facts(doubled), facts(capture))

    @needs("tshark")
    def test_bytes_and_overtaken_packets_are_those_of_tshark(self):
        for capture in CAPTURES:
            table = subprocess.run(["tshark", "-r", str(capture), "-Y", "tcp", "-T", "fields", "-e", "tcp.stream", "-e", "tcp.srcport", "-e", "tcp.len",
                                    "-e", "tcp.analysis.lost_segment", "-e", "tcp.analysis.retransmission", "-e", "ip.src", "-e", "tcp.dstport", "-e", "ip.dst", "-e", "ip.id", "-e", "tcp.seq_raw"],
                                   capture_output=True, text=True, check=True).stdout
            streams, known = {}, set()
            for row in table.splitlines():
                stream, source, length, lost, again, address, target, to, *packet = row.split("\t")
                if (address, length, *packet) in known:  # captured twice: tshark takes it for a retransmission
                    continue
                known.add((address, length, *packet))
                client = f"{to}:{target}" if source == "3389" else f"{address}:{source}"
                seen = streams.setdefault(stream, {"client": client, "received": 0, "gaps": 0, "again": 0})
                if source == "3389":
                    seen["received"] += int(length)
                    seen["gaps"] += bool(lost)
                    seen["again"] += bool(again) and int(length) > 0
            for host in analyze(capture):
                for connection in host["evidence"].get("connections", []):
                    with self.subTest(capture=capture.name, client=connection["seen"]["client"]):
                        theirs, = (s for s in streams.values() if s["client"] == connection["seen"]["client"])
                        packets = connection["tcp"].get("packets", {}).get("present", {})
                        self.assertEqual(packets.get("gaps", 0), theirs["gaps"])
                        self.assertEqual(packets.get("repeats", 0), theirs["again"])
                        if not theirs["again"]:
                            self.assertEqual(connection["bytes_received"], theirs["received"])

    @needs("editcap")
    def test_a_capture_with_wrong_bytes_everywhere_is_read_to_its_end(self):
        for number, capture in enumerate(CAPTURES):
            broken = self.saved_as(capture, f"{number}.pcap", "-E", "0.02", "--seed", str(number + 1))
            with self.subTest(capture=capture.name):
                done = run("analyze", "--json", broken)
                self.assertIn(done.returncode, (0, 1, 3), done.stderr)
                packets, _, _ = capinfos(capture)
                for line in done.stdout.splitlines():
                    source, = json.loads(line)["evidence"]["sources"]
                    self.assertEqual(source["records"], packets)


if __name__ == "__main__":
    unittest.main()
