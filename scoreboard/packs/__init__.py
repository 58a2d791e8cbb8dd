"""A deck as PPTX, PDF, XLSX and HTML, drawn from the deck alone: a frozen one gives the same for ever."""
