#!/usr/bin/env python3
"""What surrounds the booking service, to try it against: Cal.com's slots and bookings with their
failures, an SMTP server, and a real Redis. Journeys steer it by POST /_do and read GET /_seen.

usage: surroundings.py HOST PORT SMTP_PORT; service.pid and redis.sock are in the current folder.
"""
import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOCK = threading.Lock()


class World:
    def __init__(self):
        self.redis = None
        self.reset()

    def reset(self):
        self.slots, self.bookings, self.requests, self.mails = [], [], [], []
        self.failures = []  # for POST /v2/bookings, in turn
        self.crash = None  # "before" or "after" the next mail is taken
        self.keep_redis(True)
        subprocess.run(["redis-cli", "-s", "redis.sock", "flushall"], stdout=subprocess.DEVNULL)

    def keep_redis(self, wanted):
        running = self.redis and self.redis.poll() is None
        if wanted and not running:
            self.redis = subprocess.Popen(
                ["redis-server", "--port", "0", "--unixsocket", "redis.sock", "--save", "",
                 "--appendonly", "no", "--dir", "."], stdout=subprocess.DEVNULL)
            for _ in range(500):
                if os.path.exists("redis.sock"):
                    break
                time.sleep(0.01)
        elif running and not wanted:
            self.redis.kill()
            self.redis.wait()


WORLD = World()


class CalCom(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, status, message, headers=()):
        self.answer(status, {"status": "error", "error": {"message": message}}, headers)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        with LOCK:
            if path == "/_seen":
                return self.answer(200, {"requests": WORLD.requests, "bookings": WORLD.bookings,
                                         "mails": WORLD.mails})
            if not path.startswith("/v2/"):
                return self.answer(200, {"status": "ok"})
            WORLD.requests.append({"method": "GET", "path": path})
            if self.headers["authorization"] != "Bearer cal_test":
                return self.refuse(401, "Invalid API Key")
            if path == "/v2/slots":
                days = {}
                for slot in sorted(set(WORLD.slots) - {b["start"] for b in WORLD.bookings}):
                    days.setdefault(slot[:10], []).append({"start": slot})
                return self.answer(200, {"status": "success", "data": days})
            found = [b for b in WORLD.bookings
                     if b["attendees"][0]["email"] == asked.get("attendeeEmail")]
            return self.answer(200, {"status": "success", "data": found})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with LOCK:
            if self.path == "/_do":
                return self.steer(body)
            WORLD.requests.append({"method": "POST", "path": self.path, "json": body})
            failure = WORLD.failures.pop(0) if WORLD.failures else None
            if failure == "rate_limit":
                return self.refuse(429, "Too many requests")
            if failure == "validation":
                return self.refuse(422, "Unprocessable entity")
            if failure == "server_error":
                return self.refuse(500, "Internal server error")
            if failure == "not_found":
                return self.refuse(404, "No such event type")
            start = body["start"]
            if start not in WORLD.slots or start in [b["start"] for b in WORLD.bookings]:
                return self.refuse(
                    400, "User either already has booking at this time or is not available")
            booking = {"id": 7000 + len(WORLD.bookings), "uid": f"uid{len(WORLD.bookings)}",
                       "status": "accepted", "start": start, "metadata": body.get("metadata"),
                       "eventTypeId": body["eventTypeId"], "attendees": [body["attendee"]]}
            WORLD.bookings.append(booking)
        if failure == "booked_then_silent":
            time.sleep(1.5)
        self.answer(201, {"status": "success", "data": booking})

    def steer(self, body):
        if body.get("reset"):
            WORLD.reset()
        WORLD.slots += body.get("slots", [])
        WORLD.failures += body.get("failures", [])
        WORLD.crash = body.get("crash", WORLD.crash)
        for start in body.get("taken", []):
            WORLD.bookings.append({"id": 1, "uid": "other", "status": "accepted", "start": start,
                                   "metadata": {}, "attendees": [{"email": "other@email.de"}]})
        if "redis" in body:
            WORLD.keep_redis(body["redis"])
        self.answer(200, {})


class Mail(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def crash(self, when):
        if WORLD.crash == when:
            WORLD.crash = None
            with open("service.pid") as file:
                os.kill(int(file.read()), signal.SIGKILL)
            time.sleep(0.1)

    def handle(self):
        self.say("220 mail.test")
        mail = {}
        while line := self.rfile.readline():
            verb = line.decode().strip().upper()
            if verb.startswith("EHLO"):
                self.say("250-mail.test")
                self.say("250 8BITMIME")
            elif verb.startswith("RCPT TO:"):
                mail["to"] = line.decode().strip()[9:-1]
                self.say("250 ok")
            elif verb == "DATA":
                self.crash("before")
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(text.decode())
                if text == b"":
                    return
                headers = dict(h.rstrip("\r\n").split(": ", 1)
                               for h in lines[:lines.index("\r\n")])
                with LOCK:
                    WORLD.mails.append({**mail, "message_id": headers["Message-ID"],
                                        "subject": headers["Subject"]})
                self.crash("after")
                self.say("250 taken")
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a service that is killed in the midst of its mail is what some journeys are about


def main():
    host, port, smtp_port = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    mail = MailServer(("127.0.0.1", smtp_port), Mail)
    threading.Thread(target=mail.serve_forever, daemon=True).start()
    ThreadingHTTPServer((host, port), CalCom).serve_forever()


main()
