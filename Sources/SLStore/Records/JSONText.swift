import Foundation
import SLSpec

/// JSON as columns hold it: the same value is the same text.
enum JSONText {
    static func of(_ value: some Encodable) throws -> String {
        String(decoding: try RecordJSON.encoder().encode(value), as: UTF8.self)
    }
}
