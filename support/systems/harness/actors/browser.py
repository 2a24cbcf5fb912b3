"""A real browser, as a reader of the report has it: wide or narrow, light or dark, on paper, by keyboard."""

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.core.errors import BrokenHarnessError

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DRIVER = "chromedriver"
TIME_LIMIT_S = 30
TEXTS = """
const inside = box => box.bottom > 0 && box.top < innerHeight && box.height > 0
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), seen = []
while (walk.nextNode()) {
  const one = walk.currentNode.parentElement
  if (one.checkVisibility() && (!arguments[0] || inside(one.getBoundingClientRect()))) seen.push(walk.currentNode.data)
}
return seen.join(' ')
"""
PICTURES = "return [...document.images].filter(one => one.checkVisibility() && one.naturalWidth).map(one => one.alt)"
FOCUSED = "return document.activeElement.textContent"


@dataclass(frozen=True, slots=True)
class Screen:
    """Width and height in pixels."""

    width: int
    height: int


DESKTOP, TELEPHONE = Screen(1280, 900), Screen(360, 740)


def lacking() -> str:
    """Why no browser can be driven on this machine; empty if one can."""
    if find_spec("selenium") is None:
        return "the Python package selenium is missing; it is in requirements.txt"
    if not _program():
        return "no Chromium is installed: apt-get install chromium-driver"
    return "" if shutil.which(DRIVER) else "the program chromedriver is missing: apt-get install chromium-driver"


def _program() -> str:
    return next((found for name in BROWSERS if (found := shutil.which(name))), "")


class Browser:
    """One window."""

    def __init__(self, driver: "Chrome") -> None:
        self._driver = driver

    def show(self, page: Path, screen: Screen = DESKTOP, *, dark: bool = False, paper: bool = False) -> None:
        """Open *page* as a reader does: at its top."""
        size = {"width": screen.width, "height": screen.height, "deviceScaleFactor": 1, "mobile": screen is TELEPHONE}
        self._do("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._do("Emulation.setEmulatedMedia", media="print" if paper else "screen", features=features)
        self._driver.get(page.absolute().as_uri())

    def text(self, *, on_screen: bool = False) -> str:
        """What can be read now without a click; *on_screen*: without scrolling either."""
        return " ".join(str(self.ask(TEXTS, on_screen)).split())

    def pictures(self) -> list[str]:
        """What the pictures that can be seen now show, in words."""
        return list(self.ask(PICTURES))

    def ask(self, script: str, *arguments: object) -> Any:
        """What *script* returns. It is the reader's, not the page's."""
        return self._driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains  # noqa: PLC0415  loads slowly, and few need it

        ActionChains(self._driver).send_keys(*keys).perform()

    def tab_to(self, words: str, at_most: int = 200) -> None:
        """Press Tab until what has the focus says *words*. Raises `AssertionError` if it never does."""
        for _ in range(at_most):
            self.press("\ue004")
            if str(self.ask(FOCUSED)).strip() == words:
                return
        raise AssertionError(f"the key Tab, pressed {at_most} times, does not lead to {words!r}")

    def photograph(self, file: Path, *, whole: bool = False) -> None:
        """Write what is on the screen, or the *whole* page, to *file* (PNG)."""
        size: list[int] = self.ask("const e = document.documentElement; return [e.clientWidth, e.scrollHeight]")
        clip = {"clip": {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}} if whole else {}
        shot = self._do("Page.captureScreenshot", captureBeyondViewport=whole, **clip)
        file.write_bytes(base64.b64decode(shot["data"]))

    def _do(self, command: str, **arguments: Any) -> Any:
        return self._driver.execute_cdp_cmd(command, arguments)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Raises `BrokenHarnessError` if it does not start."""
    from selenium.common.exceptions import WebDriverException  # noqa: PLC0415  loads slowly, and few need it
    from selenium.webdriver import Chrome, ChromeOptions  # noqa: PLC0415
    from selenium.webdriver.chrome.service import Service  # noqa: PLC0415

    options = ChromeOptions()
    options.binary_location = _program()
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(word)
    try:
        driver = Chrome(options=options, service=Service(shutil.which(DRIVER)))
    except WebDriverException as error:
        raise BrokenHarnessError(f"the browser does not start: {error.msg}") from None
    try:
        driver.set_page_load_timeout(TIME_LIMIT_S)
        yield Browser(driver)
    finally:
        driver.quit()
