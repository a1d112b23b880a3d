"""The CRMs: `port` says what any of them must offer, each folder is one vendor, `registry` builds them."""
