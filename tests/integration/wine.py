"""A Windows machine of a test's own: a Wine prefix that holds what a machine of tests/hosts does."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import test_inspect_bundles

PROGRAM = os.environ.get("RDPDOCTOR_WINDOWS", "")
WINE = os.environ.get("WINE", "/usr/lib/wine/wine64")
HERE = bool(PROGRAM) and pathlib.Path(PROGRAM).is_file() and pathlib.Path(WINE).is_file()


class Prefix:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.drive = self.folder / "drive_c"
        self.environment = {**os.environ, "WINEPREFIX": str(folder), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="}

    def wine(self, *args, timeout=300, **more):
        return subprocess.run([WINE, *map(str, args)], capture_output=True, timeout=timeout, env=self.environment, **more)

    def run(self, *args, timeout=300, **more):
        return self.wine(PROGRAM, *args, timeout=timeout, **more)

    def stop(self):
        """Ends all of its processes; what it holds is on the disk."""
        subprocess.run([shutil.which("wineserver") or "/usr/lib/wine/wineserver64", "-k"], env=self.environment, capture_output=True, timeout=60)
        subprocess.run([shutil.which("wineserver") or "/usr/lib/wine/wineserver64", "-w"], env=self.environment, capture_output=True, timeout=60)

    def lay(self, machine):
        """Its registry; and those of its files that have a content or a size."""
        for name, key in machine.registry.below(["HKLM"]).keys.items():
            if name in ("security", "sam"):
                continue  # Wine has none of these
            path = self.drive / f"{name}.reg"
            path.write_bytes(test_inspect_bundles.reg_file(f"HKEY_LOCAL_MACHINE\\{key.name}", key))
            done = self.wine("regedit", "/S", f"C:\\{path.name}")
            path.unlink()
            if done.returncode:
                raise RuntimeError(done.stderr.decode(errors="replace"))

    def export(self, key):
        """What `regedit /e` writes of a key."""
        path = self.drive / "export.reg"
        path.unlink(missing_ok=True)
        done = self.wine("regedit", "/E", f"C:\\{path.name}", key)
        if done.returncode or not path.is_file():
            raise RuntimeError(f"regedit /E {key}: exit status {done.returncode}, {done.stderr.decode(errors='replace')}")
        data = path.read_bytes()
        path.unlink()
        return data


@contextlib.contextmanager
def prefix():
    """A copy of the tests' prefix that costs no room: Wine replaces files, it does not write into them."""
    made = pathlib.Path(os.environ.get("WINEPREFIX", pathlib.Path.home() / ".wine"))
    if not (made / "system.reg").is_file():
        subprocess.run([WINE, PROGRAM, "--version"], capture_output=True, timeout=300, env={**os.environ, "WINEDEBUG": "-all"})
    with tempfile.TemporaryDirectory(dir=made.parent, prefix="wine-", ignore_cleanup_errors=True) as folder:
        at = pathlib.Path(folder) / "prefix"
        subprocess.run(["cp", "-al", made, at], check=True)
        for hive in at.glob("*.reg"):  # these are what is changed: never the same file
            data = hive.read_bytes()
            hive.unlink()
            hive.write_bytes(data)
        own = Prefix(at)
        try:
            yield own
        finally:
            own.stop()
