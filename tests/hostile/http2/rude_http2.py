# A service that breaks HTTP/2 in one way: a function for each, called for a request that has come.
# `GET /` is answered, so that the service is ready.
# usage: rude_http2.py HOST PORT WAY
import socket
import struct
import sys
import threading

PREFACE = 24  # bytes that a client begins with
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
INITIAL_WINDOW_SIZE = 4
INTERNAL_ERROR, REFUSED_STREAM = 2, 7
STATUS_200, PATH_ROOT = b"\x88", 0x84  # of HPACK's static table
INDEXED, AUTHORITY = 0x80, (0x01, 0x11, 0x41)  # a field by its number; a literal authority


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(
        ">I", stream) + payload


def goaway(connection, stream):
    """Nothing of what was asked is carried out, on any connection."""
    connection.sendall(frame(GOAWAY, 0, 0, struct.pack(">II", 0, 0)))
    connection.shutdown(socket.SHUT_WR)


def refuses(connection, stream):
    connection.sendall(frame(RST_STREAM, 0, stream, struct.pack(">I", REFUSED_STREAM)))


def resets(connection, stream):
    connection.sendall(frame(RST_STREAM, 0, stream, struct.pack(">I", INTERNAL_ERROR)) * 5000)


def no_window(connection, stream):
    """Bodies are never let through: see first_settings()."""


def pings(connection, stream):
    while True:
        connection.sendall(frame(PING, 0, 0, bytes(8)) * 1000)


def headers(connection, stream):
    """A list of headers that never ends."""
    connection.sendall(frame(HEADERS, 0, stream, STATUS_200))
    literal = b"\x00\x06x-more\x7f\xa1\x00" + b"x" * 160
    while True:
        connection.sendall(frame(CONTINUATION, 0, stream, literal * 50) * 10)


def data(connection, stream):
    """A body that heeds no window and never ends."""
    connection.sendall(frame(HEADERS, END_HEADERS, stream, STATUS_200))
    while True:
        connection.sendall(frame(DATA, 0, stream, bytes(16384)) * 10)


def garbage(connection, stream):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def hangs(connection, stream):
    """Says nothing at all."""


def asks_for_root(block):
    """Whether the path is `/`, as far as method, scheme and authority come before it."""
    at = 0
    while at < len(block) and block[at] != PATH_ROOT:
        if block[at] in AUTHORITY:
            at += 2 + (block[at + 1] & 0x7f)
        elif block[at] & INDEXED:
            at += 1
        else:
            return False
    return at < len(block)


def first_settings(way):
    if way is not no_window:
        return frame(SETTINGS, 0, 0)
    return frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW_SIZE, 0))


def exactly(connection, size):
    got = b""
    while len(got) < size:
        piece = connection.recv(size - len(got))
        if not piece:
            raise OSError("the end")
        got += piece
    return got


def serve(connection, way):
    with connection:
        try:
            exactly(connection, PREFACE)
            connection.sendall(first_settings(way))
            while True:
                head = exactly(connection, 9)
                payload = exactly(connection, int.from_bytes(head[:3], "big"))
                kind, flags = head[3], head[4]
                stream = int.from_bytes(head[5:], "big")
                if kind == SETTINGS and not flags & ACK:
                    connection.sendall(frame(SETTINGS, ACK, 0))
                elif kind == HEADERS and asks_for_root(payload):
                    connection.sendall(
                        frame(HEADERS, END_HEADERS | END_STREAM, stream, STATUS_200))
                elif kind == HEADERS:
                    way(connection, stream)
        except OSError:
            pass


way = globals()[sys.argv[3]]
with socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=1000) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0], way), daemon=True).start()
