"""What a browser says about itself, in a few words a person recognizes."""

from __future__ import annotations

from typing import Any

from portal.core.i18n import lazy_gettext as _l

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
# Those that have another name in another language.
_NAMES: dict[str, Any] = {
    "WeChat": _l("WeChat"),
    "Alipay": _l("Alipay"),
    "Huawei Browser": _l("Huawei Browser"),
    "Mi Browser": _l("Mi Browser"),
    "QQ Browser": _l("QQ Browser"),
    "HarmonyOS": _l("HarmonyOS"),
    "Android": _l("Android"),
}
_BETWEEN = " · "


def summary_of(agent: str) -> str:
    """``Chrome · Android``; a program's own name, shortened; empty where it says nothing."""
    found = [
        next((name for mark, name in names if mark in agent), "") for names in (_BROWSERS, _SYSTEMS)
    ]
    known = _BETWEEN.join(each for each in found if each)
    program = "".join(c for c in agent.partition(" ")[0] if c.isascii() and c.isprintable())
    return known or program[:40]


def in_words(summary: str) -> str:
    """A summary with the names of the language in use: ``微信 · 安卓``."""
    return _BETWEEN.join(str(_NAMES.get(name, name)) for name in summary.split(_BETWEEN))
