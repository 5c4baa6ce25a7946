"""Papers on adopting a recommendation, for leadership and council, and the measures plan: Word, in German.

All are made from `PaperData`. What the platform does not know stands in them as a marked placeholder.
"""
