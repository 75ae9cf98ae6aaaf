# A service that breaks HTTP in the way that the path asks for: a function for each way. Every
# connection has a thread; what is asked on it comes in one piece.
# usage: rude.py HOST PORT
import base64
import hashlib
import json
import socket
import sys
import threading
import time
import zlib

LONG = 60  # s: longer than any load here lasts
MEBIBYTE = b"x" * (1 << 20)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def compressed(mebibytes):
    gzip = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join(gzip.compress(bytes(1 << 20)) for _ in range(mebibytes)) + gzip.flush()


BOMB = compressed(100)  # a tenth of a megabyte


def hang(connection, head):
    time.sleep(LONG)


def head_and_nothing(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    time.sleep(LONG)


def trickle(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)


def trickled_head(connection, head):
    for byte in OK * 100:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def garbage(connection, head):
    connection.sendall(b"what is this?\r\n\r\n")


def two_lengths(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!")


def bad_chunk(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nok\r\n0\r\n\r\n")


def more_than_said(connection, head):
    """Each answer is whole; what is behind it belongs to nobody."""
    connection.sendall(OK + b"and more of it")
    connection.recv(1)


def endless_head(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: and more\r\n" * 1000)


def endless_line(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-More: ")
    while True:
        connection.sendall(MEBIBYTE)


def flood(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(MEBIBYTE)


def endless_chunks(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"100000\r\n" + MEBIBYTE + b"\r\n")


def bomb(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                       % len(BOMB) + BOMB)


def nothing(connection, head):
    pass


def early_head(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


def early_body(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")


def early_chunk(connection, head):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf")


def closes_after(connection, head):
    """The answer is whole, and says nothing of the end that follows."""
    connection.sendall(OK)


def websocket_refused(connection, head):
    connection.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")


def begin_websocket(connection, head):
    (key,) = [line.split(b":")[1].strip() for line in head.split(b"\r\n")
              if line.lower().startswith(b"sec-websocket-key")]
    accept = base64.b64encode(hashlib.sha1(key + WEBSOCKET_GUID).digest())
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                       b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")


def websocket_hangs(connection, head):
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\n")
    time.sleep(LONG)


def websocket_flood(connection, head):
    begin_websocket(connection, head)
    while True:
        connection.sendall(b"\x81\x02no" * 10000)


def websocket_large(connection, head):
    """Messages of 64 KiB, of which few are too many to be kept."""
    begin_websocket(connection, head)
    while True:
        connection.sendall(b"\x82\x7f" + (1 << 16).to_bytes(8, "big") + MEBIBYTE[: 1 << 16])


def websocket_endless(connection, head):
    """One message, of which no frame is the last."""
    begin_websocket(connection, head)
    connection.sendall(b"\x02\x7e\xff\xff" + MEBIBYTE[:65535])
    while True:
        connection.sendall(b"\x00\x7e\xff\xff" + MEBIBYTE[:65535])


def websocket_garbage(connection, head):
    begin_websocket(connection, head)
    connection.sendall(b"\xff\xff\xff\xff" * 100)


def websocket_cut(connection, head):
    begin_websocket(connection, head)
    connection.sendall(b"\x81\x05he")


def begin_events(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")


def events_without_lines(connection, head):
    begin_events(connection)
    connection.sendall(b"data: ")
    while True:
        connection.sendall(MEBIBYTE[:65536])


def events_without_end(connection, head):
    """Lines, and never the empty one that ends an event."""
    begin_events(connection)
    while True:
        connection.sendall(b"data: more\n" * 10000)


def events_flood(connection, head):
    begin_events(connection)
    while True:
        connection.sendall(b"data: more\n\n" * 10000)


def ports(connection, head):
    body = json.dumps({"host": HOST, **PORTS}).encode()
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       b"Content-Length: %d\r\n\r\n" % len(body) + body)


def serve(connection):
    """Until a way that ends the connection was asked for."""
    with connection:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        name = head.split(b" ")[1].decode().strip("/")
        try:
            globals().get(name, closes_after)(connection, head)
        except OSError:
            pass


def stop_in_handshake(connection):
    """Takes what TLS begins with, and says nothing."""
    with connection:
        connection.recv(65536)
        time.sleep(LONG)


def garbage_in_handshake(connection):
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def listen(host, port, answer):
    listener = socket.create_server((host, port), backlog=1000)

    def accept():
        while True:
            connection = listener.accept()[0]
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept).start()
    return listener.getsockname()[1]


HOST = sys.argv[1]
PORTS = {way.__name__: listen(HOST, 0, way) for way in (stop_in_handshake, garbage_in_handshake)}
listen(HOST, int(sys.argv[2]), serve)
