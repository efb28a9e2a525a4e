#!/usr/bin/env python3
"""A capture of mixed traffic with Remote Desktop inside, for bench/run: HTTP, TLS, SMB and DNS as an office's uplink
carries them, and 100 RDP connections (X.224, a real TLS handshake, application data) among them. The same bytes for
the same size, but for the TLS handshake's own random numbers.

    bench/make_capture.py FILE [MEGABYTES]
"""
import pathlib
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile

CR = bytes.fromhex("0300002b26e00000000000436f6f6b69653a206d737473686173683d75736572310d0a010008000b000000")
CC = bytes.fromhex("030000130ed000001234000209080002000000")
RDP_CONNECTIONS = 100


def tls_handshake(folder):
    """Both sides' handshake bytes in turn: [("client", bytes), ("server", bytes), …]."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=RDS01", "-days", "183", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate, key)
    server_context.maximum_version = ssl.TLSVersion.TLSv1_2
    client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_context.check_hostname = False
    client_context.verify_mode = ssl.CERT_NONE
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname="rds01")
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    turns, done = [], set()
    while len(done) < 2:
        for name, side, out, other in (("client", client, to_server, to_client), ("server", server, to_client, to_server)):
            try:
                side.do_handshake()
                done.add(name)
            except ssl.SSLWantReadError:
                pass
            if out.pending:
                data = out.read()
                turns.append((name, data))
                out.write(data)
    return turns


class Flow:
    """One TCP connection: a generator of frames for a list of turns (who, bytes)."""

    def __init__(self, rng, port, turns):
        self.client = socket.inet_aton(f"10.1.{rng.randrange(4)}.{rng.randrange(1, 255)}")
        self.host = socket.inet_aton(f"10.2.0.{rng.randrange(1, 40)}")
        self.ports = (rng.randrange(1024, 65536), port)
        self.sequence = [rng.randrange(2**32), rng.randrange(2**32)]
        self.identification = rng.randrange(65536)
        self.turns = turns

    def frame(self, who, flags, payload=b"", options=b""):
        source, target = (self.client, self.host) if who == 0 else (self.host, self.client)
        ports = self.ports if who == 0 else self.ports[::-1]
        self.identification = (self.identification + 1) % 65536
        tcp = struct.pack(">HHIIBBHHH", *ports, self.sequence[who], self.sequence[1 - who] if flags & 16 else 0, 80 + 4 * len(options), flags, 64000, 0, 0)
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp) + len(options) + len(payload), self.identification, 0x4000, 128 - 3 * who, 6, 0, source, target)
        self.sequence[who] = (self.sequence[who] + len(payload) + (1 if flags & 3 else 0)) % 2**32
        return b"\x02" * 12 + b"\x08\x00" + ip + tcp + options + payload

    def frames(self):
        mss = b"\x02\x04\x05\xb4"
        yield self.frame(0, 2, options=mss)
        yield self.frame(1, 18, options=mss)
        yield self.frame(0, 16)
        for name, data in self.turns:
            who = 0 if name == "client" else 1
            for at in range(0, len(data), 1460):
                yield self.frame(who, 24 if at + 1460 >= len(data) else 16, data[at:at + 1460])
                if at // 1460 % 2:
                    yield self.frame(1 - who, 16)
        yield self.frame(0, 17)
        yield self.frame(1, 17)
        yield self.frame(0, 16)


def records(rng, n):
    """TLS application data records."""
    out = b""
    while len(out) < n:
        size = rng.randrange(100, 16000)
        out += b"\x17\x03\x03" + struct.pack(">H", size) + rng.randbytes(size)
    return out


def rdp_turns(rng, handshake):
    turns = [("client", CR), ("server", CC)] + handshake
    for _ in range(30):
        turns += [("client", records(rng, 300)), ("server", records(rng, rng.randrange(2000, 20000)))]
    return turns


def other_turns(rng, kind, handshake):
    size = rng.randrange(20_000, 400_000)
    if kind == 80:
        return [("client", b"GET /index.html HTTP/1.1\r\nHost: intranet\r\n\r\n"),
                ("server", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"<p>Lorem ipsum dolor</p>\n" * (size // 25))]
    if kind == 443:
        return handshake + [("client", records(rng, 800)), ("server", records(rng, size))]
    header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ16s", 64, 1, 0, 8, 1, 0, 0, 7, 0, 0, 9, b"")
    message = header + rng.randbytes(1200)
    return [("client", struct.pack(">I", len(header)) + header), ("server", (struct.pack(">I", len(message)) + message) * (size // 1300))]


def dns(rng):
    source, target = socket.inet_aton("10.1.0.7"), socket.inet_aton("10.2.0.1")
    question = struct.pack(">HHHHHH", rng.randrange(65536), 0x0100, 1, 0, 0, 0) + b"\x05rds01\x05corp1\x00\x00\x01\x00\x01"
    udp = struct.pack(">HHHH", rng.randrange(1024, 65536), 53, 8 + len(question), 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + len(question), 1, 0, 128, 17, 0, source, target)
    return b"\x02" * 12 + b"\x08\x00" + ip + udp + question


def write(path, bytes_wanted):
    rng = random.Random(3389)
    with tempfile.TemporaryDirectory() as folder:
        handshake = tls_handshake(pathlib.Path(folder))
    rdp_every = max(bytes_wanted // (RDP_CONNECTIONS + 1), 1)
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        written, rdp, at_us, flows = 24, 0, 1_700_000_000_000_000, []
        while written < bytes_wanted or flows:
            if written < bytes_wanted and rdp < RDP_CONNECTIONS and rdp * rdp_every <= written:
                rdp += 1
                flows.append(Flow(rng, 3389, rdp_turns(rng, handshake)).frames())
            while written < bytes_wanted and len(flows) < 24:
                kind = rng.choice((80, 443, 443, 445))
                flows.append(Flow(rng, kind, other_turns(rng, kind, handshake)).frames())
            flow = rng.choice(flows)
            frames = [next(flow, None) for _ in range(rng.randrange(1, 8))]
            if frames[-1] is None:
                flows.remove(flow)
            if rng.randrange(20) == 0:
                frames.append(dns(rng))
            for frame in filter(None, frames):
                at_us += rng.randrange(10, 200)
                file.write(struct.pack("<IIII", at_us // 1_000_000, at_us % 1_000_000, len(frame), len(frame)) + frame)
                written += 16 + len(frame)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2] if len(sys.argv) > 2 else 200) * 1_000_000)
