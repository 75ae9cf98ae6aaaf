# A collector of OTLP that does what its argument says: takes it, refuses it, answers what is none,
# answers nothing, takes a part, or hangs. What it is sent it writes, a line each.
# usage: sink.py MODE PORT_FILE OUT
import http.server
import sys
import time

mode, port_file, out = sys.argv[1:]
ANSWERS = {
    "takes": (200, b"{}"),
    "empty": (200, b""),
    "refuses": (503, b'{"message":"\x1b[2Jno \xff room"}'),
    "garbage": (200, b"<html>\x00what?"),
    "flood": (200, b"[" + b" " * (4 << 20) + b"]"),
    "partial": (200, b'{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}}'),
}


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(out, "ab") as file:
            file.write(b"%s %s %s\n" % (self.path.encode(), self.headers["Content-Type"].encode(),
                                        body.strip()))
        if mode == "hangs":
            time.sleep(60)
        status, answer = ANSWERS[mode]
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        try:
            self.wfile.write(answer)
        except OSError:
            pass

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
with open(port_file, "w") as file:
    file.write(str(server.server_address[1]))
server.serve_forever()
