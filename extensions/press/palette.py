"""Every colour of the books, once: its name, its value on light paper and on dark.

tokens.css repeats the table for the browser (a test compares them). Figures are
drawn with the light values; on the web press.figures turns each into var(--name).
"""

TOKENS: dict[str, tuple[str, str]] = {
    "paper": ("#fdfcf9", "#15171c"),
    "sunk": ("#f5f3ee", "#1d2027"),
    "raised": ("#ffffff", "#20242c"),
    "text": ("#1c1e23", "#e4e2dc"),
    "soft": ("#565a63", "#a9adb6"),
    "link": ("#1f4fc4", "#8fb2ff"),
    "visited": ("#6a3d86", "#cfa3e0"),
    "accent": ("#a63d06", "#f0935a"),
    "edge": ("#8a867c", "#7b818d"),
    "rule": ("#dcd8cf", "#353a45"),
    "selection": ("#cfdcfb", "#2b4377"),
    "highlight": ("#fbe9a6", "#4a3f12"),
    "code-line": ("#fbf3d9", "#2c2a1e"),
    "box-note": ("#eef2fc", "#1b2436"),
    "box-result": ("#f3f1ea", "#22242a"),
    "box-trap": ("#fbeee6", "#33221a"),
    "box-exercise": ("#ecf4ec", "#1b2a1f"),
    "box-history": ("#f4eff6", "#2a2230"),
    "code-keyword": ("#1f4fc4", "#8fb2ff"),
    "code-string": ("#2c6432", "#93c994"),
    "code-number": ("#8a3a05", "#eda06c"),
    "code-builtin": ("#6b3f7a", "#cfa3e0"),
    "code-comment": ("#5f646d", "#9aa0aa"),
    "code-prompt": ("#6a6e76", "#8f95a0"),
    "code-output": ("#3b3f47", "#c9cbd0"),
    "code-error": ("#b3261e", "#ff9a8f"),
    "mark-blue": ("#3568e0", "#3568e0"),
    "mark-orange": ("#b8470a", "#b8470a"),
    "mark-green": ("#3f7a45", "#3f7a45"),
    "mark-purple": ("#8c569c", "#8c569c"),
    "mark-gold": ("#a38a1c", "#a38a1c"),
    "mark-cyan": ("#2a9fa6", "#2a9fa6"),
    "mark-grey": ("#767b84", "#767b84"),
    "ink-blue": ("#2d5fd6", "#6c9bff"),
    "ink-orange": ("#b14409", "#ed7d4f"),
    "ink-green": ("#38733e", "#70a974"),
    "ink-purple": ("#875197", "#bf8ad0"),
    "ink-gold": ("#796507", "#b39c3c"),
    "ink-cyan": ("#027278", "#43abb1"),
    "wash-blue": ("#e4edff", "#1e2d4c"),
    "wash-orange": ("#ffe7de", "#462314"),
    "wash-green": ("#e1f2e2", "#1f3421"),
    "wash-purple": ("#f7e6fc", "#38253e"),
    "wash-gold": ("#f4edd4", "#362d0b"),
    "wash-cyan": ("#d8f3f4", "#0f3436"),
    # One hue, weak to strong: --text reads on the first four, --on-strong on the last three.
    "seq-1": ("#f1f5fe", "#132b5a"),
    "seq-2": ("#c7d6f1", "#1e4289"),
    "seq-3": ("#9db8e8", "#28529f"),
    "seq-4": ("#7399dd", "#2e5cb4"),
    "seq-5": ("#4d7acf", "#4d7acf"),
    "seq-6": ("#2e5cb4", "#7399dd"),
    "seq-7": ("#1e4289", "#9db8e8"),
    "seq-8": ("#132b5a", "#c7d6f1"),
    "on-strong": ("#ffffff", "#0e1015"),
    "div-1": ("#234993", "#809fd7"),
    "div-2": ("#4972c0", "#4972c0"),
    "div-3": ("#809fd7", "#2f5196"),
    "div-4": ("#bbcbe9", "#263756"),
    "div-5": ("#f1f0ed", "#22242a"),
    "div-6": ("#eac5b1", "#4e3020"),
    "div-7": ("#d8916c", "#833a1a"),
    "div-8": ("#b85e31", "#b85e31"),
    "div-9": ("#833a1a", "#d8916c"),
}

HUES = ("blue", "orange", "green", "purple", "gold", "cyan")

# What a figure may use. The grey ink and the grey wash are the soft text and the sunk paper.
_FAMILIES = ("mark-", "ink-", "wash-", "seq-", "div-")
_WORDS = ("paper", "sunk", "text", "soft", "rule", "on-strong")
FIGURE_TOKENS = (*_WORDS, *(name for name in TOKENS if name.startswith(_FAMILIES)))

PALETTE: dict[str, str] = {TOKENS[name][0]: f"--{name}" for name in FIGURE_TOKENS}
"""Light hex in a committed figure -> the CSS variable that replaces it on the web."""
