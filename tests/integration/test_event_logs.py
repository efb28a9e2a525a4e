"""Our decoder of event logs against libevtx's evtxexport, record by record, on real logs; and where that reads nothing, against what is known of them."""
import collections
import datetime
import json
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET

from support import CORPORA, PROGRAM, needs

FOLDERS = [pathlib.Path(CORPORA or "/nonexistent", name) for name in ("evtx-omerbenamram", "evtx-to-mitre")]
DUMP = pathlib.Path(PROGRAM).with_name("evtx_dump")
# What evtxexport can't read, or gives up on midway: forwarded logs without templates, and references in attributes.
NOT_READ = {"MSExchange_Management_wec": 1, "issue_201": 1, "ID1149-RDP success logins to multiple hosts": 11,
            "ID131-RDP brutforce (no user info)": 154, "ID2003-4950-Firewall disabled": 6, "ID800-4103-Firewall disabled": 10,
            "E_ShadowCopy6_windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational": 459,
            "E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational": 340}


def log(name):
    return next(f for folder in FOLDERS for f in folder.glob("*.evtx") if f.stem == name)


def ours(path, *options):
    """The records, and the totals."""
    lines = subprocess.run([DUMP, *options, path], capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    return rows[:-1], rows[-1]


def local(tag):
    return tag.rsplit("}", 1)[-1]


def values(element, section):
    """(name, value) of what stands under EventData or UserData, as EventRecord::data has it."""
    for child in element:
        name = local(child.tag)
        if section != "EventData":
            yield from ((f"{name}@{local(k)}", v) for k, v in child.attrib.items())
        if len(child):
            yield from values(child, section)
        elif section == "EventData":
            yield child.get("Name") or ("" if name == "Data" else name), child.text or ""
        else:
            yield name, child.text or ""


def milliseconds(text):
    moment = datetime.datetime.strptime(text[:23], "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=datetime.timezone.utc)
    return round(moment.timestamp() * 1000)


def record(xml):
    event = ET.fromstring(xml)
    system = {local(e.tag): e for e in event[0]}

    def text(name):
        return (system[name].text or "") if name in system else ""

    def attribute(name, key):
        return system[name].get(key, "") if name in system else ""
    return {"record": int(text("EventRecordID")), "id": int(text("EventID")), "level": int(text("Level") or 0), "channel": text("Channel"),
            "computer": text("Computer"), "provider": attribute("Provider", "Name"), "event_source": attribute("Provider", "EventSourceName"),
            "user": attribute("Security", "UserID"), "process": int(attribute("Execution", "ProcessID") or 0),
            "created": milliseconds(attribute("TimeCreated", "SystemTime")),
            "data": [v for section in event[1:] for v in values(section, local(section.tag))]}


def theirs(path):
    """Each event's XML. What XML can't hold (control characters in a value) is left out."""
    out = subprocess.run(["evtxexport", "-f", "xml", path], capture_output=True, timeout=120).stdout.decode("utf-8", "replace")
    out = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", out)
    return [record(xml) for xml in re.findall(r"<Event .*?\n</Event>", out, re.DOTALL)]


def comparable(record):
    """Without what is only written differently: leading zeros of hexadecimal numbers, line ends, control characters, pointers in decimal."""
    def value(text):
        text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text.replace("\r\n", "\n"))
        if not text.strip():
            return ""
        return re.sub(r"\b0x0*([0-9a-f]+)\b", r"0x\1", text)
    fields = {k: v for k, v in record.items() if k not in ("written", "data")}
    return fields | {"data": [(name, value(text)) for name, text in record["data"]]}


def same_number(a, b):
    """0x24c and 588: libevtx shows a pointer as a decimal number, wevtutil as a hexadecimal one."""
    return a[0] == b[0] and a[1].startswith("0x") and b[1].isdigit() and int(a[1], 16) == int(b[1])


@unittest.skipUnless(all(f.is_dir() for f in FOLDERS) and DUMP.is_file(), "no folder of real event logs (RDPDOCTOR_CORPORA)")
class EventLogs(unittest.TestCase):
    def assert_same(self, mine, other):
        mine, other = comparable(mine), comparable(other)
        if len(mine["data"]) == len(other["data"]):
            pairs = list(zip(mine["data"], other["data"]))
            other["data"] = [a if same_number(a, b) else b for a, b in pairs]
        self.assertEqual(mine, other)

    @needs("evtxexport")
    def test_the_same_records_as_libevtx(self):
        compared = 0
        for path in sorted(f for folder in FOLDERS for f in folder.glob("*.evtx")):
            if path.stem in NOT_READ:
                continue
            with self.subTest(log=path.name):
                mine, _ = ours(path)
                if path.stem == "sample-with-zero-data-size-event":
                    mine = [r for r in mine if r["record"] != 3]  # its sizes are zero: libevtx does not read it
                other = theirs(path)
                self.assertEqual([r["record"] for r in mine], [r["record"] for r in other])
                for a, b in zip(mine, other):
                    self.assert_same(a, b)
                compared += len(other)
        self.assertGreater(compared, 14_000)

    def test_what_libevtx_does_not_read(self):
        for name, count in NOT_READ.items():
            with self.subTest(log=name):
                records, totals = ours(log(name))
                self.assertEqual((totals["records"], totals["damaged_records"], totals["damaged_chunks"]), (count, 0, 0))
                self.assertEqual(len(records), count)
                self.assertTrue(all(r["id"] and r["provider"] and r["computer"] and r["created"] for r in records))

    def test_forwarded_logs_say_who_connected(self):
        records, _ = ours(log("ID131-RDP brutforce (no user info)"))
        self.assertEqual({(r["provider"], r["id"]) for r in records}, {("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS", 131)})
        for r in records:
            data = dict(r["data"])
            self.assertEqual(data["ConnType"], "TCP")
            self.assertRegex(data["ClientIP"], r"^\d+\.\d+\.\d+\.\d+:\d+$")
        records, _ = ours(log("ID1149-RDP success logins to multiple hosts"))
        self.assertEqual({r["id"] for r in records}, {1149})
        self.assertTrue(all(dict(r["data"])["Param3"].count(".") == 3 for r in records))

    def test_damage_is_counted_and_the_rest_is_read(self):
        for name, read, records, chunks in (
                ("2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational", 1910, 2, 2),
                ("2-vss_0-Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational", 1774, 1, 2),
                # Three of the 270 records that others read break off midway: their two sizes differ.
                ("sample_with_a_bad_chunk_magic", 267, 3, 5),
                ("sample-with-zero-data-size-event", 336, 0, 1),
                ("security_bad_string_cache", 2261, 0, 1),
                ("Application_no_crc32", 17, 0, 0)):
            with self.subTest(log=name):
                _, totals = ours(log(name))
                self.assertEqual((totals["records"], totals["damaged_records"], totals["damaged_chunks"]), (read, records, chunks))
                self.assertEqual(bool(totals["problem"]), chunks != 0)

    def test_providers_and_ids_of_the_remote_desktop_log(self):
        records, _ = ours(log("2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational"))
        self.assertEqual(collections.Counter(r["id"] for r in records),
                         {65: 124, 72: 379, 102: 124, 103: 129, 107: 1, 131: 126, 132: 1, 140: 126, 141: 124, 142: 1, 143: 119, 145: 124,
                          148: 398, 226: 118, 227: 15, 228: 1})

    def test_threads_and_filter_change_nothing_but_what_is_shown(self):
        path = log("system")
        all_records, totals = ours(path, "--threads", "1")
        self.assertEqual(ours(path, "--threads", "8"), (all_records, totals))
        self.assertEqual(ours(path, "--only", "1014"), ([r for r in all_records if r["id"] == 1014], totals))

    @needs("evtxexport")
    def test_the_same_events_as_xml(self):
        for name in ("system", "security_bad_string_cache", "Application_no_crc32"):
            with self.subTest(log=name), tempfile.TemporaryDirectory() as folder:
                out = subprocess.run(["evtxexport", "-f", "xml", log(name)], capture_output=True, timeout=120).stdout
                text = out[out.index(b"<Event"):].decode("utf-8", "replace")
                records, _ = ours(log(name))
                for encoding, root in (("utf-8", ("", "")), ("utf-16", ("<Events>", "</Events>"))):
                    path = pathlib.Path(folder, "events.xml")
                    path.write_bytes(text.join(root).encode(encoding))
                    exported, totals = ours(path)
                    self.assertEqual(totals["damaged_records"], 0)
                    self.assertEqual(len(exported), len(records))
                    for a, b in zip(exported, records):
                        self.assert_same(a, b)


if __name__ == "__main__":
    unittest.main()
