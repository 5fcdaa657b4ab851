"""What people without an account see in a real browser."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewContext, Quayside
from tests.e2e.test_editor import SOON, add_content, new_page, save

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def published(admin: Page, media: Callable[[str, str], Path]) -> str:
    """The title of a published page with a video that is ready."""
    title = f"Public {secrets.token_hex(4)}"
    new_page(admin, title)
    add_content(admin, "video", "The film", media("harbour.mp4", f"{title}.mp4"))
    row = admin.locator(".dynamic-video").last
    row.locator('input[type="file"]').nth(1).set_input_files(media("harbour.vtt", f"{title}.vtt"))
    save(admin)
    ready = admin.locator("#result_list tbody tr", has_text=title).locator(".status-completed")
    expect(ready.first).to_be_visible(timeout=SOON)
    expect(admin.locator('[data-status="Pending"], [data-status="Processing"]')).to_have_count(0, timeout=SOON)
    return title


def test_it_works(admin: Page, new_context: NewContext, media: Callable[[str, str], Path]) -> None:
    """The front page plays a page's video without JavaScript."""
    title = published(admin, media)
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    article = page.locator("article", has_text=title)
    expect(article.get_by_role("heading", name=title)).to_be_visible()
    video = article.locator("video[controls]")
    assert article.locator("track").get_attribute("src", timeout=1000).startswith("/media/")  # type: ignore[union-attr]
    # The browser itself plays it: the space bar is the control of a focused player.
    video.focus()
    page.keyboard.press("Space")
    page.wait_for_timeout(1500)
    assert video.evaluate("video => video.currentTime") > 0
    assert video.evaluate("video => video.error") is None


@pytest.mark.parametrize("path", ["/swagger/", "/redoc/"])
def test_the_reference_loads_by_itself(quayside: Quayside, new_context: NewContext, path: str) -> None:
    page = new_context().new_page()
    problems: list[str] = []
    foreign: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if _own(request.url, quayside) else foreign.append(request.url))
    page.goto(path)
    expect(page.get_by_text("Quayside").first).to_be_visible()
    expect(page.get_by_text("/api/page/content/").first).to_be_attached()
    page.wait_for_load_state("networkidle")
    assert problems == []
    assert foreign == []


def _own(url: str, quayside: Quayside) -> bool:
    return url.startswith((quayside.url, "data:", "blob:"))


def test_the_admin_speaks_russian(new_context: NewContext) -> None:
    """When the browser asks for it."""
    page = new_context(locale="ru-RU").new_page()
    page.goto("/admin/login/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.locator("label[for=id_password]")).to_contain_text("Пароль")


def test_wrong_passwords_are_throttled(new_context: NewContext) -> None:
    page = new_context().new_page()
    name = f"nobody-{secrets.token_hex(4)}"
    for _attempt in range(6):
        page.goto("/admin/login/")
        page.fill("#id_username", name)
        page.fill("#id_password", "wrong")
        with page.expect_navigation() as answer:
            page.click("#login-form [type=submit]")
    assert answer.value is not None
    assert answer.value.status == 429
    assert int(answer.value.headers["retry-after"]) > 0
    expect(page.locator(".errornote")).to_contain_text("Too many failed logins")


def test_pages_are_read_on_a_phone(new_context: NewContext) -> None:
    """Nothing is wider than the screen."""
    page = new_context(viewport={"width": 360, "height": 700}).new_page()
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
