# A service that leaks what its last argument says at each request: memory, descriptors, threads,
# connections (to DATABASE_URL, by psql), a cache that fills and then stays, or none.
import os
import socket
import subprocess
import sys
import threading

kept = []
leaked = sys.argv[3].removeprefix("leaks-")  # a word that no report has, for it is masked


def leak():
    if leaked == "memory" or (leaked == "cache" and len(kept) < 20):
        kept.append(bytearray(b"x" * (1 << 20)))
    elif leaked == "descriptors":
        kept.append(open("/dev/null", "rb"))
    elif leaked == "threads":
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    elif leaked == "connections" and len(kept) < 90:
        kept.append(subprocess.Popen(["psql", "-q", os.environ["DATABASE_URL"]],
                                     stdin=subprocess.PIPE, stdout=subprocess.DEVNULL))


def serve(connection):
    with connection:
        reader = connection.makefile("rb")
        while True:
            line = reader.readline()
            if not line:
                return
            while reader.readline() not in (b"\r\n", b""):
                pass
            if b"leak" in line:
                leak()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


with socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=1000) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
