"""A small shop with pages, for a browser to look at. usage: shop.py HOST PORT"""
import html
import json
import socketserver
import sys
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSWORDS = {"Anna": 'p ä"ss', "Ben": "other"}
orders = {"1": "Tea", "2": "Bread", "3": "Salt"}

PAGES = {
    "/": """<h1>The shop</h1><a href="/login">Sign in</a> <a href="/account">Account</a>
        <a href="/new" target="_blank">Terms</a>""",
    "/new": "<h1>Terms</h1><button onclick='window.close()'>Close</button>",
    "/login": """<form method=post><label>Name <input name=user></label>
        <label for=p>Password *</label><input id=p type=password name=password>
        <button>Sign in</button></form><p>Sign in to go on.</p>""",
    "/form": """<form method=post action=/form>
        <label>First name <input name=first value="old text"></label>
        <input name=mail placeholder="E-mail"><textarea aria-label=Notes name=notes></textarea>
        <label>Country <select name=country><option value=fr>France<option value=de>Germany</select></label>
        <label>Day <input type=date name=day></label>
        <label><input type=checkbox name=news> News</label>
        <label><input type=checkbox name=ads checked> Ads</label>
        <label><input type=radio name=plan value=free> Free</label>
        <label><input type=radio name=plan value=pro> Pro</label>
        <label>Photo <input type=file id=photo></label><output id=size></output>
        <label>Code <input name=code disabled id=code></label>
        <div contenteditable role=textbox aria-label=Story id=story>old</div>
        <button>Send</button></form>
        <script>photo.onchange = async () => size.textContent =
            `${photo.files[0].name} has ${(await photo.files[0].text()).length}`;
          setTimeout(() => code.disabled = false, 300);
          document.forms[0].onsubmit = () => { const i = document.createElement('input');
            i.type = 'hidden'; i.name = 'story'; i.value = story.innerText;
            document.forms[0].append(i); };</script>""",
    "/late": """<p id=p>Loading</p><script>setTimeout(() => { p.remove();
        const b = document.createElement('button'); b.textContent = 'Buy';
        b.onclick = () => document.body.append('Bought'); document.body.append(b); }, 300)</script>""",
    "/covered": """<button onclick="this.textContent='Done'">Save</button>
        <div id=cover style="position:fixed;inset:0;background:#0003">Wait</div>
        <script>setTimeout(() => cover.remove(), MS)</script>""",
    "/talks": """<script>console.log('hello', 1, {a: 2}); console.error('oh no');
        alert('Look!'); document.title = 'Said ' + confirm('Sure?'); throw new Error('broken');
        </script>""",
    "/frames": """<iframe srcdoc="<button onclick=&quot;document.body.append('inside')&quot;>In a frame
        </button>" style="margin: 40px"></iframe><x-card></x-card><script>
        customElements.define('x-card', class extends HTMLElement { connectedCallback() {
          const shadow = this.attachShadow({ mode: 'open' });
          shadow.innerHTML = '<button>In a shadow</button>';
          shadow.firstChild.onclick = () => shadow.append('below'); } })</script>""",
    "/hidden": """<div id=app tabindex=-1><h1 tabindex=-1>Pay</h1><p>Pay now<form name=title></form>
        <img name=body><img name=querySelectorAll><button onclick="app.append('paid')">Pay</button>
        <span id=row>The third row</span></div><x-wait style="display:none"></x-wait>
        <p style="width: 9em">It goes on and on until <a href="/new">the terms that nobody reads</a></p>
        <script>row.addEventListener('click', () => app.append('chosen'));
        customElements.define('x-wait', class extends HTMLElement { connectedCallback() {
          this.attachShadow({ mode: 'open' }).innerHTML = '<style>p { color: red }</style><p>Loading'; } })
        </script>""",
    "/switch": """<label><input type=checkbox id=slow> Slow</label><output id=count>0</output>
        <label><input type=radio name=r checked> On</label><script>
        slow.onclick = (e) => { e.preventDefault(); count.textContent = +count.textContent + 1;
          setTimeout(() => slow.checked = !slow.checked, 300); }</script>""",
    "/router": """<a href="/slow" onclick="history.replaceState({}, '', '/router?left')">On</a>
        <button onclick="history.pushState({}, '', '/router?further')">Further</button>""",
    "/asks": """<button onclick="p.textContent = confirm('Sure?') ? 'deleted' : 'kept'">Delete</button>
        <button onclick="p.textContent = prompt('Why?')">Explain</button><p id=p></p>
        <button onclick="p.textContent = 'discarded'">Don't save</button>
        <input type=number aria-label=Number><input maxlength=3 aria-label=Code>
        <input aria-label=Phone oninput="this.value = this.value.replace(/^0/, '+49 ')">""",
    "/rows": """<table><tr><td>Blue mug<td><button onclick="p.textContent = 'small'">Add</button>
        <tr><td>Blue mug XL<td><button onclick="p.textContent = 'large'">Add</button></table><p id=p></p>""",
    "/later": "<script>setTimeout(() => nope.there(), 300)</script><p>Broken",
    "/signs": """<button onclick="fetch('/login', { method: 'POST',
        body: new URLSearchParams({ user: 'Ben', password: 'other' }) })">Be Ben</button>
        <p id=p>wait</p><script>setTimeout(() => p.textContent = 'ready', 1500)</script>""",
    "/now": "<p id=p></p><script>p.textContent = new Date().toString()</script>",
    "/outside": """<p id=p>asks</p><script>fetch('http://example.com/').then(() => p.textContent = 'got it',
        () => p.textContent = 'blocked')</script>""",
    "/loops": "<button onclick='for (;;) {}'>Go</button>",
    "/halves": "<body><script>document.title = document.body.textContent = '\\ud83d'; "
               "console.log('\\ud83d')</script>",
    "/forges": """<button>Pay</button><script>
        Array.prototype.filter = () => []; Array.prototype.flatMap = () => [];
        document.querySelectorAll = () => []; JSON.stringify = () => 'x';
        String.prototype.includes = () => true;</script>""",
}


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, status=200, kind="text/html", headers=()):
        data = body.encode("utf-8", "surrogatepass")
        self.send_response(status)
        self.send_header("content-type", kind + "; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def page(self, body, **more):
        self.answer("<!doctype html><title>Shop</title>" + body, **more)

    def user(self):
        cookies = self.headers.get("cookie", "")
        for part in cookies.split(";"):
            name, _, value = part.strip().partition("=")
            if name == "user":
                return urllib.parse.unquote(value)
        return None

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        if path.path in PAGES:
            query = urllib.parse.parse_qs(path.query)
            self.page(PAGES[path.path].replace("MS", query.get("ms", ["400"])[0]))
        elif path.path == "/health":
            self.answer("ok", kind="text/plain")
        elif path.path == "/api/me":
            self.answer(json.dumps({"user": self.user()}), kind="application/json")
        elif path.path == "/account":
            self.page("""<h1>Account</h1><p id=who></p><script>fetch('/api/me').then((r) => r.json())
                .then((me) => who.textContent = me.user ? 'Hello, ' + me.user : 'Nobody')</script>""")
        elif path.path == "/orders":
            rows = "".join(f"<tr><td>{name}<td><form method=post action=/orders/{number}>"
                           "<button>Delete</button></form>" for number, name in orders.items())
            self.page(f"<table>{rows}</table>")
        elif path.path == "/slow":
            time.sleep(0.3)
            self.page("<p>At last")
        elif path.path == "/never":
            time.sleep(30)
        elif path.path == "/broken":
            self.page("<h1>Sorry", status=500)
        else:
            self.page("<h1>Not found", status=404)

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        if self.path == "/login":
            if PASSWORDS.get(form.get("user")) != form.get("password"):
                self.page(PAGES["/login"] + "<p role=alert>That is not right.", status=401)
                return
            self.answer("", status=303, headers=[
                ("location", "/account"),
                ("set-cookie", f"user={urllib.parse.quote(form['user'])}; Path=/; HttpOnly")])
        elif self.path == "/form":
            lines = "".join(f"<li>{html.escape(k)}: {html.escape(v)}" for k, v in sorted(form.items()))
            self.page(f"<ul>{lines}</ul>")
        elif self.path.startswith("/orders/"):
            orders.pop(self.path.split("/")[2], None)
            self.answer("", status=303, headers=[("location", "/orders")])
        else:
            self.page("<h1>Not found", status=404)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self):  # without looking for its own name
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


Server((sys.argv[1], int(sys.argv[2])), Shop).serve_forever()
