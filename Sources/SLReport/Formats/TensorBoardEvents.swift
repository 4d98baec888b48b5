public import SLSpec

/// A run's curve as TensorBoard's event file: TFRecords of `Event` messages.
///
/// Source: tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto and the TFRecord format's description
/// (length, masked CRC-32C of it, data, masked CRC-32C of it). Times are seconds of training since the run's beginning.
public enum TensorBoardEvents {
    /// A name that TensorBoard looks for.
    public static let fileName = "events.out.tfevents.0.slbench"

    public static func file(_ run: RunHistory) -> [UInt8] {
        var bytes = record(event(time: 0, step: 0, payload: field(3, text: "brain.Event:2")))
        let evaluations = Dictionary(run.evaluations.map { ($0.step, $0) }) { first, _ in first }
        var (seconds, tokens) = (0.0, 0)
        if let first = evaluations[0] { bytes += record(event(time: 0, step: 0, payload: summary(values(first)))) }
        for sample in run.steps {
            seconds += sample.seconds
            tokens += sample.tokens
            var named = [
                ("train/loss", sample.loss), ("train/learning_rate", sample.learningRate), ("train/gradient_norm", sample.gradientNorm),
                ("train/tokens", Double(tokens)),
            ]
            if sample.seconds > 0 { named.append(("train/tokens_per_second", Double(sample.tokens) / sample.seconds)) }
            if let evaluation = evaluations[sample.step] { named += values(evaluation) }
            for text in run.texts where text.evaluation.step == sample.step {
                named.append((text.kind == .test ? "test/loss" : "held_out/\(text.corpus)/loss", text.evaluation.loss))
            }
            bytes += record(event(time: seconds, step: sample.step, payload: summary(named)))
        }
        return bytes
    }

    private static func values(_ evaluation: EvaluationSample) -> [(String, Double)] {
        [("eval/loss", evaluation.loss), ("eval/perplexity", evaluation.perplexity)] + (evaluation.bitsPerByte.map { [("eval/bits_per_byte", $0)] } ?? [])
    }

    // MARK: Messages

    private static func event(time: Double, step: Int, payload: [UInt8]) -> [UInt8] {
        // Field 1 is a double (wire type 1), field 2 a varint.
        [1 << 3 | 1] + little(time.bitPattern) + [2 << 3] + varint(UInt64(step)) + payload
    }

    private static func summary(_ named: [(name: String, value: Double)]) -> [UInt8] {
        let values = named.flatMap { item in
            // Value: tag 1, simple_value 2 as a float (wire type 5).
            field(1, bytes: field(1, text: item.name) + [2 << 3 | 5] + little(Float(item.value).bitPattern))
        }
        return field(5, bytes: values)
    }

    private static func field(_ number: UInt8, text: String) -> [UInt8] { field(number, bytes: Array(text.utf8)) }

    private static func field(_ number: UInt8, bytes: [UInt8]) -> [UInt8] { [number << 3 | 2] + varint(UInt64(bytes.count)) + bytes }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var (rest, bytes) = (value, [UInt8]())
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] { unsafe withUnsafeBytes(of: value.littleEndian) { unsafe Array($0) } }

    // MARK: Records

    private static func record(_ data: [UInt8]) -> [UInt8] {
        let length = little(UInt64(data.count))
        return length + little(masked(length)) + data + little(masked(data))
    }

    private static func masked(_ bytes: [UInt8]) -> UInt32 {
        let crc = crc32c(bytes)
        return (crc >> 15 | crc << 17) &+ 0xa282_ead8
    }

    /// Castagnoli's polynomial, reflected.
    package static func crc32c(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
        return ~crc
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
    }
}
