"""What a browser says it is, in the words a person knows it by. No more: it is not believed for anything."""

from __future__ import annotations

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chromium", "Chromium"), ("Chrome/", "Chrome"),
            ("Safari/", "Safari"), ("curl/", "curl"), ("python", "a program"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
           ("Macintosh", "macOS"), ("Linux", "Linux"))  # fmt: skip


def described(agent: str) -> str:
    """"Firefox on Windows"; "An unknown browser" for what nobody knows."""
    browser = next((name for mark, name in BROWSERS if mark.lower() in agent.lower()), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if not browser:
        return f"An unknown browser on {system}" if system else "An unknown browser"
    return f"{browser[0].upper()}{browser[1:]} on {system}" if system else browser[0].upper() + browser[1:]
