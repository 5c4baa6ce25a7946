"""Documents for council and leadership: memo and decision paper in Word, the municipality's own data in Excel.

All are made from `ReportData`, like the PDF. What the platform does not know stands in them as a marked placeholder.
"""
