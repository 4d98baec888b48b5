import Foundation
import SLReport
import SLSpec
import Testing

@Suite struct TableRendererTests {
    private let table = ValueTable(
        columns: ["name", "n", "value", "note"],
        rows: [
            [.text("full_rank"), .integer(7), .real(0.1), .null],
            [.text("a,\"b\""), .integer(-12), .real(34.0564789123), .text("x|y\nz")],
        ])

    @Test func csv() {
        #expect(
            TableRenderer.render(table, as: .csv)
                == "name,n,value,note\r\nfull_rank,7,0.1,\r\n\"a,\"\"b\"\"\",-12,34.0564789123,\"x|y\nz\"\r\n")
    }

    @Test func csvQuotesWhatItMust() {
        let odd = ValueTable(columns: ["a,b"], rows: [[.text("")], [.text("cr\rlf")], [.text("crlf\r\n")], [.text(" padded")], [.text("é")], [.null]])
        #expect(
            TableRenderer.render(odd, as: .csv) == "\"a,b\"\r\n\"\"\r\n\"cr\rlf\"\r\n\"crlf\r\n\"\r\n\" padded\"\r\né\r\n\r\n")
    }

    @Test func json() {
        #expect(
            TableRenderer.render(table, as: .json) == """
                [
                  {"name": "full_rank", "n": 7, "value": 0.1, "note": null},
                  {"name": "a,\\"b\\"", "n": -12, "value": 34.0564789123, "note": "x|y\\nz"}
                ]

                """)
    }

    @Test func jsonIsReadBackWhole() throws {
        let reals: [Double] = [0.1 + 0.2, 1e-308, 1.7976931348623157e308, -0.0, 5, 1e22, 2.2250738585072014e-308]
        let odd = ValueTable(
            columns: ["v", "v", "t"],
            rows: reals.map { [.real($0), .integer(.max), .text("\\ \" \u{1}\u{7F}\t/é")] } + [[.real(.nan), .real(.infinity), .null]])
        let data = Data(TableRenderer.render(odd, as: .json).utf8)
        struct Row: Decodable {
            var v: Double?
            var v_2: Int?
            var t: String?
        }
        let rows = try JSONDecoder().decode([Row].self, from: data)
        #expect(rows.prefix(reals.count).map(\.v) == reals)
        #expect(rows[0].v_2 == .max)
        #expect(rows[0].t == "\\ \" \u{1}\u{7F}\t/é")
        #expect(rows[reals.count].v == nil && rows[reals.count].v_2 == nil)
    }

    @Test func csvRealsAreReadBackWhole() {
        for value in [0.1 + 0.2, 1.0 / 3, 1e-308, 123_456_789.123456789] {
            let text = TableRenderer.render(ValueTable(columns: ["v"], rows: [[.real(value)]]), as: .csv)
            #expect(Double(text.split(separator: "\r\n")[1]) == value)
        }
    }

    @Test func markdown() {
        #expect(
            TableRenderer.render(table, as: .markdown) == """
                | name | n | value | note |
                | --- | ---: | ---: | --- |
                | full_rank | 7 | 0.1 | — |
                | a,"b" | -12 | 34.0565 | x\\|y<br>z |

                """)
    }

    @Test func markdownPipeBehindABackslashStaysInItsCell() {
        let odd = ValueTable(columns: ["a|b"], rows: [[.text("c\\|d")]])
        #expect(TableRenderer.render(odd, as: .markdown) == "| a\\|b |\n| --- |\n| c\\&#124;d |\n")
    }

    @Test func terminal() {
        #expect(
            TableRenderer.render(table, as: .table) == """
                name         n    value  note
                ---------  ---  -------  ------
                full_rank    7      0.1  —
                a,"b"      -12  34.0565  x|y\\nz

                """)
    }

    @Test func terminalShowsControlCharactersInsteadOfObeyingThem() {
        let odd = ValueTable(columns: ["t"], rows: [[.text("\u{1B}[31mred\t\u{7}")]])
        #expect(TableRenderer.render(odd, as: .table) == "t\n-----------------\n\\x1b[31mred\\t\\x07\n")
    }

    @Test func raggedAndEmptyTables() {
        let ragged = ValueTable(columns: ["a", "b"], rows: [[.integer(1)], [.integer(1), .integer(2), .integer(3)]])
        #expect(TableRenderer.render(ragged, as: .csv) == "a,b\r\n1,\r\n1,2\r\n")
        #expect(TableRenderer.render(ValueTable(columns: ["a"], rows: []), as: .json) == "[]\n")
        #expect(TableRenderer.render(ValueTable(columns: ["a"], rows: []), as: .table) == "a\n-\n")
        #expect(TableRenderer.render(ValueTable(columns: [], rows: []), as: .csv) == "\r\n")
    }

    @Test func comparisonColumnsAreTheViews() {
        let row = ComparisonRow(
            runID: "r1", sweep: "60m", size: "60m", method: "galore", rank: 128, seed: 7, steps: 10, tokens: 20_480, trainLoss: 4.5, evalLoss: 4.25,
            perplexity: 70.1, bitsPerByte: nil, totalParameters: 58, trainableParameters: 57, paperMemoryBytes: 1, peakTrackedBytes: 2,
            peakResidentBytes: nil, optimizerBytes: 4, tokensPerSecond: 300.5, wallSeconds: 68.25, status: .finished,
            refreshShare: 0.125, predictedBytes: 3, processConstantBytes: nil, trainingFLOPs: 2.5e15, companionRuns: 1,
            learningRate: 0.01, options: "{\"rank\":128}", training: nil, groupID: "g1", foreignProcessorShare: 0.5, evalTokens: 4096,
            evalBytes: 16_384, unigramLoss: 6.5, bigramLoss: nil, testLoss: 4.5, testPerplexity: 90.0625,
            testBitsPerByte: nil, testTokens: 512, trainingPasses: 0.5)
        #expect(row.reportedLoss == 4.5)
        let head = """
            run_id,sweep,size,method,rank,seed,steps,tokens,train_loss,eval_loss,perplexity,bits_per_byte,total_parameters,\
            trainable_parameters,paper_memory_bytes,peak_tracked_bytes,peak_rss_bytes,optimizer_bytes,tokens_per_second,wall_seconds,status,\
            refresh_share,predicted_bytes,process_constant_bytes,training_flops,companion_runs,learning_rate,options,training,group_id,\
            foreign_processor_share,eval_tokens,eval_bytes,unigram_loss,bigram_loss,test_loss,test_perplexity,\
            test_bits_per_byte,test_tokens,training_passes
            """
        let record = "r1,60m,60m,galore,128,7,10,20480,4.5,4.25,70.1,,58,57,1,2,,4,300.5,68.25,finished,0.125,3,,2500000000000000.0,1,0.01,"
            + "\"{\"\"rank\"\":128}\",,g1,0.5,4096,16384,6.5,,4.5,90.0625,,512,0.5"
        #expect(TableRenderer.render(ValueTable(comparison: [row]), as: .csv) == head + "\r\n" + record + "\r\n")
    }
}
