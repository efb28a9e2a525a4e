"""The captures' part of bench/run: `analyze` beside tshark on the same 200 MB, and beside itself on more."""
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

from make_capture import write


def used(command):
    """Seconds of wall clock and of processor, resident megabytes (beginning with what this program has, which starts it), and the output of a command."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        process = subprocess.Popen(list(map(str, command)), stdout=out, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        out.seek(0)
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, out.read()


def bench_analyze(program, line):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "mixed.pcap")
        write(file, 200_000_000)
        subprocess.run(["cat", file], stdout=subprocess.DEVNULL, check=True)  # into the system's cache, for both
        ours = [used([program, "analyze", "--json", file]) for _ in range(5)]
        hosts = ours[0][3].count(b'"schema"')
        if shutil.which("tshark"):
            theirs = used(["tshark", "-r", file, "-Y", "rdp", "-T", "json"])
            wall, processor = statistics.median(o[0] for o in ours), statistics.median(o[1] for o in ours)
            line("200 MB of mixed traffic, against tshark -Y rdp -T json", f"{theirs[0] / wall:.0f} times faster ({wall * 1000:.0f} ms : {theirs[0]:.1f} s)", "bar: 20")
            print(f"    (processor time {processor * 1000:.0f} ms : {theirs[1]:.1f} s; {hosts} hosts)")
        else:
            print("tshark is not installed")
        line("resident memory for that capture", f"{max(o[2] for o in ours):.1f} MB", "bar: 64 MB")
