"""Where results go: markdown to stdout and to a file, every step to JSON; without this machine's paths."""

import json
import os
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


# How markdown that was written here begins.
_TITLES = ("# Training step", "# Scaling of a training step", "# Memory options", "# Matrix products", "# Steps that refresh")


def _is_former(path: pathlib.Path) -> bool:
    """Whether a file is empty or was written here: a table, or rows in JSON."""
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return False
    if not text or text.startswith(_TITLES):
        return True
    try:
        return "environment" in json.loads(text)
    except (ValueError, TypeError):
        return False


def check_place(path: str | None):
    """Ends before anything is measured when the output would take the place of something else, or can't be written."""
    if path is None:
        return
    # A link stays one: what it leads to is looked at.
    file = pathlib.Path(path).resolve()
    try:
        if file.exists() and not file.is_file():
            say(f"{path}: is no ordinary file; name another")
            sys.exit(64)
        if file.exists() and not _is_former(file):
            say(f"{path}: is there already and was not written by a benchmark: it stays; name another file")
            sys.exit(64)
        above = next(folder for folder in file.parents if folder.exists())
        if not (above.is_dir() and os.access(above, os.W_OK)):
            say(f"{path}: {above} can't be written")
            sys.exit(74)
    except OSError as error:
        say(f"{path}: {error.strerror}")
        sys.exit(74)


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
    path = pathlib.Path(path).resolve()
    new = path.with_name(path.name + ".new")
    try:
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text)
        new.replace(path)
    except OSError as error:
        say(f"{path}: {error.strerror}")
        sys.exit(74)
