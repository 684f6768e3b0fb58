"""The Catalogue Service for the Web (OGC 07-006r1, version 2.0.2): capabilities, questions, answers, pages."""
