"""Where the parts of a system run: as local processes, in containers, or at an address that is given."""
