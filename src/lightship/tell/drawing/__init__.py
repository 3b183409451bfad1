"""Pictures as SVG text: the map by area, the graph of reports. Each stands alone and has its words beside it."""
