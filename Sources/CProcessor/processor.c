// Headers alone; a target needs a source.
