"""One description per chart, drawn by Plotly on screen; tables, text alternatives and CSV come from the same one."""
