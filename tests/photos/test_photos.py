"""Every mail, as a phone and a desk show it, by day and by night; nothing needs a sideways scroll.

The photos are left in screenshots/: look at them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks.channels.file import with_pictures_inside
from tests.messages.standard import MESSAGES

pytestmark = pytest.mark.peers

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).parents[2] / "screenshots"
AA = 4.5  # the contrast WCAG asks of text
CONTRAST = """
() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((each) => {
      const share = each / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!/, 0\\)$/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...document.querySelectorAll("body *")].filter((node) =>
    [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()) &&
    node.getBoundingClientRect().height > 0 && getComputedStyle(node).fontSize !== "1px");
  return texts.map((node) => {
    const [one, two] = [light(getComputedStyle(node).color), light(behind(node))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    return [ratio, node.textContent.trim().slice(0, 40)];
  });
}
"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages():
    return {name: with_pictures_inside(made()) for name, made in MESSAGES.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 375])
@pytest.mark.parametrize("name", MESSAGES)
def test_a_mail_fits_its_screen_and_can_be_read(browser, pages, name, width, scheme):
    seen = looked_at(browser, pages[name], f"{name}-{width}-{scheme}", width, scheme)
    assert seen == (True, [], [])


@pytest.mark.parametrize("name", MESSAGES)
def test_a_mail_that_has_lost_its_head_can_still_be_read(browser, pages, name):
    # Gmail's app does that to accounts of other providers
    bare = re.sub("<style.*?</style>", "", pages[name], flags=re.DOTALL)
    assert looked_at(browser, bare, f"{name}-375-bare", 375, "dark") == (True, [], [])


def looked_at(browser, html, photo, width, scheme):
    """Return whether a page fits its screen, what is too faint on it, and what it asks for."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(html, wait_until="load")
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / f"{photo}.png", full_page=True)
    fits = page.evaluate("document.documentElement.scrollWidth") <= width
    faint = [text for ratio, text in page.evaluate(CONTRAST) if ratio < AA]
    page.close()
    return fits, faint, [url for url in asked if not url.startswith("data:")]
