#!/usr/bin/env python3
"""orders.py HOST PORT: a service that asks its database once for each order."""
import http.server
import os
import subprocess
import sys


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/orders":
            sql = "".join(f"select 'items of order {order}';\n" for order in range(6))
            subprocess.run(["psql", "-X", "-q", os.environ["DATABASE_URL"]], input=sql, text=True,
                           check=True, stdout=subprocess.DEVNULL)
        self.send_response(200)
        self.end_headers()


http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), Answer).serve_forever()
