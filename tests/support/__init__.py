"""What several tests share: fakes, builders and servers."""
