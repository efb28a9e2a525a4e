"""What the tests of `fix` and `undo` share: a machine's volume as an image file, all that is on it, and a program that is ended at a step."""
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import hosts
from support import PROGRAM, ROOT, run

HIVE_DUMP = pathlib.Path(PROGRAM).with_name("hive_dump")
RUNS = "ProgramData/rdpdoctor"  # the runs' journals, and what they keep

needs_ntfs = unittest.skipUnless(
    hosts.hivex and hosts.MAKE_EVTX.is_file() and HIVE_DUMP.is_file() and hosts.can_mount(),
    "python3-hivex, make_evtx or hive_dump is missing, or NTFS volumes can't be mounted here (root, ntfs-3g and FUSE)")




def work_folder():
    """For volumes: in memory where that is, since all is flushed all the time."""
    return tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)


# --- Volumes ----------------------------------------------------------------------------------------------------------

class Volume:
    """An NTFS volume in an image file: made once, copied often, mounted to be looked at."""

    def __init__(self, image):
        self.image = pathlib.Path(image)

    @classmethod
    def of(cls, machine, image, size=24 << 20):
        volume = cls(image)
        with open(image, "wb") as file:
            file.truncate(size)
        subprocess.run(["mkntfs", "-F", "-q", "-Q", image], check=True, capture_output=True)
        with volume.mounted() as top:
            hosts.make_volume(machine, top)
        return volume

    def copy(self, image):
        subprocess.run(["cp", "--sparse=always", self.image, image], check=True)
        return Volume(image)

    @contextlib.contextmanager
    def mounted(self, *options):
        """A folder. Afterwards all is in the image file: it is waited for ntfs-3g's end."""
        with tempfile.TemporaryDirectory() as folder:
            top = pathlib.Path(folder, "volume")  # alone in its folder: what lands beside it is seen
            top.mkdir()
            options = ",".join(("no_detach", *options))
            driver = subprocess.Popen(["ntfs-3g", "-o", options, self.image, top], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                while not os.path.ismount(top):
                    if driver.poll() is not None:
                        raise AssertionError(f"ntfs-3g ended with {driver.returncode}")
                yield top
            finally:
                # Lazily: a child that another thread is just starting may still hold a file of the volume. The driver ends with the last.
                if os.path.ismount(top):
                    subprocess.run(["umount", "-l", top], check=True)
                driver.wait(30)


# --- All that is on a volume ------------------------------------------------------------------------------------------

_hives = {}


def read_hive(path):
    """Every key of a hive with its values and its access list, by two decoders; in an order that is no matter of the file's."""
    ours = {}
    done = subprocess.run([HIVE_DUMP, path], capture_output=True, text=True, check=True)
    hive = hosts.hivex.Hivex(str(path))
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if "key" in row:
            ours[tuple(row["key"])] = row["security"], sorted(map(tuple, row["values"]))
    out = {}
    todo = [((), hive.root())]
    while todo:
        key, node = todo.pop()
        values = sorted((hive.value_key(v), hive.value_type(v)[0], hive.value_value(v)[1].hex()) for v in hive.node_values(node))
        security, as_we_read = ours.pop(key)
        if values != as_we_read:
            raise AssertionError(f"{path}: {key}: hivex reads {values}, rdpdoctor {as_we_read}")
        out[key] = security, values
        todo += [((*key, hive.node_name(child)), child) for child in hive.node_children(node)]
    if ours:
        raise AssertionError(f"{path}: keys that hivex does not find: {list(ours)}")
    return out


def hive_rows(path):
    """{path of a key: (access list, values)}, or None where it is no whole hive. Most were read before."""
    digest = hashlib.sha256(path.read_bytes()).digest()
    if digest not in _hives:
        try:
            _hives[digest] = read_hive(path)
        except (RuntimeError, subprocess.CalledProcessError):
            _hives[digest] = None
    return _hives[digest]


def is_hive(path):
    return path.parent.as_posix().endswith(hosts.CONFIG) or path.name.upper() == "NTUSER.DAT"


def everything(top, runs=False):
    """{path: what it is and holds}: of hives keys, values and access lists, of everything its access list's bytes. The runs' own folder not, unless asked."""
    out = {}
    for folder, names, files in os.walk(top):
        if not runs and pathlib.Path(folder).relative_to(top).as_posix() == RUNS:
            names.clear()
            continue
        for name in (*names, *files):
            path = pathlib.Path(folder, name)
            at = path.relative_to(top).as_posix()
            if not runs and at == RUNS:
                continue
            held = "folder" if path.is_dir() else "no file" if not path.is_file() else None
            if held is None and is_hive(path):
                held = hive_rows(path)
            if held is None:
                held = hashlib.sha256(path.read_bytes()).hexdigest()
            with contextlib.suppress(OSError):
                held = held, os.getxattr(path, "system.ntfs_acl").hex()
            out[at] = held
    return out


def every_byte(top):
    """{path: hash}, of all files, with times: to show that nothing was written."""
    return {p.relative_to(top).as_posix(): (hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "", p.lstat().st_mtime_ns)
            for p in sorted(top.rglob("*"))}


def difference(a, b):
    """What differs, short enough to read."""
    lines = []
    for path in sorted(set(a) | set(b)):
        before, after = a.get(path), b.get(path)
        if before == after:
            continue
        if before is None or after is None:
            lines.append(f"{path}: {'not there, then there' if before is None else 'there, then not'}")
        elif isinstance(before[0], dict) and isinstance(after[0], dict):
            if before[1] != after[1]:
                lines.append(f"{path}: its access list")
            keys = [key for key in {**before[0], **after[0]} if before[0].get(key) != after[0].get(key)]
            lines += [f"{path}: {chr(92).join(key)}: {before[0].get(key)} then {after[0].get(key)}"[:400] for key in keys]
        else:
            lines.append(f"{path}: {before} then {after}"[:400])
    return "\n".join(lines)


# --- The program ------------------------------------------------------------------------------------------------------

class Done:
    """A run of the program: its exit status, what it printed, and that as JSON."""

    def __init__(self, done):
        self.exit, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except json.JSONDecodeError:
            raise AssertionError(f"no JSON: {self}") from None

    def fix(self, name):
        return next((f for f in self.json["fixes"] if f["id"] == name), None)

    def __str__(self):
        return f"exit {self.exit}\n{self.out[:3000]}\n{self.err[:1500]}"


def rdpdoctor(*args, **kwargs):
    return Done(run(*args, **kwargs))


def causes_of(top):
    """{id: cause} of what an inspection finds."""
    done = rdpdoctor("inspect", "--image", top, "--json")
    if done.exit not in (0, 1, 3):
        raise AssertionError(str(done))
    return {c["id"]: c for c in done.json["causes"]}


# --- Ended at a step --------------------------------------------------------------------------------------------------

class Steps:
    """The program with tests/support/kill_at.c before it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.library = self.folder / "kill_at.so"
        subprocess.run([shutil.which("cc") or "gcc", "-shared", "-fPIC", "-O1", "-o", self.library, ROOT / "tests" / "support" / "kill_at.c"], check=True)

    def run(self, *args, at=0, does="", log=None):
        env = {**os.environ, "LD_PRELOAD": str(self.library), "STEP_AT": str(at), "STEP_DOES": does}
        if log:
            env["STEP_LOG"] = str(log)
        return Done(run(*args, env=env))

    def of(self, *args):
        """The run to its end, and its steps: ["write /mnt/…", …]."""
        log = self.folder / f"steps {os.urandom(4).hex()}"
        done = self.run(*args, log=log)
        steps = [line.split(" ", 1)[1] for line in log.read_text().splitlines()] if log.exists() else []
        return done, steps
