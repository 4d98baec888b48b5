import SLSpec
import SLStore

/// The tables, columns and views of the results database, as markdown, asked of a new database.
enum SchemaReference {
    static func markdown() throws -> String {
        let store = try ResultStore.inMemory()
        let relations = try texts(
            store,
            """
            SELECT type, name FROM sqlite_master
            WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%' ORDER BY type DESC, name
            """)
        let version = try texts(store, "SELECT CAST(user_version AS TEXT) FROM pragma_user_version").first?.first ?? ""
        var parts = ["# The results database\n\nSchema version \(version). " + introduction]
        for (kind, title) in [("view", "## Views"), ("table", "## Tables")] {
            parts.append(title)
            for relation in relations where relation[0] == kind { parts.append(try section(store, relation[1])) }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func section(_ store: ResultStore, _ name: String) throws -> String {
        let references = try texts(store, "SELECT \"from\", \"table\" FROM pragma_foreign_key_list('\(name)')")
        let parents = Dictionary(references.map { ($0[0], $0[1]) }) { first, _ in first }
        let columns = try texts(
            store, "SELECT name, type, iif(\"notnull\" OR pk > 0, 'never', ''), iif(pk > 0, 'key', '') FROM pragma_table_xinfo('\(name)') WHERE hidden <> 1")
        let isView = columns.allSatisfy { $0[2].isEmpty }
        let rows = columns.map { column in
            let parent = parents[column[0]].map { " (→ `\($0)`)" } ?? ""
            let meaning = (columnMeanings["\(name).\(column[0])"] ?? columnMeanings[column[0]] ?? "") + parent
            return isView ? "| `\(column[0])` | \(meaning) |" : "| `\(column[0])` | \(column[1]) | \(column[3]) | \(column[2]) | \(meaning) |"
        }
        let head = isView ? ["| column | meaning |", "|---|---|"] : ["| column | type | key | NULL | meaning |", "|---|---|---|---|---|"]
        return (["### `\(name)`", "", relationMeanings[name] ?? "", ""] + head + rows).joined(separator: "\n")
    }

    private static func texts(_ store: ResultStore, _ sql: String) throws -> [[String]] {
        try store.query(sql).rows.map { row in row.map { if case .text(let text) = $0 { text } else { "" } } }
    }
}
