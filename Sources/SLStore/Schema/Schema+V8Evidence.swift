extension Schema {
    /// What the runs of a sweep are held against, as its config stated it last; NULL where none was stated.
    static let v8Evidence = """
        ALTER TABLE sweep ADD COLUMN equivalence_margin REAL CHECK (equivalence_margin > 0);

        """
}
