"""What the PowerShell collector would write of a machine of tests/hosts: a simulation of its functions, by the table that the script itself
holds. It shows that the table and the form suffice for the causes, not that the script runs."""
import hashlib
import json
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

STATIONS = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations"
PROFILES = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList"


class Denied(Exception):
    """Why it can't be read."""


class Collector:
    """The script's functions over a machine of tests/hosts, by the table that the script itself holds."""

    def __init__(self, text, machine, case):
        self.machine, self.case = machine, case
        self.keys = re.findall(r"^    @\{ Take = '(\w+)'; Key = '([^']*)'(?:; Names = @\(([^)]*)\))? \}", text, re.M)
        self.files = re.findall(r"^    @\{ Take = '(\w+)'; Path = '([^']*)' \}", text, re.M)
        self.channels = [(c, re.findall("'([^']*)'", p), re.findall("'([^']*)'", i)) for c, p, i in
                         re.findall(r"^    @\{ Channel = '([^']*)'; Providers = @\(([^)]*)\); Ids = @\(([^)]*)\) \}", text, re.M)]
        self.secret_keys, self.secret_values = (re.findall("'([^']*)'", re.search(rf"^\${name} = (.*)$", text, re.M)[1])
                                                for name in ("SecretKeys", "SecretValues"))
        self.unreadable, self.records, self.lines, self.absent = [], [], ["Windows Registry Editor Version 5.00", ""], []
        self.found_files, self.paths, self.looked_for = [], [], []

    # Registry

    def open(self, path):
        """The key, None when it is absent."""
        parts = path.split("\\")
        if len(parts) > 1 and parts[0] == "HKLM" and parts[1].upper() in self.machine.bad_hives:
            raise Denied(self.machine.bad_hives[parts[1].upper()])
        at = self.machine.registry
        for part in parts:
            at = at.keys.get(part.lower())
            if at is None:
                return None
            if at.unreadable:
                raise Denied("access denied")
        return at

    def value(self, path, name):
        if any(k.lower() == path.lower() and n.lower() == name.lower() for k, n in self.machine.bad_values):
            raise Denied("access denied")
        return self.open(path).values[name.lower()]

    def text(self, path, name):
        try:
            key = self.open(path)
            data = key.values[name.lower()][2] if key and name.lower() in key.values else b""
        except Denied:
            return ""
        return data.decode("utf-16-le").rstrip("\0").strip()

    def subkeys(self, path):
        try:
            key = self.open(path)
        except Denied:
            return []
        return [child.name for child in key.keys.values()] if key else []

    def named(self, word, before):
        classes = [self.text(f"{STATIONS}\\{listener}", name) for listener in self.subkeys(STATIONS)
                   for name in ("LoadableProtocol_Object", "CitrixBackupRdpTcpLoadableProtocolObject")]
        if word == "class":
            return classes
        if word == "store":
            return [self.text(STATIONS, "SelfSignedCertStore")]
        if word == "library":
            return [self.text("HKLM\\SYSTEM\\CurrentControlSet\\Services\\TermService\\Parameters", "ServiceDll")]
        if word == "server":
            found = [self.text(f"HKLM\\SOFTWARE\\Classes\\CLSID\\{c}\\InprocServer32", "").strip('"') for c in classes if c]
            return [f if "\\" in f or not f else f"%SystemRoot%\\System32\\{f}" for f in found]
        if word == "profile":
            return [self.text(f"{PROFILES}\\{sid}", "ProfileImagePath") for sid in self.subkeys(PROFILES)]
        pattern = re.compile(re.escape(word).replace("\\*", ".*"), re.I)
        return [name for name in self.subkeys(before.rstrip("\\")) if pattern.fullmatch(name)]

    def expand(self, row):
        found = re.match(r"(.*?)<([^>]+)>(.*)", row)
        if not found:
            return [row]
        return sorted({found[1] + name + found[3] for name in self.named(found[2], found[1]) if name})

    def is_secret(self, name, kind, data):
        return kind not in (4, 11) and len(data) > 2 and any(part.lower() in name.lower() for part in self.secret_values)

    @staticmethod
    def protected(text):
        return text.replace("\\", "\\\\").replace('"', '\\"')

    def line(self, name, kind, data):
        shown = f'"{self.protected(name)}"' if name else "@"
        if kind == 1:
            text = data[:-2].decode("utf-16-le")
            if not re.search(r"[\x00-\x1f]", text) and text == text.strip():
                return f'{shown}="{self.protected(text)}"'
        if kind == 4:
            return f"{shown}=dword:{int.from_bytes(data, 'little'):08x}"
        return f"{shown}={'hex' if kind == 3 else f'hex({kind:x})'}:" + ",".join(f"{b:02x}" for b in data)

    def tree(self, path):
        try:
            key = self.open(path)
        except Denied as why:
            return self.unreadable.append({"path": path, "why": str(why)})
        if key is None:
            return self.absent.append(path)
        self.lines.append("[" + re.sub("^HKLM", "HKEY_LOCAL_MACHINE", path) + "]")
        for name, *_ in key.values.values():
            try:
                _, kind, data = self.value(path, name)
            except Denied as why:
                self.unreadable.append({"path": f"{path}: {name}", "why": str(why)})
                continue
            if self.is_secret(name, kind, data):
                self.records.append({"key": path, "asked": [{"name": name, "unreadable": "not collected: by its name it may hold a secret"}]})
            else:
                self.lines.append(self.line(name, kind, data))
        self.lines.append("")
        for child in key.keys.values():
            if child.name in self.secret_keys:
                self.unreadable.append({"path": f"{path}\\{child.name}", "why": "not collected: it may hold secrets"})
            else:
                self.tree(f"{path}\\{child.name}")

    def values(self, path, names):
        asked = []
        for name in names:
            try:
                key = self.open(path)
                if key is None or name.lower() not in key.values:
                    asked.append({"name": name, "absent": True})
                    continue
                _, kind, data = self.value(path, name)
                asked.append({"name": name, "type": kind, "data": data.hex()})
            except Denied as why:
                asked.append({"name": name, "unreadable": str(why)})
        self.records.append({"key": path, "asked": asked})

    def names(self, path):
        try:
            key = self.open(path)
            self.records.append({"key": path, "subkeys": "absent" if key is None else [child.name for child in key.keys.values()]})
        except Denied as why:
            self.records.append({"key": path, "subkeys": {"unreadable": str(why)}})

    def access(self, path):
        try:
            key = self.open(path)
            told_of = {"security": "absent"} if key is None else {"sddl": key.sddl} if key.sddl else {"no_security": "not told by the test"}
        except Denied as why:
            told_of = {"no_security": str(why)}
        self.records.append({"key": path} | told_of)

    # Files and logs

    def at(self, path):
        root = self.text("HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", "SystemRoot") or "C:\\Windows"
        data = self.text(PROFILES, "ProgramData") or "C:\\ProgramData"
        for name, is_ in (("%SystemRoot%", root), ("%ProgramData%", data.replace("%SystemDrive%", "C:")), ("%SystemDrive%", "C:"), ("%ProgramFiles%", "C:\\Program Files")):
            if path.lower().startswith(name.lower()):
                return is_ + path[len(name):]
        return path

    def file(self, path):
        if any(path.lower() == bad.lower() or path.lower().startswith(bad.lower() + "\\") for bad in self.machine.bad_files):
            return self.unreadable.append({"path": path, "why": "access denied"})
        for known, file in self.machine.files.items():
            if known.lower() == path.lower():
                self.found_files.append({"path": path, "size": file.get("size", 0), "modified": file.get("modified", "2026-01-01T00:00:00Z"),
                                         "folder": file.get("folder", False)} | {k: file[k] for k in ("sddl", "no_security") if k in file})
            elif known.lower().startswith(path.lower() + "\\") and not any(f["path"] == path for f in self.found_files):
                self.found_files.append({"path": path, "size": 0, "folder": True})
        if not any(f["path"] == path for f in self.found_files):
            self.paths.append({"path": path, "absent": True, "content": "absent", "security": "absent"})
        return None

    def folder(self, path):
        self.looked_for.append(path)
        self.file(path)
        for known in list(self.machine.files):
            if known.lower().startswith(path.lower() + "\\") and "\\" not in known[len(path) + 1:]:
                self.file(known)
        for bad in self.machine.bad_files:
            if bad.lower().startswith(path.lower() + "\\"):
                self.file(bad)

    def log(self, channel, providers, ids, members):
        events = [e for e in self.machine.events + [{"channel": "System", "provider": "EventLog", "id": 6013, "at": self.machine.now}]
                  if e["channel"] == channel and (not providers or e["provider"].lower() in [p.lower() for p in providers])
                  and (not ids or str(e["id"]) in ids)]
        if not events:
            return {"channel": channel, "absent": True}
        events.sort(key=lambda e: e["at"])
        lines = [f"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name={quoteattr(e['provider'])}/>"
                 f"<EventID>{e['id']}</EventID><Level>{e.get('level', 4)}</Level><TimeCreated SystemTime='{e['at']}'/>"
                 f"<EventRecordID>{n}</EventRecordID><Channel>{escape(channel)}</Channel><Computer>RDS01</Computer><Security/></System><EventData>"
                 + "".join(f"<Data Name={quoteattr(k)}>{escape(v)}</Data>" if k else f"<Data>{escape(v)}</Data>" for k, v in e.get("data", []))
                 + "</EventData></Event>" for n, e in enumerate(events, 1)]
        name = f"events/{channel.replace('/', '%4')}.xml"
        members[name] = "\r\n".join(["<Events>", *reversed(lines), "</Events>", ""]).encode()
        return {"channel": channel, "source": name, "copy": name}

    def members(self):
        members, done = {}, set()
        for take, row, values in self.keys:
            for path in self.expand(row):
                if (take, path) in done:
                    continue
                done.add((take, path))
                if take == "tree":
                    self.tree(path)
                elif take == "values":
                    self.values(path, re.findall("'([^']*)'", values))
                else:
                    {"names": self.names, "access": self.access}[take](path)
        for take, row in self.files:
            for path in self.expand(row):
                (self.folder if take == "folder" else self.file)(self.at(path))
        listing = {"schema": "rdpdoctor.bundle/1", "computer": "RDS01", "control_set": "ControlSet001"}
        running = self.case.get("running", {})
        for name in ("services", "listening"):
            if name in running:
                listing[name] = [{"pid": s.get("process_id", 0)} | s for s in running[name]]
        listing |= {"files": self.found_files, "paths": self.paths, "registry": self.records, "unreadable": self.unreadable,
                    "logs": [self.log(*row, members) for row in self.channels], "covers": {"files": self.looked_for, "keys": self.absent}}
        members["rdpdoctor-host.json"] = json.dumps(listing).encode()
        members["registry.reg"] = b"\xff\xfe" + "\r\n".join(self.lines + [""]).encode("utf-16-le")
        members["manifest.json"] = json.dumps({
            "schema": "rdpdoctor.collection/1", "made": "2026-11-21T00:00:00Z", "program": "0", "computer": "RDS01", "role": "host", "target": "",
            "redacted": False, "files": [{"name": n, "size": len(b), "sha256": hashlib.sha256(b).hexdigest()} for n, b in members.items()]}).encode()
        return members


def collect(text, machine, case, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in Collector(text, machine, case).members().items():
            archive.writestr(name, content)
    return path
