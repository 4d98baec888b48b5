extension ReportDocument {
    /// An article that compiles as it is; pictures are PDF files beside it.
    package func latex() -> String {
        Self.preamble + "\\title{\(LaTeXText.escaped(title))}\n\\author{}\n\\date{}\n\n\\begin{document}\n\\maketitle\n\n"
            + blocks.map(Self.latex).filter { !$0.isEmpty }.joined(separator: "\n") + "\n\\end{document}\n"
    }

    private static let preamble = #"""
        \documentclass[10pt,a4paper]{article}
        \usepackage[margin=20mm]{geometry}
        \usepackage[utf8]{inputenc}
        \usepackage{textcomp}
        \IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
        \usepackage{array,booktabs,graphicx}
        \IfFileExists{pdflscape.sty}{\usepackage{pdflscape}}{\usepackage{lscape}}
        \setlength{\tabcolsep}{4pt}
        \setlength{\emergencystretch}{3em}
        % A table that is wider than the page is made smaller.
        \newsavebox{\tablebox}
        \newcommand{\fittable}{\ifdim\wd\tablebox>\linewidth\resizebox{\linewidth}{!}{\usebox{\tablebox}}\else\usebox{\tablebox}\fi}
        % Tables stay where they are referred to: #1 is the caption.
        \newenvironment{reporttable}[1]%
          {\par\medskip\noindent\begin{minipage}{\linewidth}\centering\refstepcounter{table}%
           {\small\raggedright\textbf{Table~\thetable.} #1\par}\smallskip}%
          {\end{minipage}\par\medskip}

        """#

    private static func latex(_ block: Block) -> String {
        switch block {
        case .heading(let level, let text, let anchor):
            level == 1 ? "" : "\\\(level == 2 ? "section" : "subsection"){\(LaTeXText.inline(text))}\\label{sec:\(anchor)}\n"
        case .paragraph(let text): LaTeXText.inline(text) + "\n"
        case .quote(let lines): "\\begin{quote}\n" + lines.map { LaTeXText.inline($0) + "\n" }.joined(separator: "\n") + "\\end{quote}\n"
        case .list(let items):
            items.isEmpty ? "" : "\\begin{itemize}\n" + items.map { "\\item \(LaTeXText.inline($0))\n" }.joined() + "\\end{itemize}\n"
        case .table(let table): table.latex()
        case .picture(let drawn): figure(drawn)
        case .folded(let summary, _, let text):
            "\\paragraph{\(LaTeXText.inline(summary))}\n{\\scriptsize\n\\begin{verbatim}\n\(verbatim(text))\n\\end{verbatim}\n}\n"
        }
    }

    /// The picture itself where gnuplot wrote it as PDF; else what becomes one as soon as somebody does.
    private static func figure(_ drawn: ReportPictures.Drawn) -> String {
        let included = "\\includegraphics[width=\\linewidth]{\(drawn.pdfFile)}"
        let missing = "\\fbox{Picture \\texttt{\(LaTeXText.escaped(drawn.file, isCode: true))}: convert it to PDF to see it here.}"
        let stem = drawn.file.hasSuffix(".svg") ? String(drawn.file.dropLast(4)) : drawn.file
        let body =
            if drawn.pdf != nil {
                included + "\n"
            } else if drawn.pdfFile == stem + ".pdf" {
                "% rsvg-convert -f pdf -o \(stem).pdf \(stem).svg\n\\IfFileExists{\(stem).pdf}{\(included)}{\(missing)}\n"
            } else {
                // A name that LaTeX could misread is only mentioned.
                missing + "\n"
            }
        return "\\begin{figure}[!htbp]\n\\centering\n\(body)\\caption{\(LaTeXText.inline(drawn.picture.caption))}\n\\end{figure}\n"
    }

    /// Lines cut to the page's width, in characters that every typewriter font has; nothing inside can end the environment.
    package static func verbatim(_ text: String) -> String {
        let width = 118
        var lines: [String] = []
        var line = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if scalar == "\n" || count >= width {
                lines.append(line)
                line = ""
                count = 0
                if scalar == "\n" { continue }
            }
            let isPlain = (0x20...0x7E).contains(scalar.value)
            let word = scalar == "\t" ? " " : isPlain ? String(scalar) : "[U+\(String(scalar.value, radix: 16, uppercase: true))]"
            line += word
            count += word.unicodeScalars.count
        }
        return (lines + [line]).joined(separator: "\n").replacing("\\end{verbatim}", with: "\\end {verbatim}")
    }
}
