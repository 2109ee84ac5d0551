"""What a browser says about itself, in a few words a person recognizes."""

from __future__ import annotations

# The first that fits: browsers carry the names of those they descend from.
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("Edg", "Edge"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def summary_of(agent: str) -> str:
    """``Chrome · Android``; a program's own name, shortened; empty where it says nothing."""
    found = [
        next((name for mark, name in names if mark in agent), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    known = " · ".join(each for each in found if each)
    program = "".join(c for c in agent.partition(" ")[0] if c.isascii() and c.isprintable())
    return known or program[:40]
