"""The words of the model: types of spans and events, statuses of spans and traces."""
