"""/static/…, where the web process serves it."""

import httpx
from django.test import SimpleTestCase

from project.asgi import application


class StaticTests(SimpleTestCase):
    async def status(self, path: str) -> int:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return (await client.get(path)).status_code

    async def test_it_works(self) -> None:
        self.assertEqual(await self.status("/static/quayside/async_file.css"), 200)

    async def test_no_path_leads_out(self) -> None:
        for path in (
            "%2e%2e/manage.py",
            "..%2f..%2fmanage.py",
            "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/etc/passwd",
            "%00",
        ):
            with self.subTest(path):
                self.assertEqual(await self.status(f"/static/{path}"), 404)
