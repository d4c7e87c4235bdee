"""What failed tests show of their traces."""
