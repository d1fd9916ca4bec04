"""What pages cost, measured beside a bare-Flask floor under the same server. Timings live here, never in a test."""
