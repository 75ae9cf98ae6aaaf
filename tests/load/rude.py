# A server that breaks HTTP in the way that the path asks for.
import socket
import sys
import threading

ANSWERS = {
    b"/garbage": b"what is this?\r\n\r\n",
    b"/early": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    b"/nothing": b"",
    b"/flood": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (1 << 20) * 80,
}


def serve(connection):
    with connection:
        head = connection.recv(65536)
        if not head:
            return
        path = head.split(b" ")[1]
        try:
            connection.sendall(ANSWERS.get(path, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
        except OSError:
            pass


with socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=1000) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
