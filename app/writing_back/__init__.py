"""The matrix out as a workbook and back: what was changed in it, held against what the books say meanwhile."""
