"""Live status when the connection is lost, and the admin without JavaScript."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import NewContext, Quayside, log_in
from tests.e2e.test_editor import SOON, add_content, is_unreloaded, new_page, reopen, save, unreloaded

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Media = Callable[[str, str], Path]


def test_it_works(new_context: NewContext, quayside: Quayside, media: Media) -> None:
    """A lost connection is made again, and shows what was missed meanwhile."""
    page = new_context().new_page()
    open_sockets: list[WebSocketRoute] = []
    is_away = False

    def connect(socket: WebSocketRoute) -> None:
        if is_away:
            socket.close()
            return
        socket.connect_to_server()
        open_sockets.append(socket)

    page.route_web_socket("**/ws/library/", connect)
    log_in(page)
    name = f"{secrets.token_hex(4)}.mp4"
    with quayside.worker_held():
        page.goto("/admin/files/mediafile/add/")
        page.set_input_files("#id_uploads", media("harbour.mp4", name))
        page.get_by_role("button", name="Add to the library").click()
        row = page.locator("#result_list tbody tr", has_text=name)
        expect(row.locator('[data-status="Pending"]')).to_be_visible()
        unreloaded(page)
        is_away = True
        open_sockets[-1].close()
        expect(page.locator(".live-away")).to_be_visible(timeout=SOON)
    _wait_until_completed(new_context().new_page(), name)
    expect(row.locator('[data-status="Pending"]')).to_be_visible()
    is_away = False
    expect(row.locator('[data-status="Completed"]')).to_be_visible(timeout=60_000)
    expect(page.locator(".live-away")).to_have_count(0)
    assert is_unreloaded(page)


def test_a_lost_message_is_made_up_for(new_context: NewContext, quayside: Quayside, media: Media) -> None:
    """The connection holds, but what it should have told never came."""
    page = new_context().new_page()
    loses = True
    connections: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if loses else socket.send(message))
        connections.append(socket)

    page.route_web_socket("**/ws/library/", connect)
    log_in(page)
    name = f"{secrets.token_hex(4)}.mp4"
    with quayside.worker_held():
        page.goto("/admin/files/mediafile/add/")
        page.set_input_files("#id_uploads", media("harbour.mp4", name))
        page.get_by_role("button", name="Add to the library").click()
        row = page.locator("#result_list tbody tr", has_text=name)
        expect(row.locator('[data-status="Pending"]')).to_be_visible()
        unreloaded(page)
        made = len(connections)
    _wait_until_completed(new_context().new_page(), name)
    expect(row.locator('[data-status="Pending"]')).to_be_visible()
    loses = False
    expect(row.locator('[data-status="Completed"]')).to_be_visible(timeout=60_000)
    assert is_unreloaded(page)
    assert len(connections) == made


def _wait_until_completed(page: Page, name: str) -> None:
    log_in(page)
    for _attempt in range(20):
        page.goto(f"/admin/files/mediafile/?q={name}")
        if page.locator('[data-status="Completed"]').count():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"{name} is not checked")


def test_a_dropped_file(admin: Page, media: Media) -> None:
    """Files can be dropped on the control; one of the wrong type is pointed out before anything is sent."""
    new_page(admin, "Dropped")
    admin.get_by_role("button", name="Add another Image").click()
    box = admin.locator(".dynamic-image [data-async-file]").first
    drop = """(box, name) => {
        const dropped = new DataTransfer();
        dropped.items.add(new File(["x"], name));
        box.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
    }"""
    box.evaluate(drop, "quay.png")
    expect(box.locator(".async-file-picked")).to_contain_text("quay.png · 1 B")
    expect(box.locator(".problem")).to_have_count(0)
    assert box.locator('input[type="file"]').evaluate("input => input.files[0].name") == "quay.png"
    box.evaluate(drop, "film.mp4")
    expect(box.locator(".problem")).to_have_text("This type of file is not taken here.")
    box.get_by_role("button", name="Do not upload").click()
    expect(box.locator(".async-file-picked")).to_be_hidden()
    assert box.locator('input[type="file"]').evaluate("input => input.files.length") == 0


def test_without_javascript(new_context: NewContext, media: Media) -> None:
    """A page with an upload, then another file from the library; a plain reload shows the status."""
    page = new_context(java_script_enabled=False).new_page()
    log_in(page)
    title = f"Plain {secrets.token_hex(4)}"
    new_page(page, title)
    page.fill("#id_video-0-title", "The film")
    page.set_input_files("#id_video-0-file", media("harbour.mp4", f"{title}.mp4"))
    save(page)
    row = page.locator("#result_list tbody tr", has_text=title)
    for _attempt in range(40):
        if row.locator(".status-completed").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(row.locator(".status-completed")).to_be_visible()
    expect(page.locator("#result_list .needs-script:visible")).to_have_count(0)

    new_page(page, f"{title} again")
    page.fill("#id_video-0-title", "The same film")
    page.select_option("#id_video-0-file-library", label=f"{title}.mp4")
    save(page)
    reopen(page, f"{title} again")
    expect(page.locator("#video-0 .async-file-name")).to_have_text(f"{title}.mp4")


def test_a_player_over_the_list(admin: Page, media: Media) -> None:
    title = f"Over {secrets.token_hex(4)}"
    new_page(admin, title)
    add_content(admin, "video", "The film", media("harbour.mp4", f"{title}.mp4"))
    save(admin)
    admin.goto(f"/admin/files/mediafile/?q={title}")
    preview = admin.get_by_role("link", name=f"Preview of {title}.mp4")
    expect(preview).to_be_visible(timeout=SOON)
    preview.click()
    dialog = admin.locator("dialog.player")
    expect(dialog.locator("video")).to_be_visible()
    admin.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(dialog.locator("video")).to_have_count(0)
