import Foundation
public import SLSpec

extension TableRenderer {
    /// An array of objects, one object a line, keys in the order of the columns. A column name that repeats gets a
    /// number, because an object holds a key once. JSON has no NaN and no infinity: they become `null`.
    package static func json(_ table: ValueTable) -> String {
        let objects = objects(table)
        return objects.isEmpty ? "[]\n" : "[\n  " + objects.joined(separator: ",\n  ") + "\n]\n"
    }

    /// The same objects without the array: JSON Lines.
    public static func lines(_ table: ValueTable) -> String { objects(table).map { $0 + "\n" }.joined() }

    private static func objects(_ table: ValueTable) -> [String] {
        let keys = table.withUniqueColumns().columns.map { jsonText($0) }
        return rectangular(table).map { row in
            "{" + zip(keys, row).map { $0 + ": " + jsonValue($1) }.joined(separator: ", ") + "}"
        }
    }

    private static func jsonValue(_ cell: ValueTable.Cell) -> String {
        switch cell {
        case .null: "null"
        case .integer(let value): String(value)
        case .real(let value): value.isFinite ? machineReal(value) : "null"
        case .text(let value): jsonText(value)
        }
    }

    private static func jsonText(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += String(format: "\\u%04x", scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension ValueTable {
    /// Columns of one name told apart by a number.
    func withUniqueColumns() -> ValueTable {
        var taken = Set<String>()
        let names = columns.map { name in
            var candidate = name
            var number = 2
            while !taken.insert(candidate).inserted {
                candidate = "\(name)_\(number)"
                number += 1
            }
            return candidate
        }
        return ValueTable(columns: names, rows: rows)
    }
}
