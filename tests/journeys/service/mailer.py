# A service that sends mail: POST /send takes what to send as JSON, answers 202 and sends a moment
# later; with "now" it sends at once and answers with what it was told. GET /confirm?code=… is where
# its links lead, unless they are "at" another place. usage: mailer.py HOST PORT SMTP_HOST SMTP_PORT [USER PASSWORD]
import http.server, json, smtplib, socketserver, sys, threading, time, urllib.parse
from email.message import EmailMessage

host, port, smtp_host, smtp_port = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
login = sys.argv[5:]


def message_of(order):
    mail = EmailMessage()
    mail['Subject'] = order.get('subject', 'Grüße vom Laden')
    mail['From'] = 'Der Laden <laden@shop.example>'
    mail['To'] = ', '.join(order['to'])
    here = f'http://{host}:{port}'
    link = f'{order.get("at", here)}/confirm?code={order.get("code", 1)}&lang=de'
    mail.set_content(f'Hallo {order.get("name", "Du")},\n\nbitte bestätigen: {link}\n')
    if order.get('html', True):
        escaped = link.replace('&', '&amp;')
        mail.add_alternative(f'<p>Hallo</p><a href="{escaped}">Bestätigen</a>', subtype='html')
    for name in order.get('files', []):
        mail.add_attachment(b'%PDF-1.4', maintype='application', subtype='pdf', filename=name)
    return mail


def send(order):
    with smtplib.SMTP(smtp_host, smtp_port, timeout=5) as client:
        if login:
            client.login(*login)
        client.send_message(message_of(order), to_addrs=order['to'] + order.get('bcc', []))


def send_later(order):
    time.sleep(0.05)
    send(order)


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        self.answer(200, {'path': url.path, 'query': dict(urllib.parse.parse_qsl(url.query))})

    def do_POST(self):
        order = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        if not order.get('now'):
            threading.Thread(target=send_later, args=[order]).start()
            return self.answer(202, {})
        try:
            send(order)
            self.answer(200, {})
        except smtplib.SMTPException as error:
            self.answer(502, {'error': str(error)})

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True


Server((host, port), Handler).serve_forever()
