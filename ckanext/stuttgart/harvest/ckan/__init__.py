"""The action API of CKAN and DKAN: addresses, answers and pages."""
