#!/usr/bin/env python3
"""How long a page takes in a real browser: first-paint.py URL [ROUNDS]

Starts Debian's `chromium` without a window, opens the page several times with an empty cache, and prints the times of the first
paint and of the load event since the navigation began, in milliseconds, as the browser itself measures them."""
import base64, json, os, shutil, socket, struct, subprocess, sys, tempfile, time, urllib.request


class Browser:
    """Just enough of the DevTools protocol, over a bare WebSocket."""

    def __init__(self):
        self.profile = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.profile}",
             "--remote-debugging-port=0", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = os.path.join(self.profile, "DevToolsActivePort")
        for _ in range(300):
            if os.path.exists(port_file) and open(port_file).read().strip():
                break
            time.sleep(0.1)
        port = int(open(port_file).read().split()[0])
        pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        page = next(p for p in pages if p["type"] == "page")
        path = page["webSocketDebuggerUrl"].split(str(port), 1)[1]
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        self.sent = 0

    def read(self, count):
        data = b""
        while len(data) < count:
            data += self.socket.recv(count - len(data))
        return data

    def message(self):
        data = b""
        while True:
            head = self.read(2)
            length = head[1] & 127
            if length == 126:
                length = struct.unpack(">H", self.read(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self.read(8))[0]
            data += self.read(length)
            if head[0] & 128:
                return json.loads(data)

    def ask(self, method, **parameters):
        self.sent += 1
        data = json.dumps({"id": self.sent, "method": method, "params": parameters}).encode()
        size = bytes([128 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + size + b"\0\0\0\0" + data)
        while True:
            answer = self.message()
            if answer.get("id") == self.sent:
                return answer.get("result", answer)

    def value(self, expression):
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def main():
    url, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9
    browser = Browser()
    browser.ask("Network.enable")
    browser.ask("Network.setCacheDisabled", cacheDisabled=True)
    browser.ask("Page.enable")
    paints, loads = [], []
    for _ in range(rounds):
        browser.ask("Page.navigate", url="about:blank")
        time.sleep(0.3)
        browser.ask("Page.navigate", url=url)
        paint = None
        for _ in range(100):
            time.sleep(0.1)
            paint = browser.value("performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0]")
            load = browser.value("performance.getEntriesByType('navigation').map(e => e.loadEventEnd)[0]")
            if paint and load:
                paints.append(paint)
                loads.append(load)
                break
    browser.close()
    for name, times in (("first contentful paint", paints), ("load", loads)):
        times.sort()
        print(f"{name}: median {times[len(times) // 2]:.0f} ms, worst {times[-1]:.0f} ms of {len(times)}")


main()
