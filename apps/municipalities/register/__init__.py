"""The official register of German municipalities (GV-ISys): reading, naming, classifying. No database."""
