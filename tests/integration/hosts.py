"""The machines of tests/hosts as real ones: hives that hivex writes, files with access lists on an NTFS volume, event logs.

A case's form is in CONTRIBUTING.md ("Add a cause"); tests/support/host_json.h makes the same machines in memory."""
import contextlib
import copy
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

from support import PROGRAM, ROOT

try:
    import hivex
except ImportError:
    sys.path.append("/usr/lib/python3/dist-packages")  # Debian's package, where another Python runs the tests
    try:
        import hivex
    except ImportError:
        hivex = None

HOSTS = ROOT / "tests" / "hosts"
MAKE_EVTX = pathlib.Path(PROGRAM).with_name("make_evtx")
DEFAULT_NOW = "2026-11-21T00:00:00Z"
CONFIG = "Windows/System32/config"
TYPES = {"none": 0, "sz": 1, "expand_sz": 2, "binary": 3, "dword": 4, "multi_sz": 7, "qword": 11}


# --- What a case says -------------------------------------------------------------------------------------------------

def encoded(form, value):
    """A registry value's bytes."""
    if form == "dword":
        return struct.pack("<I", value)
    if form == "qword":
        return struct.pack("<Q", value)
    if form in ("sz", "expand_sz"):
        return (value + "\0").encode("utf-16-le")
    if form == "multi_sz":
        return ("".join(text + "\0" for text in value) + "\0").encode("utf-16-le")
    return bytes.fromhex(value)


class Key:
    def __init__(self, name):
        self.name, self.values, self.keys, self.sddl, self.unreadable = name, {}, {}, None, False

    def below(self, parts):
        key = self
        for part in parts:
            key = key.keys.setdefault(part.lower(), Key(part))
        return key

    def find(self, parts):
        key = self
        for part in parts:
            key = key.keys.get(part.lower()) if key else None
        return key


class Machine:
    """The healthy host, and what is laid over it. Names are kept in their own case and compared without it."""

    def __init__(self, *layers, healthy=True):
        self.registry, self.files, self.events, self.now = Key(""), {}, [], DEFAULT_NOW
        self.bad_values, self.bad_hives, self.bad_files, self.running = [], {}, [], False
        if healthy:
            for path in sorted((HOSTS / "healthy").glob("*.json")):
                self.lay(json.loads(path.read_text()))
        for layer in layers:
            self.lay(layer)

    def lay(self, layer):
        for key, values in layer.get("registry", {}).items():
            parts = key.split("\\")
            if values is None:
                parent = self.registry.find(parts[:-1])
                if parent:
                    parent.keys.pop(parts[-1].lower(), None)
                continue
            at = self.registry.below(parts)
            for name, value in values.items():
                at.values.pop(name.lower(), None)
                if value is not None:
                    (form, is_), = value.items()
                    at.values[name.lower()] = (name, TYPES[form], encoded(form, is_))
        for key, sddl in layer.get("key_acls", {}).items():
            self.registry.below(key.split("\\")).sddl = sddl
        for path, file in layer.get("files", {}).items():
            if file is None:
                self.files = {p: f for p, f in self.files.items() if p.lower() != path.lower() and not p.lower().startswith(path.lower() + "\\")}
            else:
                self.files = {p: f for p, f in self.files.items() if p.lower() != path.lower()}
                self.files[path] = file
        self.events += copy.deepcopy(layer.get("events", []))
        self.now = layer.get("now", self.now)
        self.running = self.running or "running" in layer
        for what, why in layer.get("unreadable", {}).items():
            self.lay_unreadable(what, why)

    def lay_unreadable(self, what, why):
        if not what.startswith("HK"):
            self.bad_files.append(what)
        elif ": " in what:
            key, name = what.split(": ", 1)
            name = "" if name == "(default)" else name
            values = self.registry.below(key.split("\\")).values
            values.setdefault(name.lower(), (name, 3, bytes(16)))
            self.bad_values.append((key, name))
        elif what.count("\\") == 1:
            self.bad_hives[what.split("\\")[1].upper()] = why
        else:
            self.registry.below(what.split("\\")).unreadable = True

    def shows_access_lists(self):
        return not any("no_security" in file for file in self.files.values())

    def value(self, key, name):
        at = self.registry.find(key.split("\\"))
        found = at and at.values.get(name.lower())
        return found and found[2]


def cases(kinds=("present", "absent", "near-miss", "unreadable")):
    """(cause, file's name, case) of all under tests/hosts."""
    for path in sorted(HOSTS.glob("*/*.json")):
        if path.parent.name != "healthy" and path.name.startswith(kinds):
            yield path.parent.name, path.stem, json.loads(path.read_text())


# --- Access lists, [MS-DTYP] 2.5.1 to 2.4.6 ---------------------------------------------------------------------------

SIDS = {"SY": "S-1-5-18", "LS": "S-1-5-19", "NS": "S-1-5-20", "WD": "S-1-1-0", "AU": "S-1-5-11", "BA": "S-1-5-32-544",
        "BU": "S-1-5-32-545", "BG": "S-1-5-32-546", "RD": "S-1-5-32-555", "CO": "S-1-3-0", "CG": "S-1-3-1", "IU": "S-1-5-4",
        "NU": "S-1-5-2", "SU": "S-1-5-6", "AC": "S-1-15-2-1", "AN": "S-1-5-7", "OW": "S-1-3-4", "RC": "S-1-5-12"}
RIGHTS = {"GA": 1 << 28, "GX": 1 << 29, "GW": 1 << 30, "GR": 1 << 31, "RC": 1 << 17, "SD": 1 << 16, "WD": 1 << 18, "WO": 1 << 19,
          "FA": 0x1F01FF, "FR": 0x120089, "FW": 0x120116, "FX": 0x1200A0, "KA": 0xF003F, "KR": 0x20019, "KW": 0x20006, "KX": 0x20019,
          "CC": 1, "DC": 2, "LC": 4, "SW": 8, "RP": 16, "WP": 32, "DT": 64, "LO": 128, "CR": 256}
FLAGS = {"OI": 1, "CI": 2, "NP": 4, "IO": 8, "ID": 16}


def sid_bytes(text):
    parts = SIDS.get(text, text).split("-")
    authorities = [int(p) for p in parts[3:]]
    return bytes([int(parts[1]), len(authorities)]) + int(parts[2]).to_bytes(6, "big") + struct.pack(f"<{len(authorities)}I", *authorities)


def number_of(text, words):
    if text[:2].lower() == "0x" or text.isdigit():
        return int(text, 0)
    return sum(words[text[i:i + 2]] for i in range(0, len(text), 2))


def descriptor(sddl):
    """A self-relative security descriptor."""
    owner = re.search(r"O:(S-[-0-9]+|[A-Z]{2})", sddl)
    group = re.search(r"G:(S-[-0-9]+|[A-Z]{2})", sddl)
    entries = re.search(r"D:([A-Z]*)((?:\([^)]*\))*)", sddl)
    control = 0x8000
    parts = []
    if entries and entries[1] != "NO_ACCESS_CONTROL":
        control |= 4 | (0x1000 if re.sub("A[IR]", "", entries[1]).startswith("P") else 0) | (0x400 if "AI" in entries[1] else 0)
        aces = b""
        found = re.findall(r"\(([^)]*)\)", entries[2])
        for ace in found:
            kind, flags, rights, _, _, who = ace.split(";")
            body = struct.pack("<I", number_of(rights, RIGHTS)) + sid_bytes(who)
            aces += struct.pack("<BBH", {"A": 0, "D": 1}[kind], number_of(flags, FLAGS), 4 + len(body)) + body
        parts.append((16, struct.pack("<BBHHH", 2, 0, 8 + len(aces), len(found), 0) + aces))
    if owner:
        parts.append((4, sid_bytes(owner[1])))
    if group:
        parts.append((8, sid_bytes(group[1])))
    out = bytearray(struct.pack("<BBHIIII", 1, 0, control, 0, 0, 0, 0))
    for field, data in parts:
        struct.pack_into("<I", out, field, len(out))
        out += data + bytes(-len(data) % 4)
    return bytes(out)


# --- Hives ------------------------------------------------------------------------------------------------------------

KEY_SDDL = "O:BAG:SYD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KR;;;BU)"


def sk_cell(security):
    """What a security cell holds behind its size; linked to nothing yet."""
    return b"sk\0\0" + struct.pack("<IIII", 0, 0, 1, len(security)) + security


def cell(data):
    size = (len(data) + 4 + 7) // 8 * 8
    return struct.pack("<i", -size) + data + bytes(size - 4 - len(data))


def set_checksum(hive):
    total = 0
    for word, in struct.iter_unpack("<I", bytes(hive[:508])):
        total ^= word
    struct.pack_into("<I", hive, 508, total)


def empty_hive(name):
    """A root key and its security, which hivex needs to begin with."""
    root_at = 32
    nk = b"nk" + struct.pack("<HQIIIIII", 0x2C, 133_000_000_000_000_000, 0, 0, 0, 0, 0xFFFFFFFF, 0xFFFFFFFF)
    root_name = b"ROOT"
    nk += struct.pack("<III", 0, 0xFFFFFFFF, 0) + struct.pack("<IIIIIIHH", 0xFFFFFFFF, 0, 0, 0, 0, 0, len(root_name), 0) + root_name
    root = bytearray(cell(nk))
    sk_at = root_at + len(root)
    struct.pack_into("<I", root, 4 + 44, sk_at)
    sk = bytearray(cell(sk_cell(descriptor(KEY_SDDL))))
    struct.pack_into("<II", sk, 8, sk_at, sk_at)
    used = 32 + len(root) + len(sk)
    bin_ = struct.pack("<4sIIQQI", b"hbin", 0, 4096, 0, 133_000_000_000_000_000, 0) + root + sk + struct.pack("<i", 4096 - used)
    bin_ += bytes(4096 - len(bin_))
    head = bytearray(4096)
    struct.pack_into("<4sIIQIIIIIII", head, 0, b"regf", 1, 1, 133_000_000_000_000_000, 1, 5, 0, 1, root_at, 4096, 1)
    head[48:48 + 2 * len(name)] = name.encode("utf-16-le")
    set_checksum(head)
    return bytes(head) + bin_


class HiveFile:
    """A hive file made out of keys; what hivex can't write is put into the bytes afterwards."""

    def __init__(self, path, top):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(empty_hive(path.name[:31]))
        hive = hivex.Hivex(str(path), write=True)
        self.sk = hive.node_add_child(hive.root(), "sk cells") if self.any_access_list(top) else None
        self.fill(hive, hive.root(), top)
        hive.commit(None)
        del hive
        self.finish(path, top)

    @staticmethod
    def any_access_list(key):
        return bool(key.sddl) or any(HiveFile.any_access_list(k) for k in key.keys.values())

    def fill(self, hive, node, key):
        if key.values:
            hive.node_set_values(node, [{"key": name, "t": kind, "value": data} for name, kind, data in key.values.values()])
        for child in key.keys.values():
            self.fill(hive, hive.node_add_child(node, child.name), child)

    def finish(self, path, top):
        hive = hivex.Hivex(str(path), write=True)
        todo = []
        self.access_lists(hive, hive.root(), top, todo)
        if todo:
            node = hive.node_get_child(hive.root(), "sk cells")
            values = {sddl: sk_cell(descriptor(sddl)) for _, sddl in todo}
            hive.node_set_values(node, [{"key": str(i), "t": 3, "value": data} for i, data in enumerate(values.values())])
            hive.commit(None)
            hive = hivex.Hivex(str(path))
            todo = []
            self.access_lists(hive, hive.root(), top, todo)
        bytes_ = bytearray(path.read_bytes())
        if todo:
            # A value's data cell becomes the security cell: the keys are pointed to it, and the value is left with data of its own.
            node = hive.node_get_child(hive.root(), "sk cells")
            where = {}
            for i, sddl in enumerate(values):
                value = hive.node_get_value(node, str(i))
                at = where[sddl] = hive.value_data_cell_offset(value)[1]
                struct.pack_into("<III", bytes_, at + 8, at - 4096, at - 4096, sum(s == sddl for _, s in todo))
                struct.pack_into("<II", bytes_, value + 8, 0x80000004, 0)
            for at, sddl in todo:
                struct.pack_into("<I", bytes_, at + 4 + 44, where[sddl] - 4096)
        self.damage(hive, hive.root(), top, bytes_)
        del hive
        path.write_bytes(bytes_)

    def access_lists(self, hive, node, key, todo):
        if key.sddl:
            todo.append((node, key.sddl))
        for child in key.keys.values():
            if self.any_access_list(child):
                self.access_lists(hive, hive.node_get_child(node, child.name), child, todo)

    def damage(self, hive, node, key, bytes_):
        for name, kind, _ in key.values.values():
            if kind == DAMAGED:
                at = hive.node_get_value(node, name)
                struct.pack_into("<II", bytes_, at + 8, 16, 0x7FFFFFF0)  # data behind the hive's end
                struct.pack_into("<I", bytes_, at + 16, 4)
        for child in key.keys.values():
            at = hive.node_get_child(node, child.name)
            self.damage(hive, at, child, bytes_)
            if child.unreadable:
                bytes_[at + 4:at + 6] = b"\0\0"


DAMAGED = 0x7777  # the type of a value whose data is to be unreadable
_hives = {}


def same_key(key):
    return (key.name, key.sddl, key.unreadable, tuple(key.values.values()), tuple(same_key(k) for k in key.keys.values()))


def write_hive(path, top):
    """Hives that were written before are copied: most machines differ in one of them."""
    mark = (path.name, hashlib.sha256(repr(same_key(top)).encode()).hexdigest())
    if mark not in _hives:
        HiveFile(path, top)
        _hives[mark] = path.read_bytes()
    path.write_bytes(_hives[mark])


def hives_of(machine):
    """{path below the volume: top key}."""
    top = copy.deepcopy(machine.registry)
    for key, name in machine.bad_values:
        at = top.find(key.split("\\"))
        at.values[name.lower()] = (name, DAMAGED, bytes(16))
    out = {}
    for name, key in top.below(["HKLM"]).keys.items():
        if name == "system":
            key = with_control_set(key)
        out[f"{CONFIG}/{name.upper()}"] = key
    for name, key in top.below(["HKU"]).keys.items():
        if name == ".default":
            out[f"{CONFIG}/DEFAULT"] = key
        elif path := profile_path(top, key.name):
            out[volume_path(path) + "/NTUSER.DAT"] = key
    for name, why in machine.bad_hives.items():
        if "not " in why and "damaged" not in why:
            out.pop(f"{CONFIG}/{name}", None)
    return out


def with_control_set(system):
    select = system.find(["Select"])
    number = int.from_bytes(select.values["current"][2], "little") if select and "current" in select.values else 1
    current = system.keys.pop("currentcontrolset", None)
    if current:
        current.name = f"ControlSet{number:03}"
        system.keys[current.name.lower()] = current
    return system


def profile_path(top, sid):
    profile = top.find(["HKLM", "SOFTWARE", "Microsoft", "Windows NT", "CurrentVersion", "ProfileList", sid])
    value = profile and profile.values.get("profileimagepath")
    return value and value[2].decode("utf-16-le").rstrip("\0")


# --- Volumes ----------------------------------------------------------------------------------------------------------

def volume_path(path):
    """"C:\\Windows\\x" as a path below the volume's top."""
    path = re.sub(r"(?i)^%system(drive)%", "C:", re.sub(r"(?i)^%systemroot%", r"C:\\Windows", path))
    if path[:2].upper() != "C:":
        raise ValueError(f"{path} is not on drive C:")
    return path[3:].replace("\\", "/")


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def make_volume(machine, folder):
    """The machine's volume in `folder`."""
    for path, top in hives_of(machine).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_hive(folder / path, top)
    for name, why in machine.bad_hives.items():
        if (hive := folder / CONFIG / name).exists():
            bytes_ = hive.read_bytes()
            hive.write_bytes(bytes_[:4096] + bytes(len(bytes_) - 4096))
    logs = folder / "Windows/System32/winevt/Logs"
    logs.mkdir(parents=True, exist_ok=True)
    events = machine.events + [{"channel": "System", "provider": "EventLog", "id": 6013, "at": machine.now}]
    subprocess.run([MAKE_EVTX, logs], input=json.dumps(events), text=True, check=True)
    # The folders' access lists and times last: what is made in them changes the times.
    for path, file in sorted(machine.files.items(), key=lambda f: -len(f[0])):
        make_file(folder / volume_path(path), file)
    for path in machine.bad_files:
        at = folder / volume_path(path)
        at.parent.mkdir(parents=True, exist_ok=True)
        if at.is_dir():
            shutil.rmtree(at)
        at.unlink(missing_ok=True)
        os.mkfifo(at)  # nothing that could be read: root may read every file


def make_file(at, file):
    at.parent.mkdir(parents=True, exist_ok=True)
    if file.get("folder"):
        at.mkdir(exist_ok=True)
    else:
        data = bytes.fromhex(file["hex"]) if "hex" in file else file.get("text", "").encode()
        at.write_bytes(data.ljust(file.get("size", len(data)), b"\0")[:file.get("size", len(data))])
    time = instant(file.get("modified", "2026-01-01T00:00:00Z"))
    if "sddl" in file:
        with contextlib.suppress(OSError) if not is_ntfs(at) else contextlib.nullcontext():
            os.setxattr(at, "system.ntfs_acl", descriptor(file["sddl"]))
    os.utime(at, (time, time))


def is_ntfs(path):
    try:
        os.getxattr(path, "system.ntfs_acl")
        return True
    except OSError:
        return False


def can_mount():
    return os.geteuid() == 0 and os.path.exists("/dev/fuse") and shutil.which("mkntfs") and shutil.which("ntfs-3g")


@contextlib.contextmanager
def ntfs(size=256 << 20):
    """An empty NTFS volume, mounted: a folder."""
    with tempfile.TemporaryDirectory() as work:
        image, top = pathlib.Path(work, "volume"), pathlib.Path(work, "mounted")
        top.mkdir()
        with open(image, "wb") as file:
            file.truncate(size)
        subprocess.run(["mkntfs", "-F", "-q", "-Q", image], check=True, capture_output=True)
        subprocess.run(["ntfs-3g", image, top], check=True, capture_output=True)
        try:
            yield top
        finally:
            subprocess.run(["umount", top], check=True)
