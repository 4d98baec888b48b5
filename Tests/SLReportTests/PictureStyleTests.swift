import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct PictureStyleTests {
    private static let raw = """
        <?xml version="1.0"?>
        <svg width="900"
         xmlns="http://www.w3.org/2000/svg">
        <g id="gnuplot_canvas">
        <g fill="none" color="black">
        </g>
        <path stroke='rgb(  0, 114, 178)' d='M1,2'/>
        <rect fill="#FFFFFF"/><text>rgb_run #FFFFFF</text>
        \t<use xlink:href='#gpPt6' transform='translate(1,2)' color='#FFFFFF'/>
        \t<use xlink:href='#gpPt6' transform='translate(1,2)' color='rgb(213,  94,   0)'/>
        </g>
        </svg>
        """

    @Test func coloursFollowTheReader() throws {
        let svg = PictureStyle.applied(to: Self.raw)
        #expect(svg.contains("<svg class=\"slbench-picture\" width=\"900\""))
        #expect(svg.contains("@media (prefers-color-scheme: dark)"))
        #expect(svg.contains(".slbench-picture [stroke=\"#0072b2\"]{stroke:#3d9be0}"))
        #expect(svg.contains("stroke='#0072b2'") && svg.contains("fill=\"#ffffff\""))
        #expect(svg.contains("<text>rgb_run #FFFFFF</text>"), "texts stay as they are")
        let style = try #require(svg.range(of: "<style>"))
        let root = try #require(svg.range(of: "2000/svg\">"))
        #expect(root.upperBound < style.lowerBound)
    }

    @Test func nothingButTheDrawing() {
        let svg = PictureStyle.applied(to: Self.raw)
        #expect(!svg.contains("gnuplot") && !svg.contains("<g fill"))
        #expect(!svg.contains("color='#ffffff'/>") && svg.contains("color='#d55e00'"))
        #expect(PictureStyle.applied(to: "no picture") == "no picture")
    }

    /// Rules apply to the picture only, and every colour of a picture has its own.
    @Test func rulesStayInside() {
        let svg = PictureStyle.applied(to: Self.raw)
        let rules = svg.split(separator: "\n").filter { $0.contains("]{") }.flatMap { $0.split(separator: "}") }
        #expect(rules.count == 3 * PictureColor.dark.count)
        #expect(rules.allSatisfy { $0.trimmingCharacters(in: .whitespaces).hasPrefix(".slbench-picture [") })
        #expect(Set(PictureColor.dark.map(\.light)).count == PictureColor.dark.count)
    }

    @Test func darkPagesHaveContrast() throws {
        let swap = Dictionary(uniqueKeysWithValues: PictureColor.dark.map { ($0.light, $0.dark) })
        let page = try #require(swap[PictureColor.paper])
        for color in PictureColor.cells + [PictureColor.ink, PictureColor.frame, PictureColor.guide] {
            #expect(try contrast(swap[color] ?? color, page) >= 4.5, "\(color)")
        }
        for color in [PictureColor.ink, PictureColor.frame, PictureColor.guide] {
            #expect(try contrast(color, PictureColor.paper) >= 4.5, "\(color)")
        }
        for color in PictureColor.fills {
            #expect(try contrast(PictureColor.inkOnFill, color) >= 4.5 && contrast(PictureColor.inkOnFill, swap[color] ?? color) >= 4.5, "\(color)")
        }
        #expect(swap[PictureColor.inkOnFill] == nil)
    }

    /// Of two colours by their relative luminance, WCAG 2.
    private func contrast(_ first: String, _ second: String) throws -> Double {
        func luminance(_ color: String) throws -> Double {
            let value = try #require(Int(color.dropFirst(), radix: 16))
            func linear(_ part: Int) -> Double {
                let share = Double(part & 255) / 255
                return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * linear(value >> 16) + 0.7152 * linear(value >> 8) + 0.0722 * linear(value)
        }
        let levels = try [luminance(first), luminance(second)].sorted()
        return (levels[1] + 0.05) / (levels[0] + 0.05)
    }

    /// gnuplot drops entries that don't fit, without a word.
    @Test(.enabled(if: GnuplotRunner.find() != nil, "gnuplot is not installed"), arguments: [1, 12, 40])
    func everyLegendIsWhole(cells: Int) throws {
        let runs = (1...cells).flatMap { rank in
            [1, 2].map { seed in
                Fixture.finished(Fixture.spec("galore", rank: rank, seed: seed), id: "\(rank) \(seed)", loss: 6 + Double(rank) / 50)
            }
        }
        let runner = try #require(GnuplotRunner.find())
        for picture in ReportPicture.all(SweepHistory(name: "many", runs: runs)) where picture.suffix != "rank" {
            let svg = try runner.svg(script: picture.script)
            for rank in 1...cells { #expect(svg.contains("<text>galore r=\(rank)</text>"), "\(picture.suffix) \(rank)") }
            if picture.suffix == "memory" { #expect(svg.contains("resident peak")) }
            #expect(try runner.svg(script: picture.script) == svg)
        }
    }
}
