"""GET /api/page/content/{id}/"""

from datetime import timedelta

from django.utils import timezone

from content.models import AudioContent, DocumentContent, ImageContent, Page, VideoContent
from content.tests.visitors import VisitorTestCase, a_page, a_video, path_of
from files.models import MediaFile
from files.services import trash
from files.tests import samples
from files.tests.library import added, checked

NO_FACTS = {"mime": None, "size": None, "md5": None, "duration": None, "status": None}


class DetailTests(VisitorTestCase):
    def test_it_works(self) -> None:
        page = a_page("Home", text="Welcome", videos=0)
        video = a_video(page, title="A walk", order=3)

        answer = self.get(path_of(page))

        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        content = {
            "id": video.pk,
            "title": "A walk",
            "counter": 1,
            "order": 3,
            "content_type": "video",
            "is_active": True,
            "type": "video",
            "video_path": None,
            "video_url": "https://video.example/1",
            "subtitles_url": None,
            **NO_FACTS,
        }
        times = {
            "created_at": page.created_at.isoformat().replace("+00:00", "Z"),
            "updated_at": page.updated_at.isoformat().replace("+00:00", "Z"),
        }
        url = f"http://testserver/api/page/content/{page.pk}/"
        expected = {"id": page.pk, "contents": [content], **times, "url": url, "title": "Home", "text": "Welcome"}
        self.assertEqual(answer.json(), expected)

    def test_every_type_shows_its_file_and_the_facts_of_it(self) -> None:
        page = a_page(videos=0)
        mp3, png, pdf = (
            checked(samples.mp3(), "song.mp3"),
            checked(samples.png(), "cat.png"),
            checked(samples.pdf(), "a.pdf"),
        )
        mp4, vtt = checked(samples.mp4(), "film.mp4"), checked(b"WEBVTT\n\n", "film.vtt")
        AudioContent.objects.create(page=page, order=1, title="Song", file=mp3, text="La la")
        VideoContent.objects.create(
            page=page, order=2, title="Film", file=mp4, subtitles=vtt, subtitles_url="http://x/"
        )
        ImageContent.objects.create(page=page, order=3, title="Cat", file=png, alt="A cat", url="https://cats.example/")
        DocumentContent.objects.create(page=page, order=4, title="Form", file=pdf)

        audio, video, image, document = self.get(path_of(page)).json()["contents"]

        self.assertEqual((audio["audio_path"], audio["audio_url"], audio["text"]), (self.url(mp3), None, "La la"))
        self.assertEqual((video["video_path"], video["subtitles_url"]), (self.url(mp4), self.url(vtt)))
        self.assertNotIn("subtitles_path", video)
        self.assertEqual((image["image_path"], image["image_url"]), (self.url(png), "https://cats.example/"))
        self.assertEqual(image["alt"], "A cat")
        self.assertEqual((document["document_path"], document["document_url"]), (self.url(pdf), None))
        for content, file in ((audio, mp3), (video, mp4), (image, png), (document, pdf)):
            self.assertEqual((content["mime"], content["size"]), (file.mime, file.size))
            self.assertEqual((content["md5"], content["duration"]), (self.md5(file), file.duration))
            self.assertEqual(content["status"], "Completed")

    def url(self, file: MediaFile) -> str:
        assert file.blob is not None
        return f"http://testserver/media/{file.blob.path}"

    def md5(self, file: MediaFile) -> str:
        assert file.blob is not None
        return file.blob.md5

    def test_a_path_is_escaped(self) -> None:
        page = a_page(videos=0)
        file = checked(samples.png(), "кошка №1.png")
        ImageContent.objects.create(page=page, title="Cat", file=file)

        (image,) = self.get(path_of(page)).json()["contents"]

        self.assertRegex(image["image_path"], r"^http://testserver/media/[A-Za-z0-9%/._-]+\.png$")

    def test_a_file_that_is_not_completed_has_no_path_yet(self) -> None:
        page = a_page(videos=0)
        file = added(samples.mp3(), "song.mp3")
        AudioContent.objects.create(page=page, title="Song", file=file)

        (audio,) = self.get(path_of(page)).json()["contents"]

        self.assertIsNone(audio["audio_path"])
        self.assertEqual((audio["status"], audio["mime"], audio["size"]), ("Pending", "audio/mpeg", file.size))
        self.assertIsNone(audio["md5"])

    def test_the_newest_completed_version_is_shown(self) -> None:
        page = a_page(videos=0)
        first = checked(samples.png(2, 2), "cat.png")
        ImageContent.objects.create(page=page, title="Cat", file=first)
        second = checked(samples.png(3, 3), "better cat.png", version_of=first)
        added(samples.png(4, 4), "best cat.png", version_of=first)

        (image,) = self.get(path_of(page)).json()["contents"]

        self.assertEqual((image["image_path"], image["md5"]), (self.url(second), self.md5(second)))
        self.assertEqual(image["status"], "Completed")

    def test_a_file_in_the_trash_is_not_shown(self) -> None:
        page = a_page(videos=0)
        file = checked(samples.png(), "cat.png")
        content = ImageContent.objects.create(page=page, title="Cat", url="https://cats.example/")
        trash([file])
        # The library refuses to move a file that is shown to the trash; the database would not.
        ImageContent.objects.filter(pk=content.pk).update(file=file)

        (image,) = self.get(path_of(page)).json()["contents"]

        self.assertIsNone(image["image_path"])
        self.assertEqual({name: image[name] for name in NO_FACTS}, NO_FACTS)

    def test_contents_come_in_their_order_whatever_their_type(self) -> None:
        page = a_page(videos=0)
        for order, model in ((30, VideoContent), (10, ImageContent), (20, VideoContent), (10, AudioContent)):
            model.objects.create(page=page, title=str(order), order=order, url="https://x.example/")

        contents = self.get(path_of(page)).json()["contents"]

        self.assertEqual([content["type"] for content in contents], ["image", "audio", "video", "video"])
        self.assertEqual([content["title"] for content in contents], ["10", "10", "20", "30"])

    def test_inactive_contents_are_hidden(self) -> None:
        page = a_page(videos=2)
        VideoContent.objects.filter(title="Video 0").update(is_active=False)

        contents = self.get(path_of(page)).json()["contents"]

        self.assertEqual([content["title"] for content in contents], ["Video 1"])

    def test_pages_that_are_not_published_are_not_there(self) -> None:
        hour = timedelta(hours=1)
        hidden = [
            a_page(is_published=False),
            a_page(publish_at=timezone.now() + hour),
            a_page(publish_at=timezone.now() - hour, is_published=False),
        ]
        shown = a_page(publish_at=timezone.now() - hour)

        answers = self.visit(*[path_of(page) for page in hidden], path_of(shown))

        self.assertEqual([answer.status_code for answer in answers], [404, 404, 404, 200])
        self.assertEqual(answers[0].headers["Content-Type"], "application/problem+json")
        self.assertEqual(answers[0].json()["code"], "not_found")

    def test_a_page_without_contents(self) -> None:
        self.assertEqual(self.get(path_of(a_page(videos=0))).json()["contents"], [])

    def test_only_some_keys(self) -> None:
        page = a_page("Home")

        title, contents, odd = self.visit(
            f"{path_of(page)}?fields=title",
            f"{path_of(page)}?fields=contents,id",
            f"{path_of(page)}?fields=contents,views",
        )

        self.assertEqual(title.json(), {"id": page.pk, "title": "Home"})
        self.assertEqual(list(contents.json()), ["id", "contents"])
        self.assertEqual((odd.status_code, set(odd.json()["errors"])), (400, {"fields"}))

    def test_unknown_and_repeated_parameters_are_refused(self) -> None:
        page = a_page()
        for query in ("page=1", "search=x", "format=json", "format=xml", "x", "fields=id&fields=title", "=1"):
            with self.subTest(query=query):
                self.assertEqual(self.get(f"{path_of(page)}?{query}").status_code, 400)

    def test_there_is_no_such_page(self) -> None:
        for identifier in ("999999", "0", "00", str(2**63), "9" * 400, "9" * 5000):
            with self.subTest(identifier=identifier[:30]):
                self.assertEqual(self.get(f"/api/page/content/{identifier}/").status_code, 404)

    def test_leading_zeros_lead_to_the_same_page(self) -> None:
        page = a_page("Home")

        self.assertEqual(self.get(f"/api/page/content/000{page.pk}/").json()["title"], "Home")

    def test_head(self) -> None:
        path = path_of(a_page())
        for _cold_then_warm in range(2):
            answer = self.visit(path, method="HEAD")[0]
            whole = self.get(path)
            self.assertEqual((answer.status_code, answer.content), (200, b""))
            self.assertEqual(answer.headers["Content-Length"], whole.headers["Content-Length"])
            self.assertEqual(answer.headers["ETag"], whole.headers["ETag"])

    def test_options_answers_a_preflight(self) -> None:
        answer = self.visit(path_of(a_page()), method="OPTIONS", Origin="https://front.example")[0]

        self.assertEqual(answer.status_code, 204)
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertEqual(answer.headers["Access-Control-Allow-Methods"], "GET, HEAD, OPTIONS")
        self.assertEqual(answer.headers["Access-Control-Allow-Headers"], "*")

    def test_other_methods_are_not_allowed(self) -> None:
        path = path_of(a_page())
        self.get(path)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = self.visit(path, method=method)[0]
            self.assertEqual(answer.status_code, 405)
            self.assertEqual(answer.headers["Allow"], "GET, HEAD, OPTIONS")
            self.assertEqual(answer.json()["code"], "method_not_allowed")

    def test_other_media_types_are_not_acceptable(self) -> None:
        path = path_of(a_page())
        for accept, status in (
            ("text/html", 406),
            ("application/xml, text/*", 406),
            ("text/html, application/json;q=0.5", 200),
            ("application/*", 200),
            ("*/*", 200),
            ("APPLICATION/JSON", 200),
        ):
            for _cold_then_warm in range(2):
                with self.subTest(accept=accept):
                    self.assertEqual(self.get(path, Accept=accept).status_code, status)

    def test_without_the_slash_it_moves(self) -> None:
        page = a_page()

        answer = self.get(path_of(page).rstrip("/"))

        self.assertEqual((answer.status_code, answer.headers["Location"]), (301, path_of(page)))

    def test_a_deleted_page_is_gone(self) -> None:
        page = a_page()
        path = path_of(page)
        self.assertEqual(self.get(path).status_code, 200)

        Page.objects.get(pk=page.pk).delete()

        self.assertEqual(self.get(path).status_code, 404)
