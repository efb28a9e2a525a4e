"""Little writers of captures and event logs for the tests, independent of the program's own readers."""
import datetime
import ipaddress
import ssl
import struct

START = datetime.datetime(2026, 11, 20, 2, 14, 0, tzinfo=datetime.timezone.utc)
PREFIX = "Microsoft-Windows-"


def at(seconds):
    return START + datetime.timedelta(seconds=seconds)


class Capture:
    """A pcap of Ethernet frames, microseconds, as a machine between both ends would write it."""

    def __init__(self):
        self.frames = []

    def frame(self, seconds, source, target, flags, sequence, acknowledged, payload=b"", ttl=64, options=b""):
        tcp = struct.pack(">HHIIBBHHH", source[1], target[1], sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF,
                          (5 + len(options) // 4) << 4, flags, 64000, 0, 0) + options + payload
        ends = ipaddress.ip_address(source[0]).packed + ipaddress.ip_address(target[0]).packed
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, ttl, 6, 0) + ends
        ethernet = b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0" + ip + tcp
        self.frames.append((seconds, ethernet))

    def connection(self, client, host, script, seconds=0.0):
        """script: (who, what) in order; who is "client" or "host", what is bytes, "fin" or "reset"."""
        mss = bytes([2, 4, 0x05, 0xB4])
        ends = {"client": client, "host": host}
        sequence = {"client": 1000, "host": 5000}
        now = seconds
        self.frame(now, client, host, 0x02, sequence["client"], 0, options=mss)
        self.frame(now + 0.010, host, client, 0x12, sequence["host"], sequence["client"] + 1, ttl=124, options=mss)
        self.frame(now + 0.0101, client, host, 0x10, sequence["client"] + 1, sequence["host"] + 1)
        sequence = {who: number + 1 for who, number in sequence.items()}
        now += 0.02
        for who, what in script:
            other = "host" if who == "client" else "client"
            ttl = 64 if who == "client" else 124
            if isinstance(what, (int, float)):
                now += what
                continue
            pieces = [what[i:i + 1400] for i in range(0, len(what), 1400)] if isinstance(what, bytes) else [b""]
            flags = {"fin": 0x11, "reset": 0x14}.get(what, 0x18) if isinstance(what, str) else 0x18
            for piece in pieces:
                self.frame(now, ends[who], ends[other], flags, sequence[who], sequence[other], piece, ttl)
                sequence[who] += len(piece) + (1 if flags == 0x11 else 0)
                now += 0.001
            now += 0.01
        return now

    def write(self, path):
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            for seconds, frame in sorted(self.frames, key=lambda f: f[0]):
                moment = at(seconds)
                out.write(struct.pack("<IIII", int(moment.timestamp()), moment.microsecond, len(frame), len(frame)))
                out.write(frame)


def connection_request(protocols=0x0B, cookie=b"alice"):
    body = b"\xe0\0\0\0\0\0Cookie: mstshash=" + cookie + b"\r\n" + bytes([1, 0, 8, 0]) + struct.pack("<I", protocols)
    return b"\x03\0" + struct.pack(">H", len(body) + 5) + bytes([len(body)]) + body


def client_hello(server_name="srv01.corp.example"):
    context = ssl.create_default_context()
    outgoing = ssl.MemoryBIO()
    tls = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=server_name)
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def event(provider, number, seconds, record=1, computer="SRV01.corp.example", channel="System", data=()):
    """One <Event> as `wevtutil qe /f:xml` prints it; data: (name, value)."""
    moment = at(seconds).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
    values = "".join(f"<Data Name='{name}'>{value}</Data>" if name else f"<Data>{value}</Data>" for name, value in data)
    return (f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/>"
            f"<EventID>{number}</EventID><Version>0</Version><Level>2</Level><TimeCreated SystemTime='{moment}'/>"
            f"<EventRecordID>{record}</EventRecordID><Channel>{channel}</Channel><Computer>{computer}</Computer></System>"
            f"<EventData>{values}</EventData></Event>")


def rdpcorets(number, seconds, record=1, data=(), **kwargs):
    return event(PREFIX + "RemoteDesktopServices-RdpCoreTS", number, seconds, record, data=data,
                 channel=PREFIX + "RemoteDesktopServices-RdpCoreTS/Operational", **kwargs)


def accepted(client, seconds, record=1, **kwargs):
    return rdpcorets(131, seconds, record, [("ConnType", "TCP"), ("ClientIP", f"{client[0]}:{client[1]}")], **kwargs)


def rcm(number, seconds, record=1, data=(), **kwargs):
    return event(PREFIX + "TerminalServices-RemoteConnectionManager", number, seconds, record, data=data,
                 channel=PREFIX + "TerminalServices-RemoteConnectionManager/Operational", **kwargs)


def lsm(number, seconds, record=1, data=(), **kwargs):
    return event(PREFIX + "TerminalServices-LocalSessionManager", number, seconds, record, data=data,
                 channel=PREFIX + "TerminalServices-LocalSessionManager/Operational", **kwargs)


def client_event(number, seconds, record=1, data=(), computer="CLIENT7.corp.example"):
    return event(PREFIX + "TerminalServices-ClientActiveXCore", number, seconds, record, computer, data=data,
                 channel=PREFIX + "TerminalServices-RDPClient/Operational")


def write_events(path, *events):
    path.write_text("\r\n".join(events) + "\r\n", encoding="utf-8")
