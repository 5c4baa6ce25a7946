"""The programme needs table: items × municipalities, for the project team's decision on what is written first.

`table` is pure, `queries` reads in the programme's scope, `workbook` makes the Excel file.
"""
