"""Where results go: markdown to stdout and to a file, every step to JSON; without this machine's paths."""

import json
import pathlib
import re
import sys

from .programs import ROOT, say

# A path outside the project keeps only its last part.
_FOLDERS = re.compile(r"(?<![\w.:/-])/(?:[\w.@+-]+/)+")


def without_paths(value):
    """The same value with the project's files relative to it and others by their last part, in every text in it."""
    if isinstance(value, str):
        return _FOLDERS.sub("", value.replace(f"{ROOT}/", ""))
    if isinstance(value, dict):
        return {key: without_paths(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_paths(one) for one in value]
    return value


def last_line(text: str) -> str:
    """What a failure's words end with, which is where programs say what it was."""
    return text.strip().splitlines()[-1].strip()


class Report:
    """Markdown to stdout as it comes, and to a file if one was named."""

    def __init__(self, path: str | None):
        self.path, self.parts = path, []

    def add(self, text: str):
        text = without_paths(text)
        print(text if not self.parts else "\n" + text, flush=True)
        self.parts.append(text)
        if self.path:
            write(self.path, "\n\n".join(self.parts) + "\n")


def write_json(path: str | None, value: dict):
    """To be called after every row, so that an interrupted run keeps what it measured."""
    if path:
        write(path, json.dumps(without_paths(value), indent=1) + "\n")


def write(path: str, text: str):
    new = pathlib.Path(path + ".new")
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text)
        new.replace(path)
    except OSError as error:
        say(f"{path}: {error.strerror}")
        sys.exit(74)
