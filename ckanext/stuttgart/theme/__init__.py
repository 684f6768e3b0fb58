"""The portal's look: templates, stylesheets, own pages and the rules that browsers are given."""
