extension Schema {
    /// How a search picked the trials of a cell, and how it ended: ``SearchRecord`` as JSON. NULL for a grid.
    static let v8Tuning = """
        ALTER TABLE tuned_cell ADD COLUMN search TEXT CHECK (search IS NULL OR json_valid(search));
        """
}
