"""Programs of others that Peregrine is measured against, and where they come from.

What is installed is used. What is not is unpacked below build/bench_peers/, where nothing else sees
it: a Debian package with what it needs, or a package of npm in the version that stands here.
"""
import os
import pathlib
import re
import subprocess

from services import ROOT, Failed, which

FOLDER = ROOT / "build/bench_peers"
PACKAGES = {"wrk": "wrk", "hey": "hey", "h2load": "nghttp2-client", "nginx": "nginx-light"}
VERSIONS = {"autocannon": "8.0.0", "artillery": "2.0.21"}
SCRIPTS = {"autocannon": "autocannon.js", "artillery": "bin/run"}
INSTALLS_WITHIN_S = 900


def debian(name):
    """The path of a program of Debian."""
    installed = which(name)
    if installed:
        return installed
    folder = FOLDER / PACKAGES[name]
    found = unpacked(folder, name)
    if not found:
        unpack(PACKAGES[name], folder)
        found = unpacked(folder, name)
    if not found:
        raise Failed(f"{PACKAGES[name]} has no {name}")
    libraries = [str(path) for path in folder.glob("usr/lib/*-linux-gnu")]
    if libraries:
        before = os.environ.get("LD_LIBRARY_PATH")
        os.environ["LD_LIBRARY_PATH"] = ":".join(libraries + ([before] if before else []))
    return str(found)


def unpacked(folder, name):
    return next((path for path in (folder / "usr/bin" / name, folder / "usr/sbin" / name)
                 if path.exists()), None)


def unpack(package, folder):
    archives = folder / "archives"
    (archives / "partial").mkdir(parents=True, exist_ok=True)
    # Only downloaded, so no lock is needed, nor to be root.
    run(["apt-get", "install", "--yes", "--download-only", "--no-install-recommends",
         "-o", "Debug::NoLocking=1", "-o", f"Dir::Cache::archives={archives}", package],
        f"install it by: apt-get install --no-install-recommends {package}")
    for archive in archives.glob("*.deb"):
        run(["dpkg", "-x", archive, folder], "")


def npm(name):
    """The command that starts a program of npm."""
    node = which("node")
    if not node or not which("npm"):
        raise Failed(f"{name} needs node and npm")
    folder = FOLDER / name
    script = folder / "node_modules" / name / SCRIPTS[name]
    wanted = f"{name}@{VERSIONS[name]}"
    mark = folder / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{ "private": true }\n')
        run(["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund",
             wanted], f"{wanted} cannot be installed into {folder}")
        mark.write_text(wanted)
    return [node, str(script)]


def run(command, hint):
    ran = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                         timeout=INSTALLS_WITHIN_S)
    if ran.returncode != 0:
        raise Failed(f"{' '.join(map(str, command[:2]))}: {ran.stderr[-1000:]}\n{hint}")


def version(name, program):
    """As a head of rows tells it: "wrk 4.1.0"."""
    if name in VERSIONS:
        return f"{name} {VERSIONS[name]}"
    if name == "hey":  # tells none
        package = pathlib.Path("/var/lib/dpkg/info/hey.list")
        said = "".join(path.name for path in (FOLDER / "hey/archives").glob("hey_*.deb"))
        if package.exists():
            said = subprocess.run(["dpkg-query", "-W", "hey"], capture_output=True, text=True).stdout
    else:
        flag = {"wrk": "-v", "h2load": "--version", "nginx": "-v"}[name]
        ran = subprocess.run([program, flag], capture_output=True, text=True)
        said = ran.stdout + ran.stderr
    number = re.search(r"\d+(\.\d+)+", said)
    return f"{name} {number.group() if number else '?'}"
