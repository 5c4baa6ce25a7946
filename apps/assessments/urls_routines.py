from typing import Any

municipality_urls: list[Any] = []
programme_urls: list[Any] = []
