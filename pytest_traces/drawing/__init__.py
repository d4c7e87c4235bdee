"""The one painter of traces: trees, timelines, notes at the margin."""
