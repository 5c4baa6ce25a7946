from typing import Any

municipality_urls: list[Any] = []
