import Foundation
import Testing

/// `scripts/fetch-corpus` as far as it goes without a network, and what it makes of packages.
@Suite struct FetchCorpusTests {
    private static let scripts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "scripts").path
    private static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") }

    /// - Returns: exit code and stderr.
    private func shell(_ script: String) throws -> (status: Int32, talk: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slbench-fetch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["SLBENCH_DATA_DIR"] = folder.appending(path: "data").path
        environment["FETCH"] = Self.scripts + "/fetch-corpus"
        environment["LIBRARY"] = Self.scripts + "/lib"
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        process.environment = environment
        let talk = folder.appending(path: "talk")
        FileManager.default.createFile(atPath: talk.path, contents: nil)
        let handle = try FileHandle(forWritingTo: talk)
        process.standardError = handle
        process.standardOutput = handle
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOf: talk, encoding: .utf8))
    }

    @Test(arguments: [
        (#""$FETCH" austen"#, 64, "knows the corpora sotu and core"), (#""$FETCH" core sotu"#, 64, "one corpus at a time"),
        (#""$FETCH" core --packages nowhere"#, 64, "--packages needs a folder"), (#""$FETCH" --help"#, 0, "Exit codes"),
    ])
    func argumentsAreChecked(_ command: String, _ status: Int32, _ words: String) throws {
        let outcome = try shell(command)
        #expect(outcome.status == status && outcome.talk.contains(words), "\(outcome)")
    }

    @Test func whatIsThereIsNotFetchedAgain() throws {
        let outcome = try shell("""
            mkdir -p data/corpora/core/x data/corpora/sotu
            for n in $(seq 486); do echo a > data/corpora/core/x/$n.txt; done
            for n in $(seq 249); do echo a > data/corpora/sotu/$n.txt; done
            touch data/corpora/core/SHA256SUMS data/corpora/sotu/SHA256SUMS
            "$FETCH" && "$FETCH" sotu && "$FETCH" core
            """)
        #expect(outcome.status == 0 && outcome.talk.isEmpty, "\(outcome)")
    }

    @Test(.enabled(if: hasPython)) func whatIsMissingOrForeignLeavesNothingBehind() throws {
        let missing = try shell(#"mkdir empty; "$FETCH" core --packages empty; code=$?; ls -A data/corpora; exit $code"#)
        #expect(missing.status == 1 && missing.talk.contains("there is no r-cran-janeaustenr_*.deb") && missing.talk.hasSuffix("nothing was kept\n"), "\(missing)")
        let foreign = try shell(#"mkdir p; echo no > p/r-cran-janeaustenr_1_all.deb; "$FETCH" core --packages p; code=$?; ls -A data/corpora; exit $code"#)
        #expect(foreign.status == 1 && foreign.talk.contains("is no Debian package") && foreign.talk.hasSuffix("nothing was kept\n"), "\(foreign)")
    }

    /// Formats by hand-made examples: R's serialisation, a Debian package, SWORD's blocks, OSIS.
    @Test(.enabled(if: hasPython)) func packagesAreReadAsTheyAreWritten() throws {
        let outcome = try shell(#"""
            python3 - <<'PYTHON'
            import io, os, struct, sys, tarfile, zlib
            sys.path.insert(0, os.environ["LIBRARY"])
            import core_corpus as core

            def chunk(strings, version):
                head = b"X\n" + struct.pack(">iii", version, 0, 0) + (struct.pack(">i", 5) + b"UTF-8" if version == 3 else b"")
                body = b"".join(struct.pack(">ii", 9, len(s)) + s for s in strings)
                raw = head + struct.pack(">ii", 16, len(strings)) + body
                return struct.pack(">I", len(raw)) + zlib.compress(raw)
            read = list(core.r_strings(chunk([b"EMMA", b"", "é".encode()], 3) + chunk([b"x"], 2)))
            assert read == [["EMMA", "", "é"], ["x"]], read
            try:
                list(core.r_strings(struct.pack(">I", 3) + zlib.compress(b"abcd")))
                assert False
            except core.Unusable:
                pass

            blocks = [zlib.compress(b"In the beginning"), zlib.compress(" — and so on".encode())]
            index = struct.pack("<III", 0, len(blocks[0]), 16) + struct.pack("<III", len(blocks[0]), len(blocks[1]), 14)
            files = {"./a/web/ot.bzs": index, "./a/web/ot.bzz": b"".join(blocks)}
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w:xz") as tar:
                for name, body in files.items():
                    entry = tarfile.TarInfo(name)
                    entry.size = len(body)
                    tar.addfile(entry, io.BytesIO(body))
            def member(name, body):
                return f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}`\n".encode() + body + b"\n" * (len(body) % 2)
            os.makedirs("p")
            import pathlib
            path = pathlib.Path("p/a_1_all.deb")
            path.write_bytes(b"!<arch>\n" + member("debian-binary", b"2.0\n") + member("control.tar.xz", b"odd") + member("data.tar.xz", buffer.getvalue()))
            found = core.deb_files(path)
            assert found == files, list(found)
            assert core.sword_text(found, "web", "ot", "b") == "In the beginning — and so on"

            osis = ('<title type="x">Heading</title><div sID="g1" type="x-p"/><w lemma="strong:H1">In</w> the <w>beginning</w>, God<note placement="foot">'
                '<reference>1:1 </reference>or, <note>another</note> gods.</note><w>created</w> all &amp; saw<div eID="g1" type="x-p"/> '
                '<div type="x-milestone" subType="x-preverse" sID="pv1"/>it . <lg sID="g2"/> <l level="1" sID="g3"/>“Because<l eID="g3"/> <l level="2"/>of this,” '
                'he said.<lg eID="g2"/>')
            assert core.prose(osis) == ["In the beginning, God created all & saw", "it.", "“Because of this,” he said."], core.prose(osis)
            assert core.paragraphs(["a", " b ", "", "", "c  d"]) == "a b\nc d\n"
            PYTHON
            """#)
        #expect(outcome.status == 0, "\(outcome.talk)")
    }
}
