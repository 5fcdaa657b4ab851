"""GET /api/page/content/{id}/"""

from content.tests.visitors import VisitorTestCase, a_page, path_of


class DetailTests(VisitorTestCase):
    def test_it_works(self) -> None:
        page = a_page("Home", text="Welcome")

        cold, warm = self.visit(path_of(page), path_of(page))

        self.assertEqual((cold.status_code, warm.status_code), (200, 200))
        print(cold.text, cold.headers, warm.headers)
