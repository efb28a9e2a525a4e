"""Event logs for bench/run: one large log, made of the whole chunks of the real ones beside the checkout, and how fast it is read."""
import os
import pathlib
import struct
import subprocess
import tempfile
import time
import zlib

FOLDER = pathlib.Path(os.environ.get("RDPDOCTOR_CORPORA") or pathlib.Path(__file__).resolve().parents[2] / "shared" / "corpora", "evtx-omerbenamram")
CHUNK, HEADER = 65536, 4096


def whole_chunks(log):
    """The chunks whose checksums hold."""
    data = log.read_bytes()
    for at in range(HEADER, len(data) - CHUNK + 1, CHUNK):
        chunk = data[at:at + CHUNK]
        end, records = struct.unpack_from("<II", chunk, 48)
        header, = struct.unpack_from("<I", chunk, 124)
        if chunk.startswith(b"ElfChnk\0") and zlib.crc32(chunk[512:end]) == records and zlib.crc32(chunk[:120] + chunk[128:512]) == header:
            yield chunk


def make_log(path, megabytes):
    """Logs that evtxexport reads to their end, again and again."""
    names = ("system", "sample-with-irregular-bool-values", "security_bad_string_cache", "2-vss_0-*")
    chunks = [c for name in names for log in sorted(FOLDER.glob(name + ".evtx")) for c in whole_chunks(log)]
    count = megabytes * 1024 * 1024 // CHUNK
    header = bytearray(HEADER)
    struct.pack_into("<8sQQQIHHHH", header, 0, b"ElfFile", 0, count - 1, 1, 128, 1, 3, HEADER, count & 0xFFFF)
    struct.pack_into("<I", header, 124, zlib.crc32(bytes(header[:120])))
    with open(path, "wb") as out:
        out.write(header)
        for i in range(count):
            out.write(chunks[i % len(chunks)])


def timed(*command):
    """Seconds, and megabytes of memory at most (beginning with what this program has, which starts it)."""
    began = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{command[0]} failed")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def bench_evtx(program, line, megabytes=128):
    if not FOLDER.is_dir():
        return print(f"no event logs in {FOLDER}")
    dump = pathlib.Path(program).with_name("evtx_dump")
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "large.evtx")
        make_log(log, megabytes)
        theirs, _ = timed("evtxexport", log)
        ways = [("analyze", (program, "analyze", log))]
        if dump.is_file():
            ways += [("every record decoded", (dump, "--count", log)), ("the same on one thread", (dump, "--count", "--threads", "1", log))]
        for what, command in ways:
            seconds, memory = min(timed(*command) for _ in range(3))
            line(f"event log of {megabytes} MB, {what}", f"{theirs / seconds:.0f} times faster than evtxexport ({seconds:.2f} s, {memory:.0f} MB)",
                 "bar: 10, 64 MB")
