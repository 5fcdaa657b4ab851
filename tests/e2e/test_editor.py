"""What an editor does in the admin, in a real browser."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Quayside

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Media = Callable[[str, str], Path]
SOON = 20_000


def add_content(page: Page, kind: str, title: str, file: Path) -> None:
    page.get_by_role("button", name=f"Add another {kind.capitalize()}").click()
    row = page.locator(f".dynamic-{kind}").last
    row.locator('[name$="-title"]').fill(title)
    row.locator('input[type="file"]').first.set_input_files(file)


def new_page(page: Page, title: str) -> None:
    page.goto("/admin/content/page/add/")
    page.fill("#id_title", title)


def save(page: Page) -> None:
    page.locator('[name="_save"]').first.click()
    page.wait_for_url("**/admin/content/page/")


def reopen(page: Page, title: str) -> None:
    """From the list of pages to the form of one."""
    page.locator("#result_list").get_by_role("link", name=title, exact=True).click()


def unreloaded(page: Page) -> None:
    """Leave a mark that a reload would wipe out."""
    page.evaluate("window.quaysideMark = true")


def is_unreloaded(page: Page) -> bool:
    return bool(page.evaluate("window.quaysideMark === true"))


def test_it_works(admin: Page, quayside: Quayside, media: Media) -> None:
    """A page with a video and a sound; its status without a reload; the renamed video is linked and stored once."""
    title = f"Trip {secrets.token_hex(4)}"
    film, sound = media("harbour.mp4", f"{title}.mp4"), media("bell.mp3", f"{title}.mp3")
    with quayside.worker_held():
        new_page(admin, title)
        add_content(admin, "video", "The film", film)
        add_content(admin, "audio", "The sound", sound)
        save(admin)
        unreloaded(admin)
        row = admin.locator("#result_list tbody tr", has_text=title)
        expect(row.locator('[data-status="Pending"]')).to_have_count(2)
    expect(row.locator('[data-status="Completed"]')).to_have_count(2, timeout=SOON)
    assert is_unreloaded(admin)

    renamed = film.with_name(f"Копия {title}.mp4")
    renamed.write_bytes(film.read_bytes())
    admin.goto("/admin/files/mediafile/add/")
    admin.set_input_files("#id_uploads", renamed)
    admin.get_by_role("button", name="Add to the library").click()
    admin.wait_for_url("**/admin/files/mediafile/")
    copy = admin.locator("#result_list tbody tr", has_text=renamed.name)
    expect(copy.locator(".same-as")).to_have_text(f"same as {film.name}", timeout=SOON)
    copy.locator(".same-as a").click()
    expect(admin.locator("#id_name")).to_have_value(film.name)
    same = [path for path in quayside.stored(".mp4") if path.read_bytes() == film.read_bytes()]
    assert len(same) == 1


def test_status_in_the_form(admin: Page, quayside: Quayside, media: Media) -> None:
    """The page's own form shows the change too, and the player appears."""
    title = f"Form {secrets.token_hex(4)}"
    with quayside.worker_held():
        new_page(admin, title)
        add_content(admin, "video", "The film", media("harbour.mp4", f"{title}.mp4"))
        save(admin)
        reopen(admin, title)
        unreloaded(admin)
        expect(admin.locator("#video-0 .status-badge")).to_have_text("Pending")
    expect(admin.locator("#video-0 .status-badge")).to_have_text("Completed", timeout=SOON)
    expect(admin.locator("#video-0 video")).to_be_visible()
    assert is_unreloaded(admin)


def test_choose_from_the_library(admin: Page, media: Media) -> None:
    """The search offers files of the right kind only."""
    name = f"pick-{secrets.token_hex(4)}"
    admin.goto("/admin/files/mediafile/add/")
    admin.set_input_files("#id_uploads", [media("harbour.mp4", f"{name}.mp4"), media("bell.mp3", f"{name}.mp3")])
    admin.get_by_role("button", name="Add to the library").click()
    new_page(admin, f"Chosen {name}")
    admin.get_by_role("button", name="Add another Audio").click()
    row = admin.locator(".dynamic-audio").last
    row.locator('[name$="-title"]').fill("Chosen sound")
    row.locator(".select2-selection").click()
    admin.locator(".select2-search__field").fill(name)
    options = admin.locator(".select2-results__option", has_text=name)
    expect(options).to_have_count(1)
    expect(options).to_contain_text(f"{name}.mp3")
    options.click()
    save(admin)
    reopen(admin, f"Chosen {name}")
    expect(admin.locator("#audio-0 .async-file-name")).to_have_text(f"{name}.mp3")


def test_an_error_keeps_the_upload(admin: Page, media: Media) -> None:
    """A browser empties file inputs when a form comes back; what was sent is kept in the library and chosen."""
    title = f"Kept {secrets.token_hex(4)}"
    admin.goto("/admin/content/page/add/")
    add_content(admin, "video", "The film", media("harbour.mp4", f"{title}.mp4"))
    admin.locator('[name="_save"]').first.click()
    expect(admin.locator(".errornote")).to_be_visible()
    expect(admin.locator(".messagelist")).to_contain_text(f"“{title}.mp4” was received and is kept")
    admin.fill("#id_title", title)
    save(admin)
    row = admin.locator("#result_list tbody tr", has_text=title)
    expect(row.locator('[data-status="Completed"], .status-completed')).to_be_visible(timeout=SOON)


def test_what_is_wrong_with_a_file_is_said_before_it_is_sent(admin: Page, media: Media, tmp_path: Path) -> None:
    """Each of several files can be left out; the others stay."""
    name = secrets.token_hex(4)
    empty, program = tmp_path / "empty.pdf", tmp_path / "program.exe"
    empty.touch()
    program.write_bytes(b"MZ")
    admin.goto("/admin/files/mediafile/add/")
    admin.locator("#id_uploads").set_input_files([empty, media("bell.mp3", f"{name}.mp3"), program])
    rows = admin.locator(".async-file-row")
    expect(rows).to_contain_text(["The file is empty.", f"{name}.mp3", "This type of file is not taken here."])
    for left_out in ("empty.pdf", "program.exe"):
        admin.get_by_role("button", name=f"Do not upload: {left_out}").click()
    expect(rows).to_have_count(1)
    admin.get_by_role("button", name="Add to the library").click()
    expect(admin.locator(".messagelist")).to_contain_text("1 file was received")


def test_a_new_page_begins_with_its_title(admin: Page) -> None:
    admin.goto("/admin/content/page/add/")
    expect(admin.locator("#id_title")).to_be_focused()


def test_a_form_that_holds_defaults_only_is_not_shown(admin: Page) -> None:
    """A type of one's own may have fields with defaults; here the pictures' texts get one before the page's scripts."""
    admin.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
             for (const field of document.querySelectorAll('[name$="-alt"]')) field.value = "A picture";
           });"""
    )
    admin.goto("/admin/content/page/add/")
    expect(admin.locator(".dynamic-image")).to_have_count(0)
    admin.get_by_role("button", name="Add another Image").click()
    expect(admin.locator('.dynamic-image [name$="-alt"]')).to_have_value("A picture")


def test_order_across_types(admin: Page, media: Media) -> None:
    title = f"Order {secrets.token_hex(4)}"
    new_page(admin, title)
    add_content(admin, "image", "First", media("quay.jpg", f"{title}.jpg"))
    add_content(admin, "audio", "Second", media("bell.mp3", f"{title}.mp3"))
    entries = admin.locator("#contents-in-order li a")
    expect(entries).to_have_text(["First", "Second"])
    admin.get_by_role("button", name="Move up: Second").click()
    expect(entries).to_have_text(["Second", "First"])
    save(admin)
    reopen(admin, title)
    expect(entries).to_have_text(["Second", "First"])


def test_delete_is_refused_while_a_page_shows_the_file(admin: Page, media: Media) -> None:
    title = f"Uses {secrets.token_hex(4)}"
    new_page(admin, title)
    add_content(admin, "image", "A picture", media("quay.jpg", f"{title}.jpg"))
    save(admin)
    admin.goto(f"/admin/files/mediafile/?q={title}")
    reopen(admin, f"{title}.jpg")
    admin.get_by_role("link", name="Move to the trash").click()
    expect(admin.locator("#content")).to_contain_text("cannot be removed while something shows it")
    expect(admin.locator("#content").get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(admin.locator("#content [type=submit]")).to_have_count(0)

    admin.goto(f"/admin/files/mediafile/?q={title}")
    admin.check("#action-toggle")
    admin.select_option('[name="action"]', "trash_selected")
    admin.get_by_role("button", name="Go").click()
    expect(admin.locator(".messagelist")).to_contain_text(f"“{title}.jpg” stays, for it is shown by page {title}")
    expect(admin.locator("#result_list tbody tr")).to_have_count(1)


def test_retry_of_a_failed_file(admin: Page, quayside: Quayside, media: Media) -> None:
    """The received bytes disappear from the disk, so the check fails; when they are back, Retry succeeds."""
    name = f"lost-{secrets.token_hex(4)}.mp4"
    film = media("harbour.mp4", name)
    with quayside.worker_held():
        admin.goto("/admin/files/mediafile/add/")
        admin.set_input_files("#id_uploads", film)
        admin.get_by_role("button", name="Add to the library").click()
        expect(admin.locator(".messagelist")).to_contain_text("1 file was received")
        incoming = quayside.folder / "incoming"
        received = [path for path in incoming.iterdir() if path.read_bytes() == film.read_bytes()]
        assert len(received) == 1
        received[0].unlink()
    unreloaded(admin)
    row = admin.locator("#result_list tbody tr", has_text=name)
    expect(row.locator('[data-status="Failed"]')).to_be_visible(timeout=SOON)
    expect(row.locator(".status-reason")).to_have_text(re.compile("upload the file again"))
    received[0].write_bytes(film.read_bytes())
    row.get_by_role("button", name="Retry").click()
    expect(row.locator('[data-status="Completed"]')).to_be_visible(timeout=SOON)
    assert is_unreloaded(admin)
