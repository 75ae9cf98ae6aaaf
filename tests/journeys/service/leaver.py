"""A service that leaves a transaction open: POST /leave answers at once, and what it has begun goes
on. usage: leaver.py HOST PORT, with DATABASE_URL"""
import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(200)

    def do_POST(self):
        subprocess.Popen(
            ["psql", "-qX", os.environ["DATABASE_URL"], "-c", "begin", "-c",
             "update items set name = 'late'", "-c", "select pg_sleep(20)"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.answer(202)


HTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
