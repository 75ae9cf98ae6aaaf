# A service that gives away what it should keep: in its answers, its log and its SQL, in every form
# that a text may take on its way. usage: service.py HOST PORT; KEY, OPEN and PEM are in its
# environment, DATABASE_URL too.
import base64, http.server, json, os, subprocess, sys
from urllib.parse import quote, quote_plus


def forms_of(name):
    value = os.environ[name]
    raw = value.encode()
    lower = ''.join(f'%{byte:02x}' for byte in raw)
    forms = {
        'plain': value,
        'percent': quote(value, safe=''),
        'less': quote(value, safe='/+&\' "'),
        'lower': lower,
        'form': quote_plus(value),
        'json': json.dumps(value),
        'slashes': json.dumps(value, ensure_ascii=False).replace('/', '\\/'),
        'twice': json.dumps(json.dumps({'key': value})),
        # Cut wherever a report cuts a text.
        'long': '; '.join(f'{i} {value}' for i in range(600)),
        'single': 'x' * 4000 + value,
    }
    for i, before in enumerate(['', 'a', 'ab']):
        whole = before.encode() + raw + b'z'
        forms[f'base64_{i}'] = base64.b64encode(whole).decode()
        forms[f'url_{i}'] = base64.urlsafe_b64encode(whole).decode().rstrip('=')
        forms[f'parameter_{i}'] = quote(base64.b64encode(whole).decode(), safe='')
    return forms


def log_all(name):
    for form, text in forms_of(name).items():
        print(name.lower(), form, text, flush=True)


def ask_database(name):
    value = os.environ[name].replace("'", "''")
    subprocess.run(['psql', '-qAt', os.environ['DATABASE_URL'], '-c', f"select '{value}' as key",
                    '-c', f"select nothing_of_this_name, '{value}'"], capture_output=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.headers.get('x-name', '')
        answer = {}
        if name:
            answer = forms_of(name)
            log_all(name)
            ask_database(name)
        if self.path == '/pem':
            print(os.environ['PEM'], flush=True)
            answer = {'pem': os.environ['PEM']}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.send_header('X-Key', quote(os.environ.get(name, '')))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if 'FALL' in os.environ:
    print('cannot start with', os.environ['KEY'], flush=True)
    sys.exit(3)
http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
