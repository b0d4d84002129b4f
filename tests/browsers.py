"""What browsers look like in tests and benchmarks, and what no page of ours may ever do."""

import shutil
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Playwright, Request, WebSocket

from workshop.settings import Settings

CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
QUIET = {"locale": "nl-NL", "reduced_motion": "reduce"}
MOVING = {"reduced_motion": "no-preference"}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
}
DESK = {"viewport": {"width": 1440, "height": 900}}
SCREEN = {"viewport": {"width": 1920, "height": 1080}}

# What the browser itself writes when an answer is 4xx or a server is away: tests do that on purpose.
EXPECTED = (
    "Failed to load resource",
    "WebSocket connection to",
    "htmx: htmx:error: Failed to fetch",
    "htmx: htmx:ws:error",
)


async def launched(playwright: Playwright) -> Browser:
    """Starts Chromium without its own windows around each page: those take half of the processor."""
    path = shutil.which("chromium-headless-shell")
    assert path, "Chromium ontbreekt. Installeer het: apt-get install chromium-headless-shell"
    return await playwright.chromium.launch(executable_path=path, args=CHROMIUM)


class Watch:
    """Remembers every script error, broken content security policy and request to another machine."""

    def __init__(self, settings: Settings) -> None:
        self.hosts = {urlsplit(settings.origin).netloc, urlsplit(settings.exit_url).netloc, ""}
        self.strange: list[str] = []

    def over(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.strange.append(f"script: {error.error}"))
        context.on("request", lambda request: self._address(request))
        context.on("page", lambda page: page.on("websocket", self._address))

    def assert_nothing_strange(self) -> None:
        assert not self.strange, self.strange

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.strange.append(f"console: {message.text}")

    def _address(self, sent: Request | WebSocket) -> None:
        address = urlsplit(sent.url)
        if address.netloc not in self.hosts and address.scheme not in ("data", "blob"):
            self.strange.append(f"another machine: {sent.url}")
