"""What the scripts beside it start, on loopback addresses: services, and programs that ask them.

Services run on the first processor that this process may use, what is measured on the second. All
that was started ends with the `Bench` in which it was, also on Ctrl-C and SIGTERM.
"""
import contextlib
import dataclasses
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
STARTS_WITHIN_S = 10
ENDS_WITHIN_S = 5


class Failed(Exception):
    """The measurement cannot go on; the text says why."""


@dataclasses.dataclass
class Ran:
    """A program that was run to its end, with what the kernel counted of it and of its children."""
    code: int
    output: str
    seconds: float
    user_s: float
    system_s: float
    peak_kib: int  # resident, of the process itself, as far as it was looked at


class Bench(contextlib.ExitStack):
    """A folder for files, services that run, and the programs of a build."""

    def __init__(self, *targets):
        """Builds these targets in release; BENCH_BUILD names a folder where they are already."""
        super().__init__()
        self.build = pathlib.Path(os.environ.get("BENCH_BUILD", ROOT / "build/release")).resolve()
        if "BENCH_BUILD" not in os.environ:
            built = subprocess.run([ROOT / "tools/build", "release", *targets], stdout=sys.stderr)
            if built.returncode != 0:
                raise Failed("the build failed")
        processors = sorted(os.sched_getaffinity(0))
        if len(processors) < 2:
            raise Failed("two processors are needed: one for the service, one for who asks it")
        self.of_services, self.of_measured = processors[:2]
        self.callback(os.sched_setaffinity, 0, processors)
        os.sched_setaffinity(0, {self.of_services})  # this process is in nobody's way
        raise_descriptor_limit()
        # Not ended by the signal itself, but by an exception, so that all is cleaned up.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        self.folder = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory()))

    def program(self, name):
        path = self.build / name
        if not path.exists():
            raise Failed(f"there is no {path}")
        return str(path)

    def serve(self, command, host, port, environment=None):
        """Starts a service and waits until it takes connections. It ends when `stop` is called, at
        the latest with the bench."""
        log = open(self.folder / "services.log", "ab")
        process = subprocess.Popen(["taskset", "-c", str(self.of_services), *command], stdout=log,
                                   stderr=log, stdin=subprocess.DEVNULL, env=environment)
        log.close()
        self.callback(stop, process)
        until = time.monotonic() + STARTS_WITHIN_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
                return process
            if process.poll() is not None or time.monotonic() > until:
                said = (self.folder / "services.log").read_text()[-2000:]
                raise Failed(f"{command[0]} does not serve at {host}:{port}\n{said}")
            time.sleep(0.02)

    def apart_ns(self):
        """How far apart the two processors are now (processors.cc)."""
        said = subprocess.run([self.program("bench/bench_processors"), str(self.of_services),
                               str(self.of_measured)], capture_output=True, text=True)
        if said.returncode != 0:
            raise Failed(said.stderr)
        return int(said.stdout)

    def target(self, host="127.0.0.1"):
        """Starts the small service of target.cc; gives its URL and its process."""
        port = free_port(host)
        process = self.serve([self.program("bench/bench_target"), host, str(port)], host, port)
        return f"http://{host}:{port}", process

    def system(self, url, **journeys):
        """A folder with a system whose only service is at this URL, and journeys by their names:
        each the text of its file, or none for that of bench/journeys."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        (folder / "system.yaml").write_text(
            f'system: bench\nservices: {{ shop: {{ url: "{url}" }} }}\n')
        for name, text in journeys.items():
            kept = ROOT / f"bench/journeys/{name}.yaml"
            (folder / f"{name}.yaml").write_text(text or kept.read_text())
        return folder

    def run(self, command, within_s, environment=None):
        """Runs a program to its end and measures it."""
        out = self.folder / "out"
        begin = time.monotonic()
        with open(out, "wb") as file:
            process = subprocess.Popen(["taskset", "-c", str(self.of_measured), *command],
                                       stdout=file, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, env=environment)
        peak_kib, used = 0, None
        try:
            while used is None:
                peak_kib = max(peak_kib, resident_peak_kib(process.pid))
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid:
                    process.returncode = os.waitstatus_to_exitcode(status)
                    used = usage
                elif time.monotonic() - begin > within_s:
                    raise Failed(f"{command[0]} does not end within {within_s} s")
                else:
                    time.sleep(0.02)
        finally:
            stop(process)
        return Ran(process.returncode, out.read_text(errors="replace"), time.monotonic() - begin,
                   used.ru_utime, used.ru_stime, peak_kib)


def stop(process):
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def raise_descriptor_limit():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def free_port(host):
    with socket.socket() as one:
        one.bind((host, 0))
        return one.getsockname()[1]


def resident_peak_kib(pid):
    """VmHWM of a process; 0 when it has ended."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status") as lines:
        for line in lines:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def clean_environment(**more):
    """This environment without what would change how programs behave that are measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PEREGRINE_")}
    return {**kept, "NO_COLOR": "1", **more}


def certificates(folder):
    """Makes an authority and a certificate of 127.0.0.1 by it: ca.pem, cert.pem and key.pem."""
    def openssl(*arguments):
        made = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
        if made.returncode != 0:
            raise Failed(f"openssl {arguments[0]}: {made.stderr}")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2",
            "-subj", "/CN=An authority of a benchmark", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", *key, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=127.0.0.1")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-out", "cert.pem", "-days", "2", "-extfile", "names")
    return folder / "ca.pem"


def nginx(bench, program, tls=False, http2=False):
    """Starts nginx with an answer of its own; gives its URL, and the authority's file over TLS.
    All
    are given the same cipher. With HTTP/2 whoever speaks another version is answered 421."""
    host, folder = "127.0.0.1", bench.folder
    port = free_port(host)
    authority = certificates(folder) if tls else None
    secrets = f"ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;"
    only = "if ($server_protocol != HTTP/2.0) { return 421; }" if http2 else ""
    (folder / "nginx.conf").write_text(f"""
worker_processes 1;
worker_rlimit_nofile {resource.getrlimit(resource.RLIMIT_NOFILE)[0]};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 16384; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  ssl_protocols TLSv1.3;
  ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;
  server {{
    listen {host}:{port} backlog=4096{" ssl" if tls else ""}{" http2" if http2 else ""};
    {secrets if tls else ""}
    location / {{
      default_type application/json;
      {only}
      return 200 '{{"id":42,"name":"widget","ok":true}}';
    }}
  }}
}}
""")
    bench.serve([program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e",
                 str(folder / "nginx.log")], host, port)
    return f"http{'s' if tls else ''}://{host}:{port}", authority


def described(command, *versions):
    """The comments at the head of raw rows, as functions.sh has them."""
    said = subprocess.run(["bash", "-c", 'source bench/functions.sh; describe_run "$@"', "bash",
                           command, ", ".join(versions)], cwd=ROOT, capture_output=True, text=True)
    return said.stdout


def which(name):
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
